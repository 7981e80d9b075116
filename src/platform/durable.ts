import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { opendir } from 'node:fs/promises';
import { run } from './run.ts';

/** A name may be any bytes but NUL and `/` (path_resolution(7)): names that others chose are not always UTF-8. */
export type FilePath = string | Buffer;

/**
 * Files that must outlive a power loss. Creating and renaming wait for no disk and are done at once; what waits for the disk is asynchronous, so
 * that many may be under way together. Errors carry their `code` (ENOSPC, EACCES, EIO ...).
 */
export interface Disk {
  /** A new file, 0600, with all of `bytes` in it; the descriptor is the caller's. Nothing is left when it throws. */
  create(path: string, bytes: Uint8Array): number;
  /**
   * fsync(2), then close(2). After it failed once the kernel may call the lost pages clean, and a second fsync succeeds without having written
   * them (fsync(2), "EIO"): the file must be thrown away, never synced again.
   */
  syncAndClose(fd: number): Promise<void>;
  /** close(2), for what is safe elsewhere. */
  close(fd: number): void;
  /** fsync(2) of a folder. Calls for one folder at the same time share one (group commit); each gets one that began after it asked. */
  syncDir(path: string): Promise<void>;
  /** syncfs(2): everything that was written to this file system. Thousands of files are on the disk after one call. */
  syncAll(folder: string): Promise<void>;
  rename(from: FilePath, to: FilePath): void;
  /** True when it was there. */
  remove(path: FilePath): boolean;
}

export const systemDisk = (): Disk => {
  const syncDir = groupedSync((path) => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    return syncAndClose(fd);
  });
  return { create, syncAndClose, close: closeSync, syncDir, syncAll, rename: renameSync, remove };
};

function create(path: string, bytes: Uint8Array): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    // A short write is no error to write(2): a disk that fills up would publish half a file.
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    return fd;
  } catch (error) {
    closeSync(fd);
    unlinkSync(path);
    throw error;
  }
}

const syncAndClose = (fd: number): Promise<void> =>
  new Promise((resolve, reject) =>
    fsync(fd, (error) => {
      closeSync(fd);
      if (error === null) resolve();
      else reject(error);
    }),
  );

/** Milliseconds the disk may take for everything that waits, other programs' files among it. */
const SYNC_ALL_TIMEOUT = 120_000;

/** By sync(1), Node has no call for it. It tells of pages that could not be written since Linux 5.8. */
async function syncAll(folder: string): Promise<void> {
  const { code, error, stderr } = await run(['sync', '-f', folder], { timeout: SYNC_ALL_TIMEOUT });
  if (code !== 0)
    throw Object.assign(new Error(stderr.trim() || `sync: ${error ?? 'timed out'}`), { code: error ?? 'EIO' });
}

function remove(path: FilePath): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** While one sync of a path runs, all who ask share the next: it begins after they asked, so it covers what they did. */
export function groupedSync(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();
  const start = (path: string): Promise<void> => {
    const run = (async () => sync(path))().finally(() => running.delete(path));
    running.set(path, run);
    return run;
  };
  return (path) => {
    const now = running.get(path);
    if (now === undefined) return start(path);
    let next = waiting.get(path);
    if (next === undefined) {
      next = now
        .catch(() => {})
        .then(() => {
          waiting.delete(path);
          return start(path);
        });
      waiting.set(path, next);
    }
    return next;
  };
}

// statfs(2): ext2 to ext4, XFS, btrfs, tmpfs.
const SYNCS_NAMES = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994]);

/**
 * Whether fsync(2) of a file that was renamed before makes the new name durable too. POSIX does not promise it; these do: ext4 and XFS commit
 * the journal up to the inode's last change, and rename changes its ctime (with fdatasync it would not count); ext4 without a journal writes the
 * parent of a new entry (ext4_sync_parent); btrfs logs the inode with its names. Elsewhere (overlayfs, NFS, ZFS, FUSE) the folder is synced as well.
 */
