import { colouredLines, plainLine, plainLines } from '../base/index.ts';
import { type Dialog, type PaneDoor, type PaneLocks, readDialog } from '../drivers/index.ts';
import { type Clock, sha256 } from '../platform/index.ts';
import {
  type Asked,
  type DeskService,
  type Emit,
  type LiveScreen,
  OrchestraError,
  type Outcome,
} from '../protocol/index.ts';
import { focusPane, type PaneScreen, pressBytes, readPanes, type TmuxServer } from '../tmux/index.ts';
import type { Unit } from '../watchdog/index.ts';
import { named } from './crew.ts';
import { doorOf } from './mail/door.ts';
import type { Drivers } from './mail/watched.ts';
import { DASHBOARD } from './session-panes.ts';

export interface DeskPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly tmux: TmuxServer;
  readonly drivers: Drivers;
  /** The same that messages are typed under: a person's answer and a message must not mix. */
  readonly locks: PaneLocks;
  units(): ReadonlyMap<string, Unit>;
  /** Holds mail back or lets it go, and keeps that. @returns those for whom it is a change */
  setPaused(agents: readonly string[], on: boolean): readonly string[];
  /** An agent is paused, or no longer. */
  changed(agent: string): void;
}

/** Bytes a person's terminal may send at once: a long paste comes in parts, and none of them must fill tmux's line. */
const MOST_INPUT = 16 * 1024;
/** Between two looks at a dialog that was answered, and how long it may take to go, ms. */
const LOOK_EVERY = 50;
const WITHIN = 8_000;
/** Between two looks that must agree on what is asked, and how long they may disagree, ms. */
const DRAWN = 100;
const DRAWN_WITHIN = 1_500;

/** What a person does with one agent. Small: the pane's lock, its door and its driver are those the mail uses. */
export class Desk implements DeskService {
  readonly #ports: DeskPorts;
  /** Answers given to each agent: the same question asked once more is another question. */
  readonly #given = new Map<string, number>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  async asked(agent: string): Promise<Asked | null> {
    const unit = this.#agent(agent);
    if (unit.process === null) return null; // what its pane still shows, nobody asks
    const dialog = await this.#drawn(unit);
    if (dialog === null) return null;
    const { kind, lines, yes, no } = dialog;
    const shown = lines.flatMap(plainLines);
    return { kind, lines: shown, token: this.#token(unit, dialog), answerable: yes !== null && no !== null };
  }

  async answer(agent: string, yes: boolean, token: string, by: string): Promise<void> {
    const unit = this.#agent(agent);
    const pane = paneOf(unit);
    await this.#ports.locks.run(pane, () => this.#answer(unit, doorOf(this.#ports.tmux, pane), yes, token));
    this.#ports.emit('agent.answered', agent, { yes, by });
  }

  async pause(agents: readonly string[], on: boolean, by: string): Promise<readonly Outcome[]> {
    const { emit, setPaused, units } = this.#ports;
    const names = named(units(), agents).map((unit) => unit.name);
    const changed = setPaused(names, on);
    for (const agent of changed) {
      emit(on ? 'agent.paused' : 'agent.unpaused', agent, { by });
      this.#ports.changed(agent);
    }
    const [now, was] = on
      ? ['paused: its mail waits', 'was paused already']
      : ['goes on: its mail is delivered', 'was not paused'];
    return names.map((agent) => ({ agent, ok: true, message: changed.includes(agent) ? now : was }));
  }

  async press(agent: string, input: string): Promise<void> {
    const bytes = new TextEncoder().encode(input);
    if (bytes.length > MOST_INPUT)
      throw new OrchestraError('usage', `more than ${MOST_INPUT} bytes at once`, 'hand them on in parts');
    const unit = this.#agent(agent);
    // What is typed now would be read by whatever is started next.
    if (unit.process === null)
      throw new OrchestraError('failed', `${agent} does not run`, `start it: orchestra start ${agent}`);
    const pane = paneOf(unit);
    // Behind what is being typed: a key in the middle of a message would be a part of it.
    await this.#ports.locks.run(pane, () => pressBytes(this.#ports.tmux, pane, bytes));
  }

