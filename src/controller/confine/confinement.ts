import { type OwnLimits, pathKind, privateDir, realPath, type RunResult } from '../../platform/index.ts';
import { AGENT_FILES, type AgentSpec, type Paths, SANDBOXES } from '../../protocol/index.ts';
import type { CannotStart, Confined, Unit } from '../../watchdog/index.ts';
import { bwrapArgv } from './bwrap.ts';
import { type Groups, wantedOf } from './groups.ts';
import type { Scopes } from './scopes.ts';
import { type Doors, hasDoor } from './doors.ts';
import type { Identities, Identity } from './identities.ts';
import { planOwnLimits } from './limit-plan.ts';
import { refusalOf } from './refusal.ts';

export interface ConfinementPorts {
  readonly paths: Paths;
  readonly setpriv: string;
  readonly groups: Groups;
  readonly scopes: Scopes;
  own(): OwnLimits;
  readonly identities: Identities;
  readonly doors: Doors;
  /** Home folder of the person. */
  readonly home: string;
  /** Folders of orchestra itself and of Node. */
  readonly programs: readonly string[];
  /** The configuration file of the session. */
  file(): string;
  /** The built-in type an agent's own type is made of. */
  builtinType(type: string): string;
  /** Path of a program, null when it is not on PATH. */
  find(program: string): string | null;
  run(argv: readonly string[], options: { timeout: number; env: NodeJS.ProcessEnv }): Promise<RunResult>;
}

/** Milliseconds a trial of a sandbox may take. */
const TRIAL = 10_000;

/** Keeps agents within their limits, their user and their sandbox. An agent that asks for none of it costs nothing here. */
export class Confinement {
  readonly #ports: ConfinementPorts;
  /** Sandboxes that were made here before, by their words. */
  readonly #proven = new Set<string>();

  constructor(ports: ConfinementPorts) {
    this.#ports = ports;
  }

  proven(spec: AgentSpec): boolean {
    if (!this.#ports.scopes.known && wantedOf(spec.limits).size > 0) return false;
    if (spec.sandbox === 'none') return true;
    const words = this.#around(spec, this.#identity(spec));
    return words !== null && this.#proven.has(words.join('\0'));
  }

  /** Makes what it is kept within once, around a program that does nothing. A sentence when the machine refuses it. Never rejects. */
  async prove(spec: AgentSpec): Promise<string | null> {
    const { setpriv, run, find } = this.#ports;
    try {
      if (wantedOf(spec.limits).size > 0) await this.#ports.scopes.try();
      if (spec.sandbox === 'none') return null;
      const identity = this.#identity(spec);
      this.#prepare(spec, identity);
      const words = this.#around(spec, identity);
      if (words === null) return refusalOf({ kind: 'missing', root: this.#ports.identities.uid === 0 });
      const argv = [setpriv, ...(identity?.options ?? []), '--', ...words, find('true') ?? '/bin/true'];
      const ran = await run(argv, { timeout: TRIAL, env: { LC_ALL: 'C' } });
      if (ran.code !== 0) return refusalOf({ kind: 'refused', said: ran.stderr, timedOut: ran.timedOut });
      this.#proven.add(words.join('\0'));
      return null;
    } catch (error) {
      return `the sandbox can't be prepared: ${(error as Error).message}`;
    }
  }

  /** What an agent's next incarnation is kept within; undefined for nothing. */
  confine(
    spec: AgentSpec,
  ):
    | { readonly ok: true; readonly confined: Confined | undefined; readonly env: Readonly<Record<string, string>> }
    | CannotStart {
    if (!isConfined(spec)) return { ok: true, confined: undefined, env: {} };
    const identity = this.#identity(spec);
    if (identity === null && (spec.user !== null || spec.group !== null)) {
      const who = [spec.user, spec.group].filter((name) => name !== null).join(':');
      return { ok: false, message: `there is no user or group ${who} on this machine`, final: true };
    }
    try {
      this.#prepare(spec, identity);
    } catch (error) {
      return { ok: false, message: (error as Error).message };
    }
    const around = spec.sandbox === 'none' ? [] : this.#around(spec, identity);
    if (around === null) return { ok: false, message: refusalOf({ kind: 'missing', root: false }), final: true };
    const own = planOwnLimits(spec.limits, this.#ports.own());
    const groups = this.#ports.groups.of(spec);
    const { find } = this.#ports;
    const found = own.before.map((word, at) => (at === 0 || word === 'nice' ? (find(word) ?? word) : word));
    const confined: Confined = {
      enter: groups.enter,
      before: [...found, ...groups.before],
      identity: identity?.options ?? [],
      around,
      memoryEvents: groups.memoryEvents,
      missing: [...own.missing, ...groups.missing],
    };
    const door = hasDoor(spec) ? { ORCHESTRA_DOOR: this.#ports.doors.folder(spec) } : {};
    return { ok: true, confined, env: { ...identity?.env, ...door } };
  }

  /** An agent that runs since before this controller came. */
  adopt(unit: Unit): void {
    if (unit.process !== null && isConfined(unit.spec)) this.#ports.groups.adopt(unit);
  }

  /** Called with every round. */
  round(units: Iterable<Unit>): void {
    this.#ports.doors.passOn();
    this.#ports.groups.round(units);
  }

  /** Opens the doors these agents need, and no others. Never rejects. */
  sync(agents: readonly AgentSpec[]): Promise<void> {
    return this.#ports.doors.sync(agents);
  }

  /** Lets go of everything, for agents that go on. */
  close(): Promise<void> {
    return this.#ports.doors.close();
  }

  /** The session is over: nothing of ours is left, in the kernel's tree either. */
  async down(): Promise<void> {
    this.#ports.groups.down();
    await this.#ports.doors.remove();
  }

  #identity({ user, group }: AgentSpec): Identity | null {
    return user === null && group === null ? null : this.#ports.identities.of(user, group);
  }

  /** Folders that are bound must be there: its mail, and those its CLI would make in a home it can't write in. */
  #prepare({ name, sandbox, type }: AgentSpec, identity: Identity | null): void {
    const { paths, identities, home, builtinType } = this.#ports;
    if (sandbox === 'none') return;
    // Bound when it starts: what is made later would not be seen inside.
    privateDir(paths.mailbox(name));
    if (SANDBOXES[sandbox].agentFiles === 'read-only') return;
    for (const folder of AGENT_FILES[builtinType(type)]?.folders ?? []) {
      const path = `${identity?.home ?? home}/${folder}`;
      if (pathKind(path) !== null) continue;
      privateDir(path);
      identities.own([path], identity);
    }
  }

  /** null when there is no bwrap. */
  #around(spec: AgentSpec, identity: Identity | null): readonly string[] | null {
    const { paths, programs, home, file, builtinType, find, doors } = this.#ports;
    const bwrap = find('bwrap');
    if (spec.sandbox === 'none' || bwrap === null) return null;
    return bwrapArgv({
      level: spec.sandbox,
      bwrap,
      project: paths.project,
      cwd: realPath(spec.cwd) ?? spec.cwd,
      home: identity?.home ?? home,
      type: builtinType(spec.type),
      root: paths.root,
      door: doors.folder(spec),
      mailbox: spec.user === null ? paths.mailbox(spec.name) : null,
      programs,
      guarded: [file()],
      exists: (path) => pathKind(path) !== null,
    });
  }
}

/** Anything that takes more than starting the command as it stands. */
export const isConfined = ({ sandbox, user, group, limits }: AgentSpec): boolean =>
  sandbox !== 'none' || user !== null || group !== null || Object.values(limits).some((limit) => limit !== null);
