import { closeSync, constants, openSync, readdirSync, renameSync } from 'node:fs';
import { sha256 } from './crypto.ts';
import { systemDisk, takeFile } from './durable.ts';
import { removeTree } from './files.ts';

/**
 * Moves the files of a folder that others write in to a mail folder of ours, by copies: they may lie on another file system. The folder is held open and
 * its entries reached through it: put a link in its place, and files of somebody else would be moved. What is no regular file is removed.
 * @param most bytes of one file
 */
export function passOn(from: string, intake: string, most: number): void {
  const fd = openSync(from, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const disk = systemDisk();
  try {
    const folder = `/proc/self/fd/${fd}`;
    for (const name of readdirSync(folder)) {
      const path = `${folder}/${name}`;
      const taken = takeFile(path, most);
      if (taken.kind === 'file') {
        // One name for one file: a crash between the two lines makes no second message of it.
        const to = `${sha256(`${from}/${name} ${taken.inode}`).slice(0, 32)}.json`;
        disk.close(disk.create(`${intake}/tmp/${to}.${process.pid}`, taken.bytes));
        renameSync(`${intake}/tmp/${to}.${process.pid}`, `${intake}/new/${to}`);
      }
      removeTree(path);
    }
  } finally {
    closeSync(fd);
  }
}
