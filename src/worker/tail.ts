import { stripEscapes } from '../base/index.ts';

/** Bytes of output that a result carries. */
const TAIL = 4096;
/** Kept while it runs: escapes, and secrets that are longer than their stand-in, go away before it is cut. */
const KEPT = 4 * TAIL;

const HIDDEN = '***';

/** The end of what a command prints, in bounded memory. */
export class Tail {
  #chunks: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    if (this.#length > 2 * KEPT) this.#compact();
  }

  /** At most 4,096 bytes of UTF-8, whole characters, without escape sequences and without any of `secrets`. */
  text(secrets: readonly string[]): string {
    this.#compact();
    const raw = new TextDecoder().decode(this.#chunks[0] ?? new Uint8Array());
    let text = stripEscapes(raw).replaceAll('\r\n', '\n');
    for (const secret of secrets) text = text.replaceAll(secret, HIDDEN);
    const bytes = new TextEncoder().encode(text.trimEnd());
    return new TextDecoder().decode(lastOf(bytes, TAIL));
  }

  #compact(): void {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    const kept = lastOf(whole, KEPT).slice();
    this.#chunks = [kept];
    this.#length = kept.length;
  }
}

/** The last bytes, at most so many. A character that would be cut in the middle (RFC 3629, continuation bytes) is left out. */
function lastOf(bytes: Uint8Array, most: number): Uint8Array {
  let from = Math.max(0, bytes.length - most);
  if (from > 0) while (((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
}
