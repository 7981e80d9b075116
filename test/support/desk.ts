import type { Frame, Line, Size } from '../../src/dashboard/frame.ts';
import type { Input, Key } from '../../src/dashboard/model/input.ts';
import { initialState, type ScreenId, type Settings, type State } from '../../src/dashboard/model/state.ts';
import { update } from '../../src/dashboard/update.ts';
import type { EventMap, EventType, OrchestraEvent, Snapshot } from '../../src/protocol/index.ts';

export const NOON = Date.parse('2026-01-31T12:00:00.000Z');

export const SETTINGS: Settings = { theme: 'dark', chosen: null, light: false, unicode: true, pinned: false, keys: {} };

export const keyOf = (name: string): Key => ({ name, text: Array.from(name).length === 1 ? name : '', raw: name });

let seq = 0;

/** An event with the next place in the journal. `after`: milliseconds after noon. */
export function anEvent<T extends EventType>(
  type: T,
  agent: string | null,
  data: EventMap[T],
  after = 0,
): OrchestraEvent {
  return { seq: ++seq, time: new Date(NOON + after).toISOString(), type, agent, data } as OrchestraEvent;
}

/** A dashboard without terminal and connection: what happens to it goes in by `take`, `state` is what it makes of it. */
export class Desk {
  state: State;
  now = NOON;
  /** Kinds of everything that was asked for. */
  readonly effects: string[] = [];

  constructor(size: Size = { width: 120, height: 30 }, settings: Partial<Settings> = {}) {
    this.state = initialState(size, this.now, { ...SETTINGS, ...settings });
  }

  take(...inputs: readonly Input[]): this {
    for (const input of inputs) {
      const { state, effects } = update(this.state, input, this.now);
      this.state = state;
      this.effects.push(...effects.map(({ kind }) => kind));
    }
    return this;
  }

  press(...names: readonly string[]): this {
    return this.take(...names.map((name): Input => ({ kind: 'key', key: keyOf(name) })));
  }

  /** A connection that is up, with a snapshot and what the journal holds. */
  live(snapshot: Snapshot, events: readonly OrchestraEvent[] = []): this {
    this.take({ kind: 'link', link: { kind: 'live' } }, { kind: 'stream', message: { kind: 'snapshot', snapshot } });
    return this.take({ kind: 'done', of: { kind: 'load-events', filter: {} }, value: events });
  }

  event(...events: readonly OrchestraEvent[]): this {
    return this.take(...events.map((event): Input => ({ kind: 'stream', message: { kind: 'event', event } })));
  }

  show(screen: ScreenId): this {
    this.state = { ...this.state, screen };
    return this;
  }

  resize(width: number, height: number): this {
    return this.take({ kind: 'resize', size: { width, height } });
  }
}

export const textOf = (line: Line): string => line.map(({ text }) => text).join('');

export const textsOf = (frame: Pick<Frame, 'lines'>): string[] => frame.lines.map(textOf);
