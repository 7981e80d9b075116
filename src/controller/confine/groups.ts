import {
  cgroupsOf,
  type CgroupController,
  type Cgroups,
  isInGroups,
  limitsOfGroup,
  memoryEventsOf,
  outOfMemoryKills,
} from '../../platform/index.ts';
import type { AgentSpec, Emit, LimitsSpec } from '../../protocol/index.ts';
import { type Confined, isDown, killedForMemory, type Unit } from '../../watchdog/index.ts';
import { withoutGroup } from './limit-plan.ts';
import type { Scopes } from './scopes.ts';

export interface GroupsPorts {
  readonly emit: Emit;
  readonly scopes: Scopes;
  cgroups(): Cgroups;
  unfit(unit: Unit, detail: string): void;
}

/** Looks in a row that find an agent outside of its group until it is told of: at first it is a shell on its way there. */
const MISSES = 2;

interface Kept {
  /** Folders of ours; null: a scope of systemd. */
  readonly folders: readonly string[] | null;
  readonly wanted: ReadonlyMap<CgroupController, number>;
  misses: number;
  /** Its scope was found and looked into. */
  seen: boolean;
  told: boolean;
}

type Part = Pick<Confined, 'enter' | 'before' | 'memoryEvents' | 'missing'>;

/** The limits that a control group holds: by a scope where systemd runs, else by groups of our own, else not. */
export class Groups {
  readonly #ports: GroupsPorts;
  readonly #kept = new Map<string, Kept>();

  constructor(ports: GroupsPorts) {
    this.#ports = ports;
  }

  /** What an agent's next incarnation takes: words before it, or groups to enter. */
  of({ name, limits }: AgentSpec): Part {
    const wanted = wantedOf(limits);
    if (wanted.size === 0) return { enter: [], before: [], memoryEvents: null, missing: [] };
    const before = this.#ports.scopes.words(wanted);
    if (before !== null) {
      this.#kept.set(name, { folders: null, wanted, misses: 0, seen: false, told: false });
      return { enter: [], before, memoryEvents: null, missing: [] };
    }
    const { folders, enter, memoryEvents, refused } = this.#ports.cgroups().make(name, wanted);
    if (folders.length > 0) this.#kept.set(name, { folders, wanted, misses: 0, seen: true, told: false });
    return {
      enter,
      before: [],
      memoryEvents,
      missing: refused.map(({ controller, why }) => withoutGroup(controller, limits, why)),
    };
  }

  /** An agent that runs since before this controller came. */
  adopt(unit: Unit): void {
    const wanted = wantedOf(unit.spec.limits);
    const { scopes } = this.#ports;
    // Tried by nobody yet: it was started by scope where there is a systemd.
    if (wanted.size > 0 && !scopes.known)
      return void this.#kept.set(unit.name, { folders: null, wanted, misses: 0, seen: false, told: false });
    const { memoryEvents, missing } = this.of(unit.spec);
    unit.unlimited = missing;
    if (memoryEvents !== null) count(unit, memoryEvents);
  }

  /** Groups that vanished, memory the kernel took back by force, groups nobody is in any more. */
  round(units: Iterable<Unit>): void {
    if (this.#kept.size === 0) return;
    const named = new Map([...units].map((unit) => [unit.name, unit]));
    for (const [name, kept] of this.#kept) {
      const unit = named.get(name);
      if (unit === undefined || (isDown(unit.machine.phase.state) && unit.process === null)) {
        if (kept.folders !== null) this.#ports.cgroups().remove(name);
        this.#kept.delete(name);
      } else if (unit.machine.phase.state === 'running') this.#look(unit, kept);
    }
  }

  #look(unit: Unit, kept: Kept): void {
    if (unit.process !== null && !kept.told) {
      const inside = kept.folders === null ? isInScope(unit) : isInGroups(unit.process.pid, kept.folders);
      kept.misses = inside ? 0 : kept.misses + 1;
      if (inside && !kept.seen) this.#lookInto(unit, unit.process.pid, kept);
      if (kept.misses >= MISSES) {
        kept.told = true;
        this.#tell(unit, 'its control group is gone: limits the kernel held are held no more');
      }
    }
    if (unit.ownMemoryEvents && killedForMemory(unit))
      this.#ports.unfit(unit, 'the kernel ended a process of it that went over its memory limit');
  }

  /** What systemd was asked for is held only where the kernel says so. */
  #lookInto(unit: Unit, pid: number, kept: Kept): void {
    kept.seen = true;
    const held = limitsOfGroup(pid);
    for (const controller of kept.wanted.keys()) {
      if (!held.has(controller))
        this.#tell(unit, withoutGroup(controller, unit.spec.limits, 'systemd has no such controller for this user'));
    }
    const events = memoryEventsOf(pid);
    if (kept.wanted.has('memory') && held.has('memory') && events !== null) count(unit, events);
  }

  #tell(unit: Unit, why: string): void {
    unit.unlimited = [...unit.unlimited, why];
    this.#ports.emit('agent.unlimited', unit.name, { why });
  }

  /** The session is over: nothing of ours is left in the kernel's tree. */
  down(): void {
    for (const [name, { folders }] of this.#kept) if (folders !== null) this.#ports.cgroups().remove(name);
    this.#kept.clear();
  }
}

/** Its kills for memory are counted from now on, for this agent alone. */
function count(unit: Unit, memoryEvents: string): void {
  unit.memoryEvents = memoryEvents;
  unit.ownMemoryEvents = true;
  unit.oomBefore = outOfMemoryKills(memoryEvents);
}

/** It left the groups of its shim. */
const isInScope = ({ process, shim }: Unit): boolean =>
  process !== null && shim !== null && cgroupsOf(process.pid) !== cgroupsOf(shim.pid);

/** What is to be held by a group. */
export function wantedOf({ memory, cpu, processes }: LimitsSpec): ReadonlyMap<CgroupController, number> {
  const wanted = new Map<CgroupController, number>();
  if (memory !== null) wanted.set('memory', memory);
  if (cpu !== null) wanted.set('cpu', cpu);
  if (processes !== null) wanted.set('pids', processes);
  return wanted;
}
