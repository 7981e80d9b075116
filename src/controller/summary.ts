import type { Cancel, Clock } from '../platform/index.ts';
import type { Activity, AgentSnapshot, Lifecycle } from '../protocol/index.ts';
import type { TmuxServer } from '../tmux/index.ts';

/** What the status line is made of. */
export interface Summed {
  readonly name: string;
  readonly state: Lifecycle;
  readonly activity: Activity;
  readonly paused: boolean;
  readonly mail: AgentSnapshot['mail'];
}

/** Names that are told of those who wait; of the others there is the number. */
const MOST_NAMES = 2;

/**
 * The crew in one line of the status bar: who runs, who waits for a person, what is broken, how much mail waits. Nothing of it comes from an agent but
 * its name, which holds letters, digits and dashes.
 */
export function summaryLine(agents: readonly Summed[]): string {
  const running = agents.filter(({ state }) => state === 'running').length;
  const asking = agents.filter(
    ({ state, activity }) => state === 'running' && (activity === 'approval' || activity === 'question'),
  );
  const broken = agents.filter(({ state }) => state === 'broken');
  const held = agents.filter(({ state }) => state === 'held').length;
  const paused = agents.filter((agent) => agent.paused).length;
  const queued = agents.reduce((sum, { mail }) => sum + mail.queued, 0);
  const parts = [
    `${running} of ${agents.length} running`,
    asking.length === 0 ? '' : `#[fg=colour234,bg=colour214] ${names(asking)} asks #[default]`,
    broken.length === 0 ? '' : `#[fg=colour203]${names(broken)} broken#[default]`,
    held === 0 ? '' : `${held} held`,
    paused === 0 ? '' : `${paused} paused`,
    queued === 0 ? '' : `${queued} queued`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function names(agents: readonly Summed[]): string {
  const shown = agents.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = agents.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export interface SummaryPorts {
  readonly clock: Clock;
  readonly tmux: TmuxServer;
  readonly session: string;
  agents(): readonly Summed[];
}

/** At most so often the bar is drawn anew, ms: setting an option draws the whole of every attached terminal. */
const EVERY = 1_000;
/** What the status line of tmux shows it from. */
export const SUMMARY_OPTION = '@orchestra_summary';

/** Keeps the summary in the status bar. */
export class Summary {
  readonly #ports: SummaryPorts;
  /** What the server of this process id was told last. */
  #told: { readonly pid: number | null; readonly line: string } = { pid: null, line: '' };
  #timer: Cancel | null = null;
  #telling = false;

  constructor(ports: SummaryPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = this.#ports.clock.every(EVERY, () => void this.#tell());
  }

  close(): void {
    this.#timer?.();
  }

  async #tell(): Promise<void> {
    const { tmux, session } = this.#ports;
    const { pid } = tmux;
    const line = summaryLine(this.#ports.agents());
    if (this.#telling || pid === null || (this.#told.pid === pid && this.#told.line === line)) return;
    this.#telling = true;
    try {
      const [reply] = await tmux.run([['set-option', '-t', `=${session}:`, SUMMARY_OPTION, line]]);
      if (reply?.ok) this.#told = { pid, line };
    } finally {
      this.#telling = false;
    }
  }
}
