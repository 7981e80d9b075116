import { type Cancel, type Clock, readFifo, readProcess, processorTime } from '../platform/index.ts';
import type { Paths } from '../protocol/index.ts';
import type { Pane, TmuxServer } from '../tmux/index.ts';
import { lostShims, sampleTrees, type Supervisor, sweepRecords, sweepShims } from '../watchdog/index.ts';
import type { Confinement } from './confine/confinement.ts';
import type { SessionPanes } from './session-panes.ts';

export interface RoundsPorts {
  readonly clock: Clock;
  readonly supervisor: Supervisor;
  readonly panes: SessionPanes;
  readonly tmux: TmuxServer;
  readonly paths: Paths;
  readonly confinement: Pick<Confinement, 'round'>;
  /** An agent's hook wrote something down. */
  onHook(): void;
  /** Every tree was looked at just now. */
  onSampled(): void;
}

/** A dead shim reports nothing, so this is how late its death may be noticed, ms. */
const SHIMS_EVERY = 700;
/** A round: records, and whether the tmux server lives. What an event should have told already. */
const ROUND_EVERY = 1000;
/** Rounds between two looks at panes and their logs. */
const PANES_EVERY = 2;
/** Between two samples of every process tree, ms: a round where something happens, longer where nobody did anything; at most this where a limit is to be held. */
const SAMPLE_RESTING = 5_000;
const SAMPLE_LIMITED = 2_000;
/** The share of one core looking may take, where no limit asks for more. */
const MOST_COST = 0.004;
const MINUTE = 60_000;
/** Every so many samples the processes of others are looked at anew too. */
const STRANGERS_EVERY = 12;
/** A log whose writer ended again and again (full disk) is taken up at most this often. */
const REARM_EVERY = 10_000;
/** Notices come in bursts (nine panes resized): one look for all of them. */
const SETTLE = 30;

/** Events make things fast, the rounds make them right: what should be is compared with what is, again and again. */
export class Rounds {
  readonly #ports: RoundsPorts;
  readonly #timers: Cancel[] = [];
  readonly #sizes = new Map<string, string>();
  #fifo: { close(): void } | null = null;
  #lookSoon: Cancel | null = null;
  #relayoutSoon: Cancel | null = null;
  #sweeping = false;
  #rounds = 0;
  #samples = 0;
  #sampleAt = 0;
  #every = ROUND_EVERY;
  #share = 0;
  #cost = 0;
  #rearmAt = 0;
  #closed = false;

  constructor(ports: RoundsPorts) {
    this.#ports = ports;
  }

