import type { FileFacts } from '../../platform/index.ts';

export interface TailFiles {
  /** null when there is no such file. */
  facts(path: string): FileFacts | null;
  /** Up to `most` bytes from `offset`; empty when it is shorter or gone. */
  read(path: string, offset: number, most: number): Uint8Array;
}

/** Bytes read in one look. A file that grew by more is taken up again near its end: only the newest lines tell what is so now. */
const MOST = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * Follows a file that another program adds lines to. Only whole lines are handed out. One that was replaced or cut is read anew, a line longer than `MOST` is
 * passed over. A look at a file that did not grow is one stat(2).
 */
export class LineTail {
  readonly path: string;
  readonly #files: TailFiles;
  #inode: number | null = null;
  /** Bytes that were taken in: up to the end of the last whole line. */
  #at = 0;
  #size = 0;
  /** What comes next is the rest of a line whose beginning was not read. */
  #torn = false;

  constructor(path: string, files: TailFiles) {
    this.path = path;
    this.#files = files;
  }

  /** Lines that became whole since the last look, the oldest first. Throws what the disk says (EACCES, EIO ...). */
  look(): string[] {
    const facts = this.#files.facts(this.path);
    if (facts === null) {
      this.#inode = null;
      return [];
    }
    if (facts.inode !== this.#inode || facts.size < this.#size) this.#begin(facts);
    else if (facts.size === this.#size) return [];
    if (facts.size - this.#at > MOST) this.#jump(facts.size - MOST);
    this.#size = facts.size;
    return this.#lines(this.#files.read(this.path, this.#at, MOST));
  }

  #begin({ inode }: FileFacts): void {
    this.#inode = inode;
    this.#at = 0;
    this.#torn = false;
  }

  #jump(to: number): void {
    this.#at = to;
    this.#torn = true;
  }

  #lines(bytes: Uint8Array): string[] {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      // No end of it in so many bytes: what follows is waited for, and thrown away.
      if (bytes.length >= MOST) this.#jump(this.#at + bytes.length);
      return [];
    }
    this.#at += end;
    const lines = new TextDecoder().decode(bytes.subarray(0, end - 1)).split('\n');
    if (this.#torn) lines.shift();
    this.#torn = false;
    return lines;
  }
}
