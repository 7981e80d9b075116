import { createHash } from 'node:crypto';
import type { LogFile } from './log-file.ts';

/** What a write-ahead log needs of the world. */
export interface LogPorts {
  /** The first `most` bytes of one of its two files, less when it is shorter or not there. */
  readonly read: (which: Which, most: number) => Buffer;
  /** One of its files for writing, made when it is not there. */
  readonly open: (which: Which) => Promise<LogFile>;
  /** Resolves once every change made so far to the files the log stands in for is on the disk. */
  readonly checkpoint: () => Promise<void>;
  readonly random: (bytes: number) => Uint8Array;
  /** Names the running kernel: as long as it is the same, nothing that was written can have been lost (proc_sys_kernel(5), boot_id). */
  readonly boot: string;
}

export type Which = 0 | 1;

interface Segment {
  readonly file: LogFile;
  /** `left`: records of an earlier process lie in it. */
  state: 'clean' | 'used' | 'left';
  /** Of the records since it was last begun anew. */
  readonly keys: Set<string>;
}

interface Frame {
  readonly segment: Segment;
  readonly at: number;
  readonly bytes: Buffer;
  readonly done: (kept: boolean) => void;
}

const MAGIC = Buffer.from('orchestra-wal 1\n');
const BOOT = 64;
const SUM = 16;
/** MAGIC, name of the boot, number of the segment (big endian), first link of the chain of sums. */
const HEADER = MAGIC.length + BOOT + 8 + SUM;
/** Length and sum. */
const PREFIX = 4 + SUM;

export interface LoggedSegment {
  readonly boot: string;
  readonly number: bigint;
  readonly records: readonly Buffer[];
}

/**
 * A log in which things are made safe before the files they belong in are: one short write of a file that the disk has given away already, many at
 * once when many ask. It costs what one fsync(2) costs; a new file costs two or three (its blocks, its inode, its name).
 *
 * Two segments, so that one is written while the files the other stands in for are brought to the disk (the checkpoint). A record that finds no
 * room is not kept, and its owner is told: the log makes things fast, nothing depends on it. Each record's sum covers the sum before it, and the
 * first one's a random number of this use of the segment: what an earlier use left behind the end is never taken for a record.
 */
export class WriteAheadLog {
  readonly #ports: LogPorts;
  readonly #bytes: number;
  #segments: readonly Segment[] | null = null;
  /** Which files hold records of an earlier process; null before `recover`. */
  #left: readonly boolean[] | null = null;
  #opening: Promise<void> | null = null;
  #broken = false;
  #current = 0;
  #at = 0;
  #sum: Buffer = Buffer.alloc(0);
  #number = 0n;
  #waiting: Frame[] = [];
  #writing: Promise<void> | null = null;
  #checkpointing: Promise<void> | null = null;

  /** @param bytes of each file */
  constructor(ports: LogPorts, bytes: number) {
    this.#ports = ports;
    this.#bytes = bytes;
  }

