import { closeSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from 'vitest';
import { type Box, BOXES, MailLog, MailStore } from '../../src/mailbox/index.ts';
import { type Disk, type LogFile, nextTurn, openLogFile, systemDisk } from '../../src/platform/index.ts';
import { DEFAULT_MESSAGES, type EventType, type MessagesSpec, type Paths, pathsOf } from '../../src/protocol/index.ts';
import { type Interrupted, MailQueue, type Recipient } from '../../src/queue/index.ts';
import { FakeClock } from './fake-clock.ts';

export type DiskStep = 'create' | 'sync' | 'syncDir' | 'syncAll' | 'log' | 'rename' | 'remove';

/** What a power loss leaves of a file that was not synced. */
export type Left = 'nothing' | 'no content' | 'all';

/** A disk that syncs at once, writes down what it was asked, and refuses when told to. */
export class TestDisk implements Disk {
  readonly #real = systemDisk();
  readonly #paths = new Map<number, string>();
  /** Files whose content a power loss may take, by where they lie. Their names stay once the folder was synced. */
  readonly #unsynced = new Map<string, { fd: number; named: boolean }>();
  /** Called before each step; what it throws is what the disk says. */
  refuse: (step: DiskStep, path: string) => void = () => {};
  readonly log: string[] = [];
  /** What is written into the write-ahead log waits for it. */
  logGate: Promise<void> = Promise.resolve();

  create(path: string, bytes: Uint8Array): number {
    this.#step('create', path);
    const fd = this.#real.create(path, bytes);
    this.#paths.set(fd, path);
    this.#unsynced.set(path, { fd, named: false });
    return fd;
  }

  async syncAndClose(fd: number): Promise<void> {
    const path = this.#paths.get(fd) ?? '';
    const file = this.#closed(fd);
    await nextTurn();
    this.#step('sync', path);
    for (const [each, of] of this.#unsynced) if (of === file) this.#unsynced.delete(each);
  }

  close(fd: number): void {
    this.#closed(fd);
  }

  #closed(fd: number): { fd: number; named: boolean } | undefined {
    closeSync(fd);
    const file = [...this.#unsynced.values()].find((each) => each.fd === fd);
    if (file !== undefined) file.fd = -1; // the number is given to the next file
    return file;
  }

  /** A file of the log: what is written into it is on the disk. */
  async openLog(path: string, bytes: number): Promise<LogFile> {
    const file = await openLogFile(path, bytes);
    return {
      write: async (data, at) => {
        await this.logGate;
        this.#step('log', path);
        await file.write(data, at);
      },
      close: () => file.close(),
    };
  }

  async syncAll(folder: string): Promise<void> {
    const before = new Set(this.#unsynced.values());
    await nextTurn();
    this.#step('syncAll', folder);
    for (const [path, of] of this.#unsynced) if (before.has(of)) this.#unsynced.delete(path);
  }

  /** The power goes: what was not synced is there in part. */
  losePower(left: (nth: number) => Left): void {
    let nth = 0;
    for (const [path, { named }] of this.#unsynced) {
      const rest = left(nth++);
      if (rest === 'nothing' && !named) rmSync(path, { force: true });
      else if (rest !== 'all' && existsSync(path)) truncateSync(path);
    }
    this.#unsynced.clear();
  }

  async syncDir(path: string): Promise<void> {
    await nextTurn();
    this.#step('syncDir', path);
    for (const [each, of] of this.#unsynced) if (dirname(each) === path) of.named = true;
  }

  rename(from: string | Buffer, to: string | Buffer): void {
    this.#step('rename', String(to));
    this.#real.rename(from, to);
    const unsynced = this.#unsynced.get(String(from));
    this.#unsynced.delete(String(from));
    this.#unsynced.delete(String(to));
    if (unsynced !== undefined) this.#unsynced.set(String(to), unsynced);
  }

  remove(path: string | Buffer): boolean {
    this.#step('remove', String(path));
    this.#unsynced.delete(String(path));
    return this.#real.remove(path);
  }

  #step(step: DiskStep, path: string): void {
    this.refuse(step, path);
    this.log.push(`${step} ${path}`);
  }
}

/** The disk as a process sees it that may end at any step. */
function mortal(disk: Disk, life: { ended: boolean }): Disk {
  const alive = <T>(step: () => T): T => {
    if (life.ended) throw diskError('EIO');
    return step();
  };
  const both = async (step: () => Promise<void>): Promise<void> => {
    await alive(step);
    alive(() => {}); // what it waited for came after its end
  };
  return {
    create: (path, bytes) => alive(() => disk.create(path, bytes)),
    rename: (from, to) => alive(() => disk.rename(from, to)),
    remove: (path) => alive(() => disk.remove(path)),
    close: (fd) => disk.close(fd),
    syncAndClose: (fd) => both(() => disk.syncAndClose(fd)),
    syncDir: (path) => both(() => disk.syncDir(path)),
    syncAll: (folder) => both(() => disk.syncAll(folder)),
  };
}

function mortalLog(disk: TestDisk, life: { ended: boolean }): TestDisk['openLog'] {
  const alive = async <T>(step: () => Promise<T>): Promise<T> => {
    if (life.ended) throw diskError('EIO');
    const result = await step();
    if (life.ended) throw diskError('EIO');
    return result;
  };
  return async (path, bytes) => {
    const file = await disk.openLog(path, bytes);
    return { write: (data, at) => alive(() => file.write(data, at)), close: () => file.close() };
  };
}

export const diskError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: told to`), { code });

export interface Told {
  readonly type: EventType;
  readonly agent: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A project with mail and nothing else, of which nothing is left afterwards. */
export class MailHouse {
  readonly folder = mkdtempSync(join(tmpdir(), 'mail-'));
  readonly paths: Paths = pathsOf(this.folder);
  readonly clock = new FakeClock();
  readonly disk = new TestDisk();

  constructor() {
    this.clock.wallAhead = Date.now(); // files carry the times of the real one
  }

  readonly told: Told[] = [];
  readonly trouble = new Map<string, string>();
  rules: MessagesSpec = DEFAULT_MESSAGES;
  crew: Recipient[] = [];
  tokenOf: (agent: string) => string | null = () => null;
  #seed = 1;
  readonly #open: MailQueue[] = [];
  #life = { ended: false };
  /** Bytes of each file of the write-ahead log; 0: there is none, and every file is synced. */
  logBytes = 0;
  #boots = 0;

  agents(names: readonly string[], interrupted: Interrupted = 'dead', delivery: Recipient['delivery'] = 'idle'): void {
    this.crew = names.map((name) => ({ name, delivery, interrupted }));
  }

  /** The running queue's process is gone: whatever it still tries has no effect. */
  kill(): void {
    this.#life.ended = true;
  }

  /** The running queue's process is gone, and with it what no sync has brought to the disk. */
  losePower(left: (nth: number) => Left): void {
    this.kill();
    this.disk.losePower(left);
    this.#boots++;
  }

  #log(life: { ended: boolean }): MailLog | null {
    if (this.logBytes === 0) return null;
    const folder = `${this.paths.queue}/.wal`;
    const disk = mortal(this.disk, life);
    const openLog = mortalLog(this.disk, life);
    return new MailLog(
      this.paths,
      {
        open: (which) => {
          mkdirSync(folder, { recursive: true });
          return openLog(`${folder}/${which}`, this.logBytes);
        },
        checkpoint: () => disk.syncAll(''),
        boot: `boot ${this.#boots}`,
      },
      this.logBytes,
    );
  }

  /** A controller's queue. The one before was killed. */
  async queue(): Promise<MailQueue> {
    this.kill();
    const life = { ended: false };
    this.#life = life;
    const log = this.#log(life);
    const queue = new MailQueue({
      store: new MailStore(this.paths, mortal(this.disk, life), log),
      clock: this.clock,
      random: (bytes) =>
        Uint8Array.from({ length: bytes }, () => (this.#seed = (this.#seed * 48_271) % 0x7fffffff) & 255),
      emit: (type, agent, data) => void this.told.push({ type, agent, data }),
      degraded: (what, message) =>
        void (message === null ? this.trouble.delete(what) : this.trouble.set(what, message)),
      turn: nextTurn,
    });
    this.#open.push(queue);
    await queue.open();
    await log?.ready();
    queue.setCrew(this.crew, this.rules, this.tokenOf);
    return queue;
  }

  files(agent: string, box: Box | 'tmp'): string[] {
    const folder = `${this.paths.mailbox(agent)}/${box}`;
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  allFiles(agent: string): string[] {
    return BOXES.flatMap((box) => this.files(agent, box).map((file) => `${box}/${file}`));
  }

  intake(box: 'tmp' | 'new' | 'cur' = 'new'): string[] {
    return readdirSync(`${this.paths.intake}/${box}`).sort();
  }

  corrupt(): string[] {
    return readdirSync(this.paths.corrupt);
  }

  events(type: EventType): Told[] {
    return this.told.filter((event) => event.type === type);
  }

  async close(): Promise<void> {
    this.disk.refuse = () => {};
    for (const queue of this.#open) await queue.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const mailTest = base.extend<{ house: MailHouse }>({
  house: async ({ task: _task }, use) => {
    const house = new MailHouse();
    await use(house);
    await house.close();
  },
});

export const note = (to: string, text = 'hello'): { type: 'note'; to: string; payload: { text: string } } => ({
  type: 'note',
  to,
  payload: { text },
});
