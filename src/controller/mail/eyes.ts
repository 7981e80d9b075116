import {
  activityStep,
  type ActivitySignal,
  type ActivityState,
  type Driver,
  FIRST_ACTIVITY,
  readDialog,
  readScreen,
  type Reading,
} from '../../drivers/index.ts';
import type { SeenBefore } from '../../journal/index.ts';
import type { Cancel, Clock } from '../../platform/index.ts';
import type { Asking, Emit } from '../../protocol/index.ts';
import type { PaneScreen } from '../../tmux/index.ts';

/** An agent to be watched, as it stands at this moment. */
export interface Watched {
  readonly name: string;
  readonly driver: Driver;
  /** Pane its program runs in; null when it does not run. */
  readonly pane: string | null;
  readonly incarnation: number;
}

export interface EyesPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  agents(): readonly Watched[];
  /** Takes in what else there is to be known about them, before their screens are read. */
  listen(agents: readonly Watched[]): void;
  read(panes: readonly string[]): Promise<readonly (PaneScreen | null)[]>;
  /** Keeps a screen no rule knows; returns the path of its file. */
  keep(agent: string, screen: PaneScreen): string;
  /** The activity of an agent changed, or what its screen says about its account did. */
  changed(agent: string, reading: Reading | null): void;
}

/** Between two looks at every screen, ms. A wrong `idle` may last a second at most; a look at nine panes takes under 2 ms. */
const LOOK_EVERY = 200;
/** A screen no rule knows is told of when it has stood for so long, ms: many are only half drawn. */
const UNKNOWN_AFTER = 3_000;

interface Sight {
  incarnation: number;
  state: ActivityState;
  /** When the activity began, wall clock ms. */
  since: number;
  /** What it was doing when the controller before this one ended. */
  before: SeenBefore['activity'];
  reading: Reading | null;
  asks: Asking | null;
  unknownSince: number | null;
  told: boolean;
}

/** Knows what each agent is doing: takes in what hooks, transcripts, the agents themselves and their screens say. */
export class Eyes {
  readonly #ports: EyesPorts;
  readonly #sights = new Map<string, Sight>();
  #timer: Cancel | null = null;
  #looking = false;

  constructor(ports: EyesPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = this.#ports.clock.every(LOOK_EVERY, () => void this.look());
  }

  close(): void {
    this.#timer?.();
  }

  of(agent: string): ActivityState {
    return this.#sights.get(agent)?.state ?? FIRST_ACTIVITY;
  }

  /** The newest reading of its screen; null when there is none of this incarnation. */
  reading(agent: string): Reading | null {
    return this.#sights.get(agent)?.reading ?? null;
  }

  /** What it asks of a person; null when it asks nothing. */
  asks(agent: string): Asking | null {
    const sight = this.#sights.get(agent);
    const asking = sight?.state.activity === 'approval' || sight?.state.activity === 'question';
    return asking ? (sight?.asks ?? null) : null;
  }

  /** Since when it does that, wall clock ms; null when nobody looks at it. */
  since(agent: string): number | null {
    return this.#sights.get(agent)?.since ?? null;
  }

  /** An agent that was taken over was seen before: what is still so did not begin just now. */
  remember(agent: Watched, before: SeenBefore['activity']): void {
    if (before !== null) this.#sightOf(agent).before = before;
  }

  tell(agent: Watched, signal: ActivitySignal): void {
    const sight = this.#sightOf(agent);
    const before = sight.state;
    const { clock, emit } = this.#ports;
    sight.state = activityStep(before, signal, clock.mono(), agent.driver);
    const { activity, by } = sight.state;
    if (activity === before.activity) return;
    sight.since = sight.before?.is === activity ? sight.before.since : clock.wall();
    sight.before = null;
    emit('agent.activity', agent.name, { from: before.activity, to: activity, by });
    this.#ports.changed(agent.name, sight.reading);
  }

  /** Looks at every screen a driver can read, in one write. */
  async look(): Promise<void> {
    if (this.#looking) return; // a look that takes longer than its turn delays the next
    this.#looking = true;
    try {
      const agents = this.#ports.agents();
      this.#ports.listen(agents);
      const seen = agents.filter((agent) => agent.pane !== null && isReadable(agent.driver));
      if (seen.length > 0) {
        const screens = await this.#ports.read(seen.map((agent) => agent.pane as string));
        for (const [index, agent] of seen.entries()) this.#see(agent, screens[index] ?? null);
      }
      for (const agent of agents) if (agent.pane === null && this.#sights.has(agent.name)) this.#gone(agent);
    } finally {
      this.#looking = false;
    }
  }

  #see(agent: Watched, screen: PaneScreen | null): void {
    if (screen === null) return;
    const { clock } = this.#ports;
    const reading = readScreen(agent.driver, screen, clock.wall());
    const sight = this.#sightOf(agent);
    const limitMoved = reading.resetAt !== sight.reading?.resetAt;
    sight.reading = reading;
    sight.asks = asksOf(agent.driver, screen, reading, clock.wall());
    this.tell(agent, { kind: 'screen', reading });
    if (limitMoved) this.#ports.changed(agent.name, reading);
    this.#noteUnknown(agent, sight, screen, reading.known);
  }

  #noteUnknown(agent: Watched, sight: Sight, screen: PaneScreen, known: boolean): void {
    const now = this.#ports.clock.mono();
    if (known) {
      sight.unknownSince = null;
      sight.told = false;
      return;
    }
    sight.unknownSince ??= now;
    if (sight.told || now - sight.unknownSince < UNKNOWN_AFTER) return;
    sight.told = true;
    this.#ports.emit('agent.unknown-screen', agent.name, { screen: this.#ports.keep(agent.name, screen) });
  }

  #gone(agent: Watched): void {
    this.tell(agent, { kind: 'exited' });
    this.#sights.delete(agent.name);
  }

  /** A new incarnation knows nothing of the last one's screen. */
  #sightOf(agent: Watched): Sight {
    const known = this.#sights.get(agent.name);
    if (known !== undefined && known.incarnation === agent.incarnation) return known;
    const fresh: Sight = {
      incarnation: agent.incarnation,
      state: FIRST_ACTIVITY,
      since: this.#ports.clock.wall(),
      before: null,
      reading: null,
      asks: null,
      unknownSince: null,
      told: false,
    };
    this.#sights.set(agent.name, fresh);
    return fresh;
  }
}

/** The dialog is taken apart only while there is one: every screen is looked at five times a second. */
function asksOf(driver: Driver, screen: PaneScreen, { activity }: Reading, now: number): Asking | null {
  if (activity !== 'approval' && activity !== 'question') return null;
  const dialog = readDialog(driver, screen, now);
  return dialog === null ? null : { text: dialog.asks, answerable: dialog.yes !== null && dialog.no !== null };
}

/** A driver without signs knows no screen: what such an agent does stays unknown unless it tells. */
export const isReadable = (driver: Driver): boolean => driver.signs.length > 0;
