import { closeSync, constants, fstatSync, fsync, open, openSync, renameSync, type Stats, write } from 'node:fs';
import { dirname } from 'node:path';
import { readIfThere, removeFile } from './files.ts';

/** A file whose blocks the disk has given away already. Rejections carry their `code` (EIO ...). */
export interface LogFile {
  /** Resolves once `bytes` are on the disk at `at`. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  close(): void;
}

const CHUNK = 1024 * 1024;

/**
 * Opens a file of `bytes` bytes for writes that are on the disk when they are done (O_DSYNC, open(2)), and makes it first when it is not there. It is
 * filled with zeros, not with posix_fallocate(3): the first write into blocks that were only reserved changes the file system's own records too,
 * which is what makes syncing a new file slow.
 */
export async function openLogFile(path: string, bytes: number): Promise<LogFile> {
  const { O_RDWR, O_DSYNC, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_RDWR | O_DSYNC | O_NOFOLLOW | O_NONBLOCK;
  let fd = await opened(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return -1;
    throw error;
  });
  const facts = fd < 0 ? null : fstatSync(fd);
  if (facts === null || !isWhole(facts, bytes)) {
    if (fd >= 0) closeSync(fd);
    await fill(path, bytes);
    fd = await opened(path, flags);
  }
  return {
    write: (data, at) => writeAll(fd, data, at),
    close: () => closeSync(fd),
  };
}

const isWhole = (facts: Stats, bytes: number): boolean => facts.isFile() && facts.size === bytes;

const opened = (path: string, flags: number): Promise<number> =>
  new Promise((resolve, reject) =>
    open(path, flags, 0o600, (error, fd) => (error === null ? resolve(fd) : reject(error))),
  );

/** Beside it first: a file that is only half filled must not have its name. */
async function fill(path: string, bytes: number): Promise<void> {
  const temporary = `${path}.tmp`;
  removeFile(temporary); // somebody was stopped while making it
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    for (let at = 0; at < bytes; at += CHUNK) await writeAll(fd, new Uint8Array(Math.min(CHUNK, bytes - at)), at);
    await synced(fd);
    renameSync(temporary, path);
    // Its name too, and that of its folder, which may be new: what is written into a file that nobody finds again is lost.
    for (const folder of [dirname(path), dirname(dirname(path))]) await syncFolder(folder);
  } catch (error) {
    removeFile(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
}

async function syncFolder(path: string): Promise<void> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await synced(fd);
  } finally {
    closeSync(fd);
  }
}

const synced = (fd: number): Promise<void> =>
  new Promise((resolve, reject) => fsync(fd, (error) => (error === null ? resolve() : reject(error))));

async function writeAll(fd: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += await new Promise<number>((resolve, reject) =>
      write(fd, bytes, done, bytes.length - done, at + done, (error, count) =>
        error === null ? resolve(count) : reject(error),
      ),
    );
}

/** Names the running kernel (proc_sys_kernel(5)); another text each time where it can't be read, so that nothing is taken for granted. */
export const bootId = (random: (bytes: number) => Uint8Array): string =>
  readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? Buffer.from(random(16)).toString('hex');
