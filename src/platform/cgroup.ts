import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** The controllers of the kernel that limit what a group of processes uses (cgroups(7)). */
export type CgroupController = 'memory' | 'cpu' | 'pids';

/** One hierarchy of groups, and where in it this process is. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** What is held here; of version 2 what the kernel says when asked. */
  readonly controllers: readonly string[];
  /** Folders in which groups may perhaps be made, the best first. */
  readonly parents: readonly string[];
}

/** Reads /proc/self/mountinfo (proc_pid_mountinfo(5)) and /proc/self/cgroup. Pure. */
export function hierarchiesOf(mountinfo: string, own: string): Hierarchy[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', point = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const controllers = type === 'cgroup2' ? [] : options.split(',').filter((each) => HELD.has(each));
    if (type === 'cgroup' && controllers.length === 0) return [];
    const path = own
      .split('\n')
      .map((each) => /^\d+:([^:]*):(.*)$/.exec(each))
      .find((each) => (type === 'cgroup2' ? each?.[1] === '' : each?.[1]?.split(',').includes(controllers[0] ?? '')));
    // What is mounted may be a part of the hierarchy (a container).
    const below = (path?.[2] ?? '/').slice(root === '/' ? 0 : root.length);
    const mine = `${point}${below === '/' ? '' : below}`;
    return [{ version: type === 'cgroup2' ? 2 : 1, controllers, parents: [...new Set([mine, point])] } as const];
  });
}

const HELD: ReadonlySet<string> = new Set(['memory', 'cpu', 'pids']);

/** What a group is made with: file to value. */
type Settings = Readonly<Record<string, string>>;

/** The files that hold one limit. @param amount bytes, processors, processes */
export function cgroupSettings(version: 1 | 2, controller: CgroupController, amount: number): Settings {
  const quota = String(Math.max(1_000, Math.round(amount * PERIOD)));
  switch (controller) {
    case 'memory':
      return version === 2 ? { 'memory.max': String(amount) } : { 'memory.limit_in_bytes': String(amount) };
    case 'cpu':
      return version === 2
        ? { 'cpu.max': `${quota} ${PERIOD}` }
        : { 'cpu.cfs_period_us': String(PERIOD), 'cpu.cfs_quota_us': quota };
    case 'pids':
      return { 'pids.max': String(amount) };
  }
}

/** Microseconds over which processor time is counted: the kernel's own default. */
const PERIOD = 100_000;

export interface MadeGroups {
  /** `cgroup.procs` of each: who writes 0 there enters. */
  readonly enter: readonly string[];
  readonly folders: readonly string[];
  readonly held: readonly CgroupController[];
  /** Where the kernel counts what it killed for memory; null when memory is not held. */
  readonly memoryEvents: string | null;
  /** What could not be held, and what the kernel said. */
  readonly refused: readonly { readonly controller: CgroupController; readonly why: string }[];
}

/** Groups of our own, below one folder in each hierarchy of the kernel. */
export class Cgroups {
  readonly #name: string;
  readonly #hierarchies: readonly Hierarchy[];
  readonly #tops = new Set<string>();

  /** @param name of that folder; unlike any other session's */
  constructor(name: string, hierarchies: readonly Hierarchy[] = systemHierarchies()) {
    this.#name = name;
    this.#hierarchies = hierarchies;
  }

  /** Makes the groups of one agent, or sets those that are there anew. Never throws. */
  make(agent: string, wanted: ReadonlyMap<CgroupController, number>): MadeGroups {
    const folders = new Set<string>();
    const held: CgroupController[] = [];
    const refused: { controller: CgroupController; why: string }[] = [];
    let memoryEvents: string | null = null;
    for (const [controller, amount] of wanted) {
      const made = this.#hold(agent, controller, amount);
      if (typeof made === 'string') {
        refused.push({ controller, why: made });
        continue;
      }
      held.push(controller);
      folders.add(made.folder);
      const events = `${made.folder}/${made.version === 2 ? 'memory.events' : 'memory.oom_control'}`;
      if (controller === 'memory' && existsSync(events)) memoryEvents = events;
    }
    const all = [...folders];
    return { enter: all.map((folder) => `${folder}/cgroup.procs`), folders: all, held, memoryEvents, refused };
  }