export function fileSyncKeepsName(folder: string): boolean {
  try {
    return SYNCS_NAMES.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}

export type Taken =
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly inode: number; readonly modified: number }
  | { readonly kind: 'other'; readonly why: string } // no file to be read: a link, a fifo, too long, not ours
  | { readonly kind: 'gone' };

/**
 * A whole regular file of at most `most` bytes, read without ever waiting: a fifo without a writer would block open(2) for ever, and a symbolic
 * link would be read in somebody else's name. Looked at before it is opened, opened with O_NOFOLLOW and O_NONBLOCK, looked at again.
 * `modified` is in milliseconds since the epoch. Throws what is no property of this file (EIO, EMFILE ...).
 */
export function takeFile(path: FilePath, most: number): Taken {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let fd = -1;
  try {
    const before = refusal(lstatSync(path), most);
    if (before !== null) return { kind: 'other', why: before };
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fstatSync(fd);
    const why = refusal(stat, most);
    if (why !== null) return { kind: 'other', why };
    const bytes = Buffer.allocUnsafe(stat.size + 1); // one more: it may have grown since
    const length = readAll(fd, bytes);
    if (length > stat.size) return { kind: 'other', why: 'it is still being written' };
    return { kind: 'file', bytes: bytes.subarray(0, length), inode: stat.ino, modified: stat.mtimeMs };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'gone' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'other', why: 'it may not be read' };
    if (code === 'ELOOP' || code === 'ENXIO') return { kind: 'other', why: 'it is no regular file' };
    throw error;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

function readAll(fd: number, bytes: Buffer): number {
  let length = 0;
  for (;;) {
    const read = readSync(fd, bytes, length, bytes.length - length, null);
    if (read === 0) return length;
    length += read;
    if (length === bytes.length) return length;
  }
}

function refusal(stat: Stats, most: number): string | null {
  if (stat.isSymbolicLink()) return 'it is a symbolic link';
  if (stat.isDirectory()) return 'it is a folder';
  if (stat.isFIFO()) return 'it is a fifo';
  if (stat.isSocket()) return 'it is a socket';
  if (!stat.isFile()) return 'it is a device';
  return stat.size > most ? `it has ${stat.size} bytes, a message at most ${most}` : null;
}

/**
 * Names in a folder, at most `most`, each byte a character (Latin-1), so that any name can be given back with `rawPath`. Read in small parts: a
 * hundred thousand at once hold everything up for 0.1 s. Empty when there is no such folder.
 */
export async function someNames(path: string, most: number): Promise<string[]> {
  const names: string[] = [];
  try {
    if (isEmptyFolder(path)) return names;
    const folder = await opendir(path, { bufferSize: 256, encoding: 'latin1' });
    for await (const entry of folder) {
      names.push(entry.name);
      if (names.length >= most) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return names;
}

/** Nearly always the answer to somebody who looks every moment, and a tenth of the time it takes to read a folder in parts. */
function isEmptyFolder(path: string): boolean {
  const folder = opendirSync(path, { bufferSize: 1, encoding: 'latin1' });
  try {
    return folder.readSync() === null;
  } finally {
    folder.closeSync();
  }
}

/** The path of an entry that `someNames` gave. */
export const rawPath = (folder: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);

export interface EntryTimes {
  /** Milliseconds since the epoch: last written to. */
  readonly modified: number;
  /** Milliseconds since the epoch: last renamed or written to (ctime). */
  readonly changed: number;
  /** A regular file: no folder, no link, no device. */
  readonly isFile: boolean;
}

/** Times of whatever lies there, links not followed; null when nothing does. */
export function entryTimes(path: FilePath): EntryTimes | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : { modified: stat.mtimeMs, changed: stat.ctimeMs, isFile: stat.isFile() };
}

/** A folder itself, not a link to one: what is cleaned up behind a link would be somebody else's. */
export const isRealFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
