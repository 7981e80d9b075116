import type { OrchestraEvent, Snapshot } from '../../protocol/index.ts';
import { Pulse } from './pulse.ts';

/** Events kept for the lists; what is older is asked of the controller. */
const EVENTS_MOST = 2_000;
/** Samples of processor and memory kept by agent: as many as a sparkline shows. */
const SAMPLES = 16;

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

  /** Events in the order of the journal. What is here already is left out. */
  add(events: readonly OrchestraEvent[]): void {
    for (const event of events) {
      this.pulse.add(event);
      const last = this.events.at(-1)?.seq ?? 0;
      if (event.seq === 0 || event.seq > last) this.events.push(event);
    }
    if (this.events.length > EVENTS_MOST * 1.25) this.events.splice(0, this.events.length - EVENTS_MOST);
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