  /** The notify fifo must exist. */
  start(): void {
    const { clock, supervisor, paths } = this.#ports;
    this.#fifo = readFifo(paths.notify, (line) => {
      if (line.startsWith('hook ')) this.#ports.onHook();
      else supervisor.onNotice(line);
    });
    this.#timers.push(
      // Not at once: shims die before it is heard that their session or their server did, and each would be taken for a crash.
      clock.every(SHIMS_EVERY, () => {
        if (lostShims(supervisor).length > 0) this.look();
      }),
      clock.every(ROUND_EVERY, () => void this.#round()),
    );
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#lookSoon?.();
    this.#relayoutSoon?.();
    this.#fifo?.close();
  }

  /** Something may have changed: look soon instead of at the next round. */
  look(): void {
    if (this.#closed || this.#ports.panes.raising) return;
    this.#lookSoon ??= this.#ports.clock.after(SETTLE, () => {
      this.#lookSoon = null;
      // Whoever finds out whether the session is there looks again at its end.
      if (!this.#ports.tmux.unsure) sweepShims(this.#ports.supervisor);
      void this.#sweep(true);
    });
  }

  async #round(): Promise<void> {
    const { supervisor, confinement } = this.#ports;
    this.#rounds++;
    confinement.round(supervisor.units.values());
    if (this.#ports.clock.mono() >= this.#sampleAt) this.#sample();
    await this.#sweep(this.#rounds % PANES_EVERY === 0);
  }

  /** Looks at every process tree, and as often as what is to be seen is worth what it costs. */
  #sample(): void {
    const { supervisor, clock, onSampled } = this.#ports;
    const began = clock.mono();
    const usedBefore = processorTime();
    const strangersToo = this.#samples++ % STRANGERS_EVERY === 0;
    sampleTrees(supervisor, strangersToo);
    onSampled();
    // Not the time that passed: on a busy machine that is the time of others.
    const cost = processorTime() - usedBefore;
    // The one with the strangers is dear and rare; nor does one that was interrupted say what the next will cost.
    if (!strangersToo) this.#cost = Math.min(cost, this.#cost === 0 ? cost : this.#cost * 1.2);
    const units = [...supervisor.units.values()];
    const limited = units.some((unit) => unit.spec.limits.memory !== null);
    const busy = units.some((unit) => (unit.cpu ?? 0) > 0);
    const every = Math.max(limited || busy ? ROUND_EVERY : SAMPLE_RESTING, this.#cost / MOST_COST);
    this.#every = Math.min(every, limited ? SAMPLE_LIMITED : SAMPLE_RESTING);
    this.#share += (cost / this.#every - this.#share) * (Math.min(this.#every, MINUTE) / MINUTE);
    // A round may come a little early.
    this.#sampleAt = began + this.#every - ROUND_EVERY / 10;
  }

  /** What looking at the trees costs, percent of one core over about a minute, and how often it is done, ms. */
  get watching(): { readonly cpu: number; readonly every: number } {
    return { cpu: this.#share * 100, every: Math.round(this.#every) };
  }

  /** A notice of control mode (tmux(1), CONTROL MODE): panes came or went, or a window has another size. */
  onNotice(notice: string): void {
    const [name = '', window = '', layout = ''] = notice.split(' ');
    if (name === '%layout-change') {
      const size = layout.split(',')[1] ?? '';
      const before = this.#sizes.get(window);
      this.#sizes.set(window, size);
      if (before !== undefined && before !== size) this.#relayout();
      this.look();
    } else if (name === '%window-close' || name === '%unlinked-window-close') {
      this.#sizes.delete(window);
      this.look();
    }
  }

  /** The person's terminal changed: the picture is computed anew once it has stopped changing. */
  #relayout(): void {
    this.#relayoutSoon?.();
    this.#relayoutSoon = this.#ports.clock.after(SETTLE * 3, () => {
      this.#relayoutSoon = null;
      void this.#ports.panes.relayout();
    });
  }

  async #sweep(panesToo: boolean): Promise<void> {
    if (this.#sweeping || this.#closed) return; // a sweep that takes longer than a round delays the next
    this.#sweeping = true;
    try {
      const { tmux, panes, supervisor } = this.#ports;
      sweepRecords(supervisor);
      const lost = !tmux.alive;
      if (lost) {
        sweepShims(supervisor);
        await panes.raise();
      }
      if (lost || panesToo) await this.matchPanes();
    } catch (error) {
      this.#ports.supervisor.ports.degraded('tmux', (error as Error).message);
    } finally {
      this.#sweeping = false;
    }
  }

  /** Tells every agent that has none which pane is its own, and takes up logs that lost their writer. */
  async matchPanes(): Promise<void> {
    const { supervisor, panes, clock } = this.#ports;
    const list = await panes.list();
    if (list === null || this.#closed) return;
    supervisor.ports.degraded('tmux', null);
    for (const pane of list) this.#match(pane);
    if (clock.mono() < this.#rearmAt) return;
    if (list.some((pane) => pane.agent !== '' && !pane.piped && !pane.dead)) {
      this.#rearmAt = clock.mono() + REARM_EVERY;
      await panes.rearmLogs(list);
    }
  }

  #match(pane: Pane): void {
    const unit = this.#ports.supervisor.units.get(pane.agent);
    if (unit === undefined || pane.dead || unit.shim !== null) return;
    const row = readProcess(pane.pid);
    if (row !== null) this.#ports.supervisor.setPane(unit, pane.id, { pid: pane.pid, startTime: row.startTime });
  }
}
