import { type Driver, driverOf } from '../../drivers/index.ts';
import type { AgentSpec, SessionSpec } from '../../protocol/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import { DASHBOARD } from '../session-panes.ts';
import { isReadable, type Watched } from './eyes.ts';

/** The drivers of a session's agents. Each is made once: a configured one compiles its patterns. */
export class Drivers {
  readonly #spec: () => SessionSpec;
  readonly #onSlow: (where: string, pattern: string) => void;
  #types: SessionSpec['agentTypes'] | null = null;
  #known = new Map<string, Driver>();

  /** @param onSlow told where a pattern stands that takes too long to match, and was given up */
  constructor(spec: () => SessionSpec, onSlow: (where: string, pattern: string) => void = () => {}) {
    this.#spec = spec;
    this.#onSlow = onSlow;
  }

  of(type: string): Driver {
    const { agentTypes } = this.#spec();
    if (agentTypes !== this.#types) {
      this.#types = agentTypes;
      this.#known = new Map();
    }
    let driver = this.#known.get(type);
    if (driver === undefined) {
      driver = driverOf(type, agentTypes, this.#onSlow);
      this.#known.set(type, driver);
    }
    return driver;
  }
}

/** Every agent as the eyes see it: those that run have a pane with a program in it. */
export const watchedOf = (units: ReadonlyMap<string, Unit>, drivers: Drivers): Watched[] =>
  [...units.values()].filter((unit) => unit.name !== DASHBOARD).map((unit) => watched(unit, drivers));

export const watched = (unit: Unit, drivers: Drivers): Watched => ({
  name: unit.name,
  driver: drivers.of(unit.spec.type),
  pane: unit.process === null || unit.shim === null ? null : unit.pane,
  incarnation: unit.machine.incarnation,
});

/** The built-in worker asks for its mail over the socket. */
export const fetches = (driver: Driver): boolean => driver.type === 'worker';

/** Nothing is typed into such an agent. */
export const readsItself = ({ type, delivery }: AgentSpec, drivers: Drivers): boolean =>
  delivery === 'inbox' || fetches(drivers.of(type));

/** It is typed into, and neither it nor its screen ever tells what it does. */
export const isMute = (spec: AgentSpec, drivers: Drivers): boolean =>
  !readsItself(spec, drivers) && !isReadable(drivers.of(spec.type));
