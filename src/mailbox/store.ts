import {
  type Disk,
  entryTimes,
  type FilePath,
  fileSyncKeepsName,
  isRealFolder,
  listDir,
  privateDir,
  rawPath,
  readIfThere,
  someNames,
  systemDisk,
  takeFile,
} from '../platform/index.ts';
import { AGENT_NAME, EXTERNAL, LARGEST_MESSAGE, type Paths, RESERVED_NAMES } from '../protocol/index.ts';
import { bad, type Checked } from './checked.ts';
import { type Circular, readCircular, readSealed, type Sealed } from './envelope.ts';
import type { Logged, MailLog } from './mail-log.ts';
import { BOXES, type Box, fileName, type MailName, parseName } from './name.ts';

// What `setAside` makes of a name.
const ASIDE = /^\d+-\d+-[0-9a-f]{6}-/;

/** What lies in one mailbox: messages by name, and entries that are none. */
export interface Contents {
  readonly names: readonly MailName[];
  readonly strange: readonly { readonly box: Box; readonly entry: string }[];
}

/** A file that was created under its name and may not outlive a power loss yet. */
export interface Written {
  /** Resolves once it does. After it rejects, the file is gone and the message was never there. */
  durable(): Promise<void>;
  /** Takes it away again, whether it is on the disk or not. */
  undo(): void;
}

/**
 * The files of the mail and their renames. One process at a time may write mailboxes (the controller holds a lock); anyone may drop into the intake.
 *
 * A message is written to `tmp/` and renamed to `new/`. Where there is a log (see mail-log.ts) it is safe there, written while the file is made, and
 * the file reaches the disk later. Else the file is synced once, after the rename: between the rename and the end of the sync a power loss can leave
 * a torn file under its final name, which its checksum tells, and nobody was told that it was accepted. Where that one fsync does not keep the
 * name too, the folder is synced after it.
 */
export class MailStore {
  readonly paths: Paths;
  readonly #disk: Disk;
  readonly #made = new Set<string>();
  #oneSync: boolean | null = null;
  readonly #log: MailLog | null;
  #found: Promise<void> | null = null;

  /** @param log of the one process that writes mailboxes; null: each message is synced by itself */
  constructor(paths: Paths, disk: Disk = systemDisk(), log: MailLog | null = null) {
    this.paths = paths;
    this.#disk = disk;
    this.#log = log;
  }

  /**
   * Puts back what a power loss kept from the mailboxes. To be called before they are read. When one of them can't be read, the log is left as it is
   * for the next start. Throws when the log can't be read.
   */
  recover(): void {
    const log = this.#log;
    const lying = new Map<string, readonly MailName[]>();
    for (const logged of log?.recover() ?? []) {
      const { agent } = logged;
      try {
        if (!lying.has(agent)) {
          this.open(agent);
          lying.set(agent, this.contents(agent).names);
        }
        this.#restore(logged, lying.get(agent) ?? []);
      } catch {
        log?.leave();
      }
    }
  }

