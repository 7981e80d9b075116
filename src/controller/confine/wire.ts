import { Cgroups, type OwnLimits, sha256 } from '../../platform/index.ts';
import type { Emit, Paths, SessionSpec } from '../../protocol/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import { Confinement, type ConfinementPorts } from './confinement.ts';
import type { DoorServices } from './door-services.ts';
import { Doors, type DoorsPorts } from './doors.ts';
import { Groups } from './groups.ts';
import { Identities } from './identities.ts';
import { Scopes } from './scopes.ts';

/** What keeping agents within bounds needs to know of this machine and this process. */
export interface Bounds {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Folders of orchestra itself and of Node. */
  readonly programs: readonly string[];
  /** Path of a program, null when it is not on PATH. */
  find(program: string): string | null;
  ownLimits(): OwnLimits;
  /** systemd-run(1) with what says which manager to ask; null where no systemd runs. */
  systemd(): readonly string[] | null;
  /** Serves what a door offers on `folder/controller.sock`. */
  serve(folder: string, services: DoorServices): Promise<{ close(): Promise<void> }>;
}

export interface BoundsParts {
  readonly bounds: Bounds;
  readonly paths: Paths;
  readonly setpriv: string;
  readonly emit: Emit;
  readonly run: ConfinementPorts['run'];
  readonly services: DoorServices;
  readonly degraded: DoorsPorts['degraded'];
  spec(): SessionSpec;
  onHook(): void;
  unfit(unit: Unit, detail: string): void;
}

/** Makes the two parts that keep agents within bounds. */
export function wireBounds(parts: BoundsParts): { readonly confinement: Confinement; readonly doors: Doors } {
  const { bounds, paths, services, onHook, degraded } = parts;
  const identities = new Identities(bounds.uid, bounds.gid, bounds.home);
  const doors = new Doors({ paths, identities, services: () => services, serve: bounds.serve, onHook, degraded });
  // Read and made when the first agent asks for them: most sessions have none.
  const cgroups = once(() => new Cgroups(`orchestra-${sha256(paths.project).slice(0, 16)}`));
  const scopes = new Scopes({ run: parts.run, systemd: once(() => bounds.systemd()) });
  const confinement = new Confinement({
    ...parts,
    ...bounds,
    identities,
    doors,
    groups: new Groups({ ...parts, scopes, cgroups }),
    scopes,
    own: once(() => bounds.ownLimits()),
    file: () => parts.spec().file,
    builtinType: (type) => parts.spec().agentTypes[type]?.extends ?? type,
  });
  return { confinement, doors };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