  /**
   * What an earlier process wrote into it, the oldest first, when a power loss may have kept it from the files. Nothing is kept here before this was
   * asked. Throws what the disk says.
   */
  recover(): LoggedSegment[] {
    const heads = ([0, 1] as const).map((which) => headOf(this.#ports.read(which, HEADER)));
    this.#left = heads.map((head) => head !== null);
    this.#number = heads.reduce<bigint>((most, head) => (head !== null && head.number > most ? head.number : most), 0n);
    return ([0, 1] as const)
      .filter((which) => heads[which] && heads[which].boot !== this.#ports.boot)
      .map((which) => readSegment(this.#ports.read(which, this.#bytes)))
      .filter((segment) => segment !== null)
      .sort((a, b) => (a.number < b.number ? -1 : 1));
  }

  /**
   * Resolves once it is on the disk: true. False when it is not kept here, at once or after the disk refused it.
   * @param key by which `holds` knows it
   */
  append(key: string, record: Uint8Array): Promise<boolean> {
    const segment = this.#room(PREFIX + record.length);
    if (segment === null) return Promise.resolve(false);
    const head = segment.state === 'clean' ? this.#begin(segment) : null;
    const at = head === null ? this.#at : 0;
    const bytes = head === null ? this.#framed(record) : Buffer.concat([head, this.#framed(record)]);
    this.#at = at + bytes.length;
    segment.keys.add(key);
    return new Promise((done) => {
      this.#waiting.push({ segment, at, bytes, done });
      this.#writing ??= this.#write();
    });
  }

  /** Resolves when it can keep records, or never will. */
  async ready(): Promise<void> {
    this.#open();
    await this.#opening;
    await this.#checkpointing;
  }

  /** Resolves when nothing is on its way any more. Never rejects. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Nothing is kept here from now on, and nothing that is here goes. */
  leave(): void {
    this.#broken = true;
  }

  /** The same, and its files are closed. */
  async close(): Promise<void> {
    this.leave();
    await this.#opening;
    await this.settled();
    await this.#checkpointing;
    for (const { file } of this.#segments ?? []) file.close();
  }

  /** Whether a record of this key may still be replayed after a power loss. When it may, a checkpoint is begun: ask again later. */
  holds(key: string): boolean {
    const segments = this.#segments;
    if (segments === null) {
      if (this.#left?.includes(true) !== true) return false;
      this.#open();
      return true;
    }
    const holder = segments.find(({ state, keys }) => state === 'left' || keys.has(key));
    if (holder === undefined) return false;
    if (holder === segments[this.#current] && holder.state === 'used') this.#turnOver();
    this.#clean();
    return true;
  }

  /** The segment a frame of so many bytes goes into, null when there is none now. */
  #room(length: number): Segment | null {
    if (this.#broken || HEADER + length > this.#bytes) return null;
    const current = this.#segments?.[this.#current];
    if (current === undefined) {
      this.#open();
      return null;
    }
    if (current.state === 'clean' || (current.state === 'used' && this.#at + length <= this.#bytes)) return current;
    const other = this.#turnOver();
    this.#clean();
    return other;
  }

  /** Goes on with the other segment when that is clean. */
  #turnOver(): Segment | null {
    const other = this.#segments?.[1 - this.#current];
    if (other?.state !== 'clean') return null;
    this.#current = 1 - this.#current;
    return other;
  }

  #begin(segment: Segment): Buffer {
    segment.state = 'used';
    this.#sum = Buffer.from(this.#ports.random(SUM));
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(++this.#number);
    return Buffer.concat([MAGIC, Buffer.from(this.#ports.boot.padEnd(BOOT).slice(0, BOOT)), number, this.#sum]);
  }

  #framed(record: Uint8Array): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(record.length);
    this.#sum = sumOf(this.#sum, record);
    return Buffer.concat([length, this.#sum, record]);
  }

  /** What waits goes out together; what comes meanwhile goes with the next. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { segment, at } = this.#waiting[0] as Frame;
      const other = this.#waiting.findIndex((frame) => frame.segment !== segment);
      const group = this.#waiting.splice(0, other < 0 ? this.#waiting.length : other);
      try {
        if (!this.#broken) await segment.file.write(Buffer.concat(group.map(({ bytes }) => bytes)), at);
      } catch {
        this.#broken = true; // from now on owners sync their files, as they do where no log is
      }
      for (const { done } of group) done(!this.#broken);
    }
    // In the same turn as the last look at what waits: whoever comes now begins anew.
    this.#writing = null;
  }

  #open(): void {
    const left = this.#left;
    if (left === null || this.#broken) return;
    this.#opening ??= (async () => {
      try {
        const files = await Promise.all([this.#ports.open(0), this.#ports.open(1)]);
        this.#segments = files.map((file, at) => ({ file, state: left[at] ? 'left' : 'clean', keys: new Set() }));
        this.#clean();
      } catch {
        this.#broken = true; // a disk without room for it: everything works as it does without a log
      }
    })();
  }

  /** Makes what is not being written to clean again. */
  #clean(): void {
    const dirty = this.#segments?.filter(
      (segment, at) => segment.state === 'left' || (segment.state === 'used' && at !== this.#current),
    );
    if (dirty === undefined || dirty.length === 0 || this.#broken) return;
    this.#checkpointing ??= this.#checkpoint(dirty).finally(() => {
      this.#checkpointing = null;
    });
  }

  async #checkpoint(dirty: readonly Segment[]): Promise<void> {
    try {
      await this.settled(); // its last records
      await this.#ports.checkpoint();
      for (const segment of dirty) {
        // Replayed later, it would bring back what was dealt with and removed since.
        await segment.file.write(Buffer.alloc(HEADER), 0);
        segment.state = 'clean';
        segment.keys.clear();
      }
    } catch {} // the records stay, and as long as they do new ones find no room
  }
}

const sumOf = (before: Uint8Array, record: Uint8Array): Buffer =>
  createHash('sha256').update(before).update(record).digest().subarray(0, SUM);

function headOf(bytes: Buffer): { boot: string; number: bigint; seed: Buffer } | null {
  if (bytes.length < HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const boot = bytes
    .subarray(MAGIC.length, MAGIC.length + BOOT)
    .toString('latin1')
    .trimEnd();
  const number = bytes.readBigUInt64BE(MAGIC.length + BOOT);
  return { boot, number, seed: bytes.subarray(HEADER - SUM, HEADER) };
}

/** What a segment holds: its records up to the first that is torn; null when it is none. */
export function readSegment(bytes: Buffer): LoggedSegment | null {
  const head = headOf(bytes);
  if (head === null) return null;
  const records: Buffer[] = [];
  let sum: Buffer = head.seed;
  for (let at = HEADER; at + PREFIX <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const record = bytes.subarray(at + PREFIX, at + PREFIX + length);
    if (length === 0 || record.length < length) break;
    const next = sumOf(sum, record);
    if (!next.equals(bytes.subarray(at + 4, at + PREFIX))) break;
    records.push(record);
    sum = next;
    at += PREFIX + length;
  }
  return { boot: head.boot, number: head.number, records };
}