  /** A sentence when it can't be held. */
  #hold(agent: string, controller: CgroupController, amount: number): { folder: string; version: 1 | 2 } | string {
    let why = 'this machine has no control groups for it';
    for (const hierarchy of this.#hierarchies) {
      if (hierarchy.version === 1 && !hierarchy.controllers.includes(controller)) continue;
      for (const parent of hierarchy.parents) {
        try {
          return {
            folder: this.#make(agent, parent, hierarchy.version, controller, amount),
            version: hierarchy.version,
          };
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          why = `no control group could be made: ${code ?? message} in ${parent}`;
        }
      }
    }
    return why;
  }

  #make(agent: string, parent: string, version: 1 | 2, controller: CgroupController, amount: number): string {
    const top = `${parent}/${this.#name}`;
    const folder = `${top}/${agent}`;
    if (version === 2) offer(parent, controller);
    mkdirSync(top, { recursive: true });
    this.#tops.add(top);
    if (version === 2) offer(top, controller);
    mkdirSync(folder, { recursive: true });
    for (const [file, value] of Object.entries(cgroupSettings(version, controller, amount)))
      writeFileSync(`${folder}/${file}`, value);
    // The whole agent at once, not the one of its processes that is the largest. Kernels before 4.19 have no such file.
    if (version === 2 && controller === 'memory') attempt(() => writeFileSync(`${folder}/memory.oom.group`, '1'));
    return folder;
  }

  /** Removes the groups of one agent, as far as nobody is in them. */
  remove(agent: string): void {
    for (const top of this.#tops) attempt(() => rmdirSync(`${top}/${agent}`));
    for (const top of this.#tops) attempt(() => rmdirSync(top));
  }
}

/** Hands a controller on to the groups below. Throws what the kernel says: EBUSY where processes live in the parent itself. */
function offer(parent: string, controller: CgroupController): void {
  const file = `${parent}/cgroup.subtree_control`;
  if (readFileSync(file, 'utf8').split(/\s+/).includes(controller)) return;
  if (!readFileSync(`${parent}/cgroup.controllers`, 'utf8').split(/\s+/).includes(controller))
    throw Object.assign(new Error(), { code: `no controller ${controller}` });
  writeFileSync(file, `+${controller}`);
}

function attempt(what: () => void): void {
  try {
    what();
  } catch {}
}

const systemHierarchies = (): Hierarchy[] => {
  try {
    return hierarchiesOf(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return [];
  }
};

/** True while the folders are there and the process is in all of them. */
export function isInGroups(pid: number, folders: readonly string[]): boolean {
  return folders.every((folder) => {
    try {
      return readFileSync(`${folder}/cgroup.procs`, 'utf8').split('\n').includes(String(pid));
    } catch {
      return false;
    }
  });
}

/** The groups of a process, as the kernel lists them (proc_pid_cgroup(5)); empty when it is gone. */
export function cgroupsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}

/** Files of either version that say what a group is held to, and what stands in them when it is held to nothing. */
const HOLDS: readonly (readonly [CgroupController, string, RegExp])[] = [
  ['memory', 'memory.max', /^max/],
  ['memory', 'memory.limit_in_bytes', /^9223372036854771712/],
  ['cpu', 'cpu.max', /^max/],
  ['cpu', 'cpu.cfs_quota_us', /^-1/],
  ['pids', 'pids.max', /^max/],
];

/** What the groups of a process are held to themselves, by whoever made them. */
export function limitsOfGroup(pid: number, hierarchies = systemHierarchies()): ReadonlySet<CgroupController> {
  const held = new Set<CgroupController>();
  for (const { version, controllers, parents } of hierarchies) {
    const line = cgroupsOf(pid)
      .split('\n')
      .map((each) => /^\d+:([^:]*):(.*)$/.exec(each))
      .find((each) => (version === 2 ? each?.[1] === '' : each?.[1]?.split(',').includes(controllers[0] ?? '')));
    for (const [controller, file, unheld] of HOLDS) {
      if (version === 1 && !controllers.includes(controller)) continue;
      const value = tryRead(`${parents.at(-1)}${line?.[2] ?? ''}/${file}`);
      if (value !== null && !unheld.test(value)) held.add(controller);
    }
  }
  return held;
}

function tryRead(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