  async screen(agent: string): Promise<LiveScreen> {
    const unit = this.#agent(agent);
    const { lines, title, width, height, cursorX: x, cursorY: y } = await this.#read(unit);
    return {
      agent,
      pane: paneOf(unit),
      title: plainLine(title),
      width,
      height,
      lines: colouredLines(lines),
      cursor: { x, y },
    };
  }

  async focus(agent: string, zoom: boolean): Promise<void> {
    const unit = agent === DASHBOARD ? this.#ports.units().get(agent) : this.#agent(agent);
    await focusPane(this.#ports.tmux, paneOf(unit ?? this.#agent(agent)), zoom);
  }

  // ---- inside -----------------------------------------------------------------------------------------------------------

  async #answer(unit: Unit, door: PaneDoor, yes: boolean, token: string): Promise<void> {
    await door.leaveMode(); // it would take the keys
    const dialog = unit.process === null ? null : this.#dialog(unit, await door.read());
    if (dialog === null || this.#token(unit, dialog) !== token) throw otherDialog(unit.name, dialog);
    const keys = yes ? dialog.yes : dialog.no;
    if (keys === null)
      throw new OrchestraError(
        'refused',
        `nobody knows the keys that answer what ${unit.name} asks`,
        'answer it in its pane: orchestra attach',
      );
    this.#given.set(unit.name, (this.#given.get(unit.name) ?? 0) + 1);
    await door.keys(keys);
    await this.#gone(unit, door, dialog);
  }

  /** Waits until the dialog has left the screen, in two looks: between two frames a CLI shows half of one. Pressed again is nothing. */
  async #gone(unit: Unit, door: PaneDoor, { text }: Dialog): Promise<void> {
    const { clock } = this.#ports;
    const deadline = clock.mono() + WITHIN;
    for (let without = 0; without < 2; ) {
      await clock.pause(LOOK_EVERY);
      const screen = await door.read();
      if (screen === null) return; // its program ended
      without = this.#dialog(unit, screen)?.text === text ? 0 : without + 1;
      if (without < 2 && clock.mono() > deadline)
        throw new OrchestraError(
          'ambiguous',
          `the answer was given, and ${unit.name} shows its question still`,
          `look: orchestra peek ${unit.name}`,
        );
    }
  }

  /** The dialog once two looks agree on it: a CLI draws one in parts, and an answer to the first part would be an answer to another dialog. */
  async #drawn(unit: Unit): Promise<Dialog | null> {
    const { clock } = this.#ports;
    const deadline = clock.mono() + DRAWN_WITHIN;
    let before = this.#dialog(unit, await this.#read(unit));
    for (;;) {
      await clock.pause(DRAWN);
      const now = this.#dialog(unit, await this.#read(unit));
      if (now?.text === before?.text || clock.mono() > deadline) return now;
      before = now;
    }
  }

  #dialog(unit: Unit, screen: PaneScreen | null): Dialog | null {
    return screen === null
      ? null
      : readDialog(this.#ports.drivers.of(unit.spec.type), screen, this.#ports.clock.wall());
  }

  #token(unit: Unit, { text }: Dialog): string {
    const given = this.#given.get(unit.name) ?? 0;
    return sha256(JSON.stringify([unit.name, unit.machine.incarnation, given, text])).slice(0, 16);
  }

  async #read(unit: Unit): Promise<PaneScreen> {
    const [screen] = await readPanes(this.#ports.tmux, [paneOf(unit)]);
    if (screen) return screen;
    throw new OrchestraError('failed', `the pane of ${unit.name} can't be read`, 'orchestra status tells its state');
  }

  #agent(name: string): Unit {
    return named(this.#ports.units(), [name])[0] as Unit;
  }
}

function paneOf({ name, pane }: Unit): string {
  if (pane !== null) return pane;
  throw new OrchestraError('failed', `${name} has no pane`, 'orchestra status tells its state');
}

const otherDialog = (agent: string, now: Dialog | null): OrchestraError =>
  new OrchestraError(
    'conflict',
    now === null ? `${agent} asks nothing any more` : `${agent} asks something else by now`,
    now === null ? '' : `look at it first: orchestra approve ${agent}`,
  );