  /** It may have gone on since, and its content be what is missing: the name it has is kept. */
  #restore({ agent, name, sealed }: Logged, lying: readonly MailName[]): void {
    const names = lying.filter(({ id }) => id === name.id);
    if (names.some((each) => this.read(agent, each)?.ok)) return;
    for (const each of names.length === 0 ? [name] : names) {
      const temporary = `${this.paths.mailbox(agent)}/tmp/${fileName(name)}`;
      this.#disk.remove(temporary);
      this.#disk.close(this.#disk.create(temporary, sealed));
      this.#disk.rename(temporary, this.file(agent, each));
    }
  }

  /**
   * Resolves once what was found at the start outlives a power loss: the process before may have ended between a file and its sync. To be waited for
   * before somebody is told that such a message is safe. Rejects with what the disk says.
   */
  foundIsSafe(): Promise<void> {
    this.#found ??= this.#disk.syncAll(this.paths.queue).catch((error: unknown) => {
      this.#found = null;
      throw error;
    });
    return this.#found;
  }

  /** Resolves when nothing more is on its way into the log. */
  async settled(): Promise<void> {
    await this.#log?.settled();
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  /** Makes the folders that all mail needs. Throws what the disk says. */
  prepare(): void {
    const { queue, corrupt, intake } = this.paths;
    privateDir(queue);
    for (const folder of [corrupt, intake, ...['tmp', 'new', 'cur'].map((box) => `${intake}/${box}`)])
      ownFolder(folder);
  }

  /** Makes the mailbox of an agent when it is not there. Throws what the disk says. */
  open(agent: string): void {
    if (this.#made.has(agent)) return;
    const mailbox = this.paths.mailbox(agent);
    for (const folder of [mailbox, ...['tmp', ...BOXES].map((box) => `${mailbox}/${box}`)]) ownFolder(folder);
    this.#made.add(agent);
  }

  /** Agents that have a mailbox, in the crew or not. */
  agents(): string[] {
    return listDir(this.paths.queue).filter(
      (name) =>
        AGENT_NAME.test(name) &&
        (name === EXTERNAL || !RESERVED_NAMES.includes(name)) &&
        isRealFolder(this.paths.mailbox(name)),
    );
  }

  /** Everything in a mailbox. Throws when a folder can't be read. */
  contents(agent: string): Contents {
    const names: MailName[] = [];
    const strange: { box: Box; entry: string }[] = [];
    for (const box of BOXES) {
      for (const entry of listDir(`${this.paths.mailbox(agent)}/${box}`)) {
        const name = parseName(box, entry);
        if (name === null) strange.push({ box, entry });
        else names.push(name);
      }
    }
    return { names, strange };
  }

  /** Removes the files a writer that died left in `tmp/`. Nothing but files with names of ours: whatever else lies there is not ours to remove. */
  clean(agent: string): void {
    this.open(agent);
    this.#cleanTmp(`${this.paths.mailbox(agent)}/tmp`);
  }

  /** The same for the intake; what others are writing there has other names. */
  cleanIntake(): void {
    this.#cleanTmp(`${this.paths.intake}/tmp`);
  }

  #cleanTmp(tmp: string): void {
    for (const entry of listDir(tmp)) {
      if (parseName('new', entry) === null || isRealFolder(`${tmp}/${entry}`)) continue;
      this.#disk.remove(`${tmp}/${entry}`);
    }
  }

  file(agent: string, name: MailName): string {
    return `${this.paths.mailbox(agent)}/${name.box}/${fileName(name)}`;
  }

  /** The message of a file; null when it is not there (any more). Throws what is no property of this file (EIO, EMFILE ...). */
  read(agent: string, name: MailName): Checked<Sealed> | null {
    const taken = takeFile(this.file(agent, name), LARGEST_MESSAGE + 1024);
    if (taken.kind === 'gone') return null;
    return taken.kind === 'other' ? bad(taken.why) : readSealed(taken.bytes, agent, name.id, name.seq);
  }

  /** Writes one copy, sealed, under its name. Throws what the disk says, with nothing left once it is `settled`. */
  write(agent: string, name: MailName, sealed: Buffer): Written {
    this.open(agent);
    const log = this.#log;
    // Begun first: the disk is busy with it while the file is made.
    const kept = log?.keep(agent, name, sealed) ?? NOT_KEPT;
    return this.#publish(this.paths.mailbox(agent), `new/${fileName(name)}`, sealed, kept, () =>
      log?.cancel(agent, name),
    );
  }

  /** Throws what the disk says; the file then lies where it lay. */
  move(agent: string, from: MailName, to: MailName): void {
    this.#disk.rename(this.file(agent, from), this.file(agent, to));
  }

  /** Resolves once the renames into this folder outlive a power loss. */
  async syncBox(agent: string, ...boxes: readonly Box[]): Promise<void> {
    // With a journal the first sync carries both sides of a rename; without one the target goes first: twice is better than lost.
    for (const box of boxes) await this.#disk.syncDir(`${this.paths.mailbox(agent)}/${box}`);
  }

  /** Whether it may be removed for good. When not, it soon may. */
  mayForget(agent: string, id: string): boolean {
    return this.#log?.holds(agent, id) !== true;
  }

  /** True when it was there. */
  remove(agent: string, name: MailName): boolean {
    return this.#disk.remove(this.file(agent, name));
  }

  /** Milliseconds since the epoch: when it came to where it lies (ctime, which a rename sets). null when it is gone. */
  changed(agent: string, name: MailName): number | null {
    return entryTimes(this.file(agent, name))?.changed ?? null;
  }

  /** Messages whose copies are being made. Throws when the folder can't be read. */
  circulars(): Contents {
    const names: MailName[] = [];
    const strange: { box: Box; entry: string }[] = [];
    for (const entry of listDir(`${this.paths.intake}/cur`)) {
      const name = parseName('new', entry);
      if (name === null) strange.push({ box: 'cur', entry });
      else names.push(name);
    }
    return { names, strange };
  }

  circularFile(name: MailName): string {
    return `${this.paths.intake}/cur/${fileName(name)}`;
  }

  writeCircular(name: MailName, sealed: Buffer): Written {
    return this.#publish(this.paths.intake, `cur/${fileName(name)}`, sealed);
  }

  readCircular(name: MailName): Checked<Circular> | null {
    const taken = takeFile(this.circularFile(name), LARGEST_MESSAGE * 2);
    if (taken.kind === 'gone') return null;
    return taken.kind === 'other' ? bad(taken.why) : readCircular(taken.bytes, name.id, name.seq);
  }

  removeCircular(name: MailName): boolean {
    return this.#disk.remove(this.circularFile(name));
  }

  /**
   * Moves what is no message out of the way, to `corrupt/`; its name there begins with `stamp`, which must be new each time.
   * @returns where it lies now; null when it could not be moved
   */
  setAside(path: FilePath, entry: string, stamp: string): string | null {
    // The name is somebody else's: any bytes, up to 255 of them (NAME_MAX), and what is put before it must still fit.
    const target = `${this.paths.corrupt}/${stamp}-${entry.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}`;
    try {
      this.#disk.rename(path, target);
      return target;
    } catch {
      return null;
    }
  }

  /** The number up to which sequence numbers were given away; null when the file is not there or is no number. */
  reserved(): number | null {
    const text = readIfThere(`${this.paths.queue}/.seq`)?.trim() ?? '';
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  }

  /** Resolves once all numbers below `upTo` are given away for good. */
  async reserve(upTo: number): Promise<void> {
    const temporary = `${this.paths.queue}/.seq.tmp`;
    this.#disk.remove(temporary);
    await this.#disk.syncAndClose(this.#disk.create(temporary, Buffer.from(`${upTo}\n`)));
    this.#disk.rename(temporary, `${this.paths.queue}/.seq`);
    await this.#disk.syncDir(this.paths.queue);
  }

  /** Removes a file of `corrupt/` that came there before `before`, milliseconds since the epoch. Only what was put there by `setAside`. */
  forgetCorrupt(entry: string, before: number): void {
    if (!ASIDE.test(entry)) return;
    const path = `${this.paths.corrupt}/${entry}`;
    const times = entryTimes(path);
    if (times === null || times.changed >= before || isRealFolder(path)) return;
    this.#disk.remove(path);
  }

  /** What somebody began to write in the intake. Nothing behind a link: that would be somebody else's. */
  async begun(): Promise<string[]> {
    const folder = `${this.paths.intake}/tmp`;
    return isRealFolder(folder) ? someNames(folder, 10_000) : [];
  }

  /** Removes a file that somebody began in the intake, and has not written to or moved since `before`, milliseconds since the epoch. */
  forgetBegun(entry: string, before: number): void {
    const path = rawPath(`${this.paths.intake}/tmp`, entry);
    const facts = entryTimes(path);
    if (facts !== null && facts.isFile && Math.max(facts.changed, facts.modified) < before) this.#disk.remove(path);
  }

  /** Path of an entry of the intake. */
  dropped(entry: string): Buffer {
    return rawPath(`${this.paths.intake}/new`, entry);
  }

  removeDropped(entry: string): boolean {
    return this.#disk.remove(this.dropped(entry));
  }

  /** @param kept whether it is safe already, and needs no sync @param cancel tells where it is safe that it is not to be there after all */
  #publish(folder: string, target: string, bytes: Buffer, kept = NOT_KEPT, cancel = (): void => {}): Written {
    const disk = this.#disk;
    const path = `${folder}/${target}`;
    const temporary = `${folder}/tmp/${target.slice(target.indexOf('/') + 1)}`;
    const drop = (at: string): void => {
      cancel();
      try {
        disk.remove(at);
      } catch {} // it is about to be told as failed; what stays is found at the next start
    };
    let fd = -1;
    try {
      fd = disk.create(temporary, bytes);
      disk.rename(temporary, path);
    } catch (error) {
      if (fd >= 0) disk.close(fd);
      drop(temporary);
      throw error;
    }
    let synced: Promise<void> | null = null;
    const sync = async (): Promise<void> => {
      try {
        if (await kept) return disk.close(fd);
        await disk.syncAndClose(fd);
        if (!this.#fileSyncIsEnough()) await this.#syncNames(folder, path.slice(0, path.lastIndexOf('/')));
      } catch (error) {
        drop(path);
        throw error;
      }
    };
    const durable = (): Promise<void> => (synced ??= sync());
    return {
      durable,
      undo: () => {
        drop(path);
        durable().catch(() => {}); // closes the descriptor
      },
    };
  }

  #fileSyncIsEnough(): boolean {
    return (this.#oneSync ??= fileSyncKeepsName(this.paths.queue));
  }

  // A mailbox may be new as well: its own name, and that of the folder in it, must be kept too.
  async #syncNames(mailbox: string, folder: string): Promise<void> {
    for (const each of [folder, mailbox, this.paths.queue]) await this.#disk.syncDir(each);
  }
}

const NOT_KEPT = Promise.resolve(false);

/** Makes a folder; throws when a link lies in its place: through it the files of somebody else would be taken for mail. */
function ownFolder(path: string): void {
  if (!isRealFolder(path)) privateDir(path);
  if (!isRealFolder(path)) throw Object.assign(new Error(`${path} is a link, not a folder`), { code: 'ENOTDIR' });
}
