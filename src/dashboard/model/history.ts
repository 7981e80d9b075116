import type { EventMap, OrchestraEvent, Snapshot } from '../../protocol/index.ts';
import { Pulse } from './pulse.ts';

/** Events kept for the lists; what is older is asked of the controller. */
const EVENTS_MOST = 2_000;
/** Samples of processor and memory kept by agent: as many as a sparkline shows. */
const SAMPLES = 16;

/** Messages remembered by who wrote them; the oldest is forgotten first. */
const LETTERS_MOST = 5_000;

/** One copy of a message, as its first event told of it. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  /** Wall clock at which it was queued, ms. */
  readonly at: number;
}

export interface Samples {
  /** Percent of one core. */
  readonly cpu: number[];
  /** Bytes. */
  readonly memory: number[];
}

/** What came over the socket and is more than the newest snapshot. Grows to a bound and no further; everything shown of it is read, never kept. */
export class History {
  readonly pulse = new Pulse();
  /** Oldest first. */
  readonly events: OrchestraEvent[] = [];
  readonly samples = new Map<string, Samples>();
  readonly #letters = new Map<string, Letter>();

  /** Events in the order of the journal. What is here already is left out. */
  add(events: readonly OrchestraEvent[]): void {
    for (const event of events) {
      this.pulse.add(event);
      const last = this.events.at(-1)?.seq ?? 0;
      if (event.seq === 0 || event.seq > last) this.events.push(event);
      if (event.type === 'message.queued') this.#remember(event.data, event.agent ?? '', event.time);
    }
    if (this.events.length > EVENTS_MOST * 1.25) this.events.splice(0, this.events.length - EVENTS_MOST);
  }

  /** Who wrote a message, and when; null when that is too long ago. */
  letter(id: string, agent: string | null): Letter | null {
    return this.#letters.get(`${agent ?? ''} ${id}`) ?? null;
  }

  /** Messages that are remembered, oldest first. */
  letters(): Iterable<Letter> {
    return this.#letters.values();
  }

  #remember({ id, from, type }: EventMap['message.queued'], to: string, time: string): void {
    this.#letters.set(`${to} ${id}`, { from, to, type, at: Date.parse(time) });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > LETTERS_MOST && oldest !== undefined) this.#letters.delete(oldest);
  }

  /** Events from before what is here, and of while nobody listened: what came meanwhile stays behind them. */
  fill(older: readonly OrchestraEvent[]): void {
    const late = this.events.splice(0);
    this.pulse.clear();
    const seen = new Set(older.map(({ seq }) => seq));
    this.add([...older, ...late.filter(({ seq }) => !seen.has(seq))].sort((a, b) => a.seq - b.seq));
  }

  sample({ agents }: Snapshot): void {
    const there = new Set(agents.map(({ name }) => name));
    for (const name of this.samples.keys()) if (!there.has(name)) this.samples.delete(name);
    for (const { name, cpu, memory } of agents) {
      const kept = this.samples.get(name) ?? { cpu: [], memory: [] };
      this.samples.set(name, kept);
      push(kept.cpu, cpu);
      push(kept.memory, memory);
    }
  }
}

function push(values: number[], value: number | null): void {
  if (value === null) values.length = 0;
  else values.push(value);
  if (values.length > SAMPLES) values.shift();
}
