import { type ActivitySignal, type Driver, readTranscript } from '../../drivers/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Watched } from './eyes.ts';
import { LineTail, type TailFiles } from './line-tail.ts';

export interface TranscriptsPorts {
  readonly clock: Pick<Clock, 'mono' | 'wall'>;
  readonly files: TailFiles;
  /** The transcript of the conversation it is in, as far as that is known without asking its process. */
  known(agent: string): string | null;
  /** Files its processes hold open. */
  open(agent: string): readonly string[];
  /** When this incarnation was launched, milliseconds since the epoch; 0 when it ran before this controller did. */
  launched(agent: string): number;
  isIdle(agent: string): boolean;
  tell(agent: Watched, signal: ActivitySignal): void;
}

interface Followed {
  readonly incarnation: number;
  tail: LineTail | null;
  /** Monotonic, ms: when it is to be asked again which file it is. */
  askAt: number;
}

/** A file that is not known yet is asked for so often, ms; one that is, whether it is still that one. */
const ASK_EVERY = { unknown: 700, known: 10_000 };
/** Every so many looks agents that are idle are looked at too: who begins by itself is told of by its hooks and its screen. */
const IDLE_EVERY = 4;
/** A line this much ahead, ms, was written before the clock was set back: its moment is not known. */
const AHEAD = 1_000;

/**
 * Reads on in the transcripts of the conversations. They tell of the ends of turns that no hook tells of: those that a person interrupts, and all of an
 * agent whose hooks do not run.
 */
export class Transcripts {
  readonly #ports: TranscriptsPorts;
  readonly #followed = new Map<string, Followed>();
  #looks = 0;

  constructor(ports: TranscriptsPorts) {
    this.#ports = ports;
  }

  look(agents: readonly Watched[]): void {
    const all = this.#looks++ % IDLE_EVERY === 0;
    for (const agent of agents) {
      if (agent.driver.transcript === null) continue;
      if (agent.pane === null) this.#followed.delete(agent.name);
      else if (all || !this.#ports.isIdle(agent.name)) this.#read(agent);
    }
  }

  /** A hook named the file. */
  heard(agent: string): void {
    const followed = this.#followed.get(agent);
    if (followed !== undefined) followed.askAt = 0;
  }

  #read(agent: Watched): void {
    const followed = this.#of(agent);
    this.#ask(agent, followed);
    const sign = readTranscript(agent.driver, this.#lines(followed));
    if (sign === null) return;
    const { clock, launched, tell } = this.#ports;
    const [mono, age] = [clock.mono(), clock.wall() - sign.wall];
    // What an earlier incarnation wrote is not about this one.
    if (sign.wall < launched(agent.name) || age < -AHEAD) return;
    tell(agent, { kind: 'transcript', activity: sign.activity, at: mono - Math.max(0, age) });
  }

  #lines({ tail }: Followed): readonly string[] {
    try {
      return tail?.look() ?? [];
    } catch {
      return []; // not ours to read, or the disk fails: hooks and screen are left
    }
  }

  #of({ name, incarnation }: Watched): Followed {
    const known = this.#followed.get(name);
    if (known?.incarnation === incarnation) return known;
    const fresh: Followed = { incarnation, tail: null, askAt: 0 };
    this.#followed.set(name, fresh);
    return fresh;
  }

  #ask({ name, driver }: Watched, followed: Followed): void {
    const now = this.#ports.clock.mono();
    if (now < followed.askAt) return;
    const before = followed.tail?.path ?? null;
    const path = this.#pathOf(name, driver, before);
    followed.askAt = now + (path === null ? ASK_EVERY.unknown : ASK_EVERY.known);
    if (path !== before) followed.tail = path === null ? null : new LineTail(path, this.#ports.files);
  }

  #pathOf(agent: string, { transcript }: Driver, before: string | null): string | null {
    if (transcript?.place.by !== 'open') return this.#ports.known(agent);
    const { name } = transcript.place;
    const held = [...new Set(this.#ports.open(agent).filter((path) => name.test(path)))];
    if (before !== null && held.includes(before)) return before;
    // Its helpers have files of their own, in the same process: of several none can be told to be the agent's.
    return held.length === 1 ? (held[0] as string) : null;
  }
}
