import { passOn, openDir, privateDir, removeEmptyDir, removeTree, sha256, watchFolder } from '../../platform/index.ts';
import { type AgentSpec, LARGEST_MESSAGE, type Paths } from '../../protocol/index.ts';
import { type DoorServices, doorServices } from './door-services.ts';
import type { Identities } from './identities.ts';

export interface DoorsPorts {
  readonly paths: Paths;
  readonly identities: Identities;
  services(): DoorServices;
  /** Serves on `folder/controller.sock`. */
  serve(folder: string, services: DoorServices): Promise<{ close(): Promise<void> }>;
  /** A hook of an agent wrote something down. */
  onHook(): void;
  degraded(what: string, message: string | null): void;
}

/** Speaks to orchestra through a door of its own: it may not see the session's folder. */
export const hasDoor = ({ sandbox, user }: AgentSpec): boolean => sandbox !== 'none' || user !== null;

/** Where agents of other users reach their session: `.orchestra` may lie where they can't get to, and is private. Only root writes in /run. */
const PUBLIC = '/run/orchestra';

/** Where it writes. All else of its door is read to it: put a link in the place of a file that the controller writes, and another would be written. */
const ITS_OWN = ['status', 'intake/tmp', 'intake/new'];

interface Open {
  readonly spec: AgentSpec;
  readonly folder: string;
  close(): Promise<void>;
}

/** The folders through which agents in sandboxes, and agents of other users, reach their session: each its own, and nothing else of it. */
export class Doors {
  readonly #ports: DoorsPorts;
  readonly #open = new Map<string, Open>();

  constructor(ports: DoorsPorts) {
    this.#ports = ports;
  }

  folder({ name, user }: AgentSpec): string {
    return user === null ? this.#ports.paths.door(name) : `${this.#public}/${name}`;
  }

  get #public(): string {
    return `${PUBLIC}/${sha256(this.#ports.paths.project).slice(0, 16)}`;
  }

  /** Opens the doors these agents need and shuts all others. Never rejects: an agent whose door can't be opened is told of by `degraded`. */
  async sync(agents: readonly AgentSpec[]): Promise<void> {
    const wanted = new Map(agents.filter(hasDoor).map((spec) => [spec.name, spec]));
    for (const [name, { folder }] of this.#open) {
      const spec = wanted.get(name);
      if (spec === undefined || this.folder(spec) !== folder) await this.#shut(name, folder);
    }
    for (const spec of wanted.values()) await this.#make(spec);
  }

  async #make(spec: AgentSpec): Promise<void> {
    const what = `door of ${spec.name}`;
    if (this.#open.has(spec.name)) return;
    const { identities, serve, services, onHook, degraded } = this.#ports;
    const folder = this.folder(spec);
    try {
      this.#makeFolders(spec, folder);
      const identity = identities.of(spec.user, spec.group);
      const server = await serve(folder, doorServices(spec.name, services()));
      identities.own(
        ['controller.sock', ...ITS_OWN].map((part) => `${folder}/${part}`),
        identity,
      );
      const failed = (why: string): void => degraded(what, why);
      const status = await watchFolder(`${folder}/status`, onHook, failed);
      const intake = await watchFolder(`${folder}/intake/new`, () => this.#passOn(folder), failed);
      const close = async (): Promise<void> =>
        void (await Promise.all([server, status, intake].map((each) => each.close())));
      this.#open.set(spec.name, { spec, folder, close });
      degraded(what, null);
    } catch (error) {
      degraded(what, `${spec.name} can't reach orchestra: ${(error as Error).message}`);
    }
  }

  #makeFolders({ user }: AgentSpec, folder: string): void {
    for (const part of ['', '/files', '/tokens', '/intake']) privateDir(`${folder}${part}`);
    if (user !== null) this.#show(folder);
    for (const part of ITS_OWN) privateDir(`${folder}/${part}`);
  }

  /** Others may come in and see what there is. What it holds is readable to its agent alone. */
  #show(folder: string): void {
    for (const parent of [PUBLIC, this.#public]) openDir(parent);
    for (const part of ['', '/files', '/tokens', '/intake']) openDir(`${folder}${part}`);
  }

  /** Gives what the controller wrote for an agent to whom it runs as. */
  give({ user, group }: AgentSpec, files: readonly string[]): void {
    if (user !== null) this.#ports.identities.own(files, this.#ports.identities.of(user, group));
  }

  /** Where hooks of agents with doors write, by agent. */
  get status(): readonly { readonly agent: string; readonly folder: string }[] {
    return [...this.#open].map(([agent, { folder }]) => ({ agent, folder: `${folder}/status` }));
  }

  /** What was dropped is moved on to the intake of the session. Called on a hint and with every round. */
  passOn(): void {
    for (const { folder } of this.#open.values()) this.#passOn(folder);
  }

  #passOn(folder: string): void {
    const { paths, degraded } = this.#ports;
    try {
      passOn(`${folder}/intake/new`, paths.intake, LARGEST_MESSAGE);
    } catch (error) {
      degraded('intake of a door', (error as Error).message);
    }
  }

  async #shut(name: string, folder: string): Promise<void> {
    await this.#open.get(name)?.close();
    this.#open.delete(name);
    removeTree(folder);
  }

  /** Lets go of every door; the folders stay for agents that go on. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((each) => each.close()));
    this.#open.clear();
  }

  /** The session is over. */
  async remove(): Promise<void> {
    const folders = [...this.#open.values()].map(({ folder }) => folder);
    await this.close();
    for (const folder of folders) removeTree(folder);
    for (const folder of [this.#public, PUBLIC]) removeEmptyDir(folder);
  }
}
