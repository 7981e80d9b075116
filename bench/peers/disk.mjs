import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { now } from '../lib/measure.mjs';

/** The disk itself: files of `bytes` bytes, written and flushed with one fsync(2) each. */
export class Disk {
  constructor(dir, bytes) {
    this.dir = join(dir, 'disk');
    this.data = Buffer.alloc(bytes, 'x');
    this.count = 0;
  }

  async start() {
    await mkdir(this.dir);
  }

  /** @returns {Promise<{ fsync: number, whole: number }>} ms of the fsync alone, and of create, write, fsync and close together */
  async write() {
    const from = now();
    const file = await open(join(this.dir, String(this.count++)), 'wx', 0o600);
    await file.write(this.data);
    const before = now();
    await file.sync();
    const fsync = now() - before;
    await file.close();
    return { fsync, whole: now() - from };
  }
}
