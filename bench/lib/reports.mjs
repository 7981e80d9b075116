import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { now } from './measure.mjs';

/** What the agents say about themselves: a fifo they all write to, and who waits for which line. */
export class Reports {
  #waiting = new Map();
  #waitingForAll = [];
  #fd;
  #socket;

  /** @param {string} dir an existing folder of ours */
  constructor(dir) {
    this.path = join(dir, 'reports');
    /** Newest report of each tag: `{ time, pid }`, time in ms on CLOCK_MONOTONIC. */
    this.newest = new Map();
    this.count = 0;
    execFileSync('mkfifo', ['-m', '600', this.path]);
    // A writing end of our own, so that there is no end of file while no agent writes.
    this.#fd = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd: openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
    let rest = '';
    this.#socket.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  #take(line) {
    const [time = '', pid = '', tag = ''] = line.split(' ');
    // A hook of tmux is no program of ours: it says `-`, and the time is when the line is read.
    const report = { time: time === '-' ? now() : Number(BigInt(time)) / 1e6, pid: Number(pid), tag };
    this.newest.set(tag, report);
    this.count++;
    this.#waiting.get(tag)?.(report);
    this.#waiting.delete(tag);
    this.#waitingForAll = this.#waitingForAll.filter((look) => !look());
  }

  /** The next report of one tag. */
  next(tag) {
    return new Promise((resolve) => this.#waiting.set(tag, resolve));
  }

  /** Resolves when all these tags have reported at or after `since`, with the last one's time. */
  all(tags, since) {
    return new Promise((resolve) => {
      const look = () => {
        const times = tags.map((tag) => this.newest.get(tag)?.time ?? -1);
        const done = times.every((time) => time >= since);
        if (done) resolve(Math.max(...times));
        return done;
      };
      if (!look()) this.#waitingForAll.push(look);
    });
  }

  close() {
    this.#socket.destroy();
    closeSync(this.#fd);
  }
}
