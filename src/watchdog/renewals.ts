import { dependantsOf } from './conditions.ts';
import { FileWatch, type FileWatchPorts } from './file-watch.ts';
import type { Machine, Signal } from './phase.ts';
import { around } from './schedule.ts';
import type { Unit } from './unit.ts';

export interface RenewalPorts extends FileWatchPorts {
  /** Everyone of its groups. */
  groupOf(agent: string): readonly string[];
}

/** A schedule is looked at again after so long, ms: the wall clock may be set, and timers only know the monotonic one. */
const LOOK_EVERY = 60_000;
/** A time of the schedule that passed while no controller ran counts for so long, ms. */
const CATCH_UP = 10 * 60_000;

/** Why an agent is started anew though it did nothing wrong: the time, its files, the death of another. */
export class Renewals {
  readonly #ports: RenewalPorts;
  readonly #units: ReadonlyMap<string, Unit>;
  readonly #signal: (unit: Unit, signal: Signal) => void;

  constructor(ports: RenewalPorts, units: ReadonlyMap<string, Unit>, signal: (unit: Unit, signal: Signal) => void) {
    this.#ports = ports;
    this.#units = units;
    this.#signal = signal;
  }

  /** Its phase or its configuration changed. */
  follow(unit: Unit): void {
    this.#followSchedule(unit);
    this.#followFiles(unit);
  }

  /** After each step of a machine: the death of one may be the end of others. */
  spread(unit: Unit, before: Machine): void {
    const { strategy } = unit.spec.restart;
    if (strategy === 'one_for_one' || !diedAndComesBack(before, unit.machine)) return;
    const names = strategy === 'rest_for_one' ? dependantsOf(unit.name, this.#units) : this.#ports.groupOf(unit.name);
    for (const name of names) {
      const other = this.#units.get(name);
      if (other === undefined || other === unit) continue;
      this.#signal(other, { kind: 'renew', reason: 'dependency', detail: `${unit.name} died` });
    }
  }

  #followSchedule(unit: Unit): void {
    const { schedule } = unit.spec.restart;
    if (schedule === null || unit.machine.phase.state !== 'running') return unit.arm('schedule', null);
    const { clock } = this.#ports;
    const key = JSON.stringify(schedule);
    if (unit.schedule?.key !== key) {
      // A new schedule does not reach back, or a nightly one would strike when it is written down.
      const adopted = unit.schedule === null && unit.launchedWall === 0;
      unit.schedule = { key, since: clock.wall() - (adopted ? CATCH_UP : 0) };
    }
    const { since } = unit.schedule;
    const look = (): void => {
      const now = clock.wall();
      const startedAt = now - (clock.mono() - (unit.machine.startedAt ?? clock.mono()));
      const { last, next } = around(schedule, now);
      if (last !== null && last > Math.max(startedAt, since))
        return this.#signal(unit, { kind: 'renew', reason: 'schedule', detail: `it is time (${schedule.cron})` });
      unit.arm('schedule', clock.after(Math.min(LOOK_EVERY, (next ?? Number.POSITIVE_INFINITY) - now + 1), look));
    };
    unit.arm('schedule', clock.after(0, look));
  }

  #followFiles(unit: Unit): void {
    const { restart, cwd } = unit.spec;
    const { phase } = unit.machine;
    const down = phase.state === 'stopped' || (phase.state === 'stopping' && phase.next === null);
    const key = restart.watch === null || down ? null : JSON.stringify([restart.watch, cwd]);
    if (key === (unit.files?.key ?? null)) return;
    void unit.files?.watch.close();
    unit.files = null;
    if (restart.watch === null || key === null) return;
    const renew = (detail: string): boolean => {
      const before = unit.machine;
      this.#signal(unit, { kind: 'renew', reason: 'files', detail });
      return unit.machine !== before;
    };
    unit.files = { key, watch: new FileWatch(unit.name, cwd, restart.watch, this.#ports, renew) };
  }
}

/** It was up, fell, and its policy starts it again. The death of the server is not its own, and whoever was taken along takes nobody along. */
function diedAndComesBack(before: Machine, { phase, lastExit }: Machine): boolean {
  if (before.phase.state !== 'running') return false;
  if (phase.state === 'stopping') return phase.fault !== null;
  return (phase.state === 'starting' || phase.state === 'backoff') && lastExit?.class !== 'server-lost';
}
