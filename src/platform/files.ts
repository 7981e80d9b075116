import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The text of a file, null when there is none. Other errors are thrown with their `code`. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export const readText = (path: string): string => readFileSync(path, 'utf8');

/** null also where a file stands in place of one of its folders: there is nothing then either. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}

export function pathKind(path: string): 'file' | 'directory' | null {
  const stat = statOf(path);
  return stat === null ? null : stat.isDirectory() ? 'directory' : 'file';
}

export interface FileFacts {
  readonly inode: number;
  readonly size: number;
  /** Milliseconds since the epoch, wall clock. */
  readonly modified: number;
}

/** null when there is no such file. */
export function fileFacts(path: string): FileFacts | null {
  const stat = statOf(path);
  return stat === null ? null : { inode: stat.ino, size: stat.size, modified: stat.mtimeMs };
}

/** Where a path leads once links are followed; null when there is nothing. */
export function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Gives files and folders to a user and a group, links themselves and not what they point at. Throws EPERM ... */
export function giveTo(paths: readonly string[], uid: number, gid: number): void {
  for (const path of paths) lchownSync(path, uid, gid);
}

/** Makes a folder that everybody may enter, and only its owner may change. */
export function openDir(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

export const listDir = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);

/** Makes a folder only its owner may enter, and its parents. */
export function privateDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Removes one file; true when it was there. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Removes a folder that has nothing in it; one that has, or is not there, stays as it is. */
export function removeEmptyDir(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

export const removeTree = (path: string): void => rmSync(path, { recursive: true, force: true });

/**
 * Replaces a file so that a reader sees the old text or the new, never a part, and neither is lost: tmp, fsync, rename
 * (rename(2)). Mode 0600. Throws ENOSPC, EACCES ... with the old file untouched.
 */
export function replaceFile(path: string, text: string, options: { durable: boolean } = { durable: true }): void {
  const temporary = `${path}.tmp`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    const bytes = Buffer.from(text);
    // A short write is not an error to write(2): on a disk that fills up it published a file cut in the middle.
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    if (options.durable) fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    removeFile(temporary);
    throw error;
  }
  closeSync(fd);
  renameSync(temporary, path);
  if (options.durable) syncDir(dirname(path));
}

/** Writes a file in place, mode 0600: for one that nobody reads meanwhile. Throws ENOSPC, EACCES ... */
export function writeOver(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

/** Adds to the end of a file, made with mode 0600 when there is none. Throws ENOSPC, EACCES ... */
export const appendTo = (path: string, text: string): void => appendFileSync(path, text, { mode: 0o600 });

function syncDir(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Up to `most` bytes of a file from `offset`; empty when it is shorter or gone. */
export function readFrom(path: string, offset: number, most: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const buffer = Buffer.allocUnsafe(most);
    return buffer.subarray(0, readSync(fd, buffer, 0, most, offset));
  } finally {
    closeSync(fd);
  }
}

/** A whole file of at most `most` bytes, null when there is more: /dev/zero has no end, and a pipe no size. Throws what the disk says. */
export function readAtMost(path: string, most: number): Buffer | null {
  const fd = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let length = 0; ; ) {
      const part = Buffer.allocUnsafe(65_536);
      const read = readSync(fd, part);
      if (read === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, read));
      length += read;
      if (length > most) return null;
    }
  } finally {
    closeSync(fd);
  }
}
