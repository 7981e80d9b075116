/**
 * A UUID of version 7 (RFC 9562, 5.7): 48 bits of time, then 74 random ones, lower case.
 * @param wall milliseconds since the epoch @param random at least 10 bytes
 */
export function uuid7(wall: number, random: Uint8Array): string {
  const time = Math.max(0, Math.trunc(wall)).toString(16).padStart(12, '0').slice(-12);
  const byte = (at: number): number => random[at] ?? 0;
  const tail = [0x70 | (byte(0) & 0x0f), byte(1), 0x80 | (byte(2) & 0x3f), ...Array.from(random.subarray(3, 10))];
  return grouped(`${time}${hexOf(tail)}`);
}

/** A UUID of version 8 (RFC 9562, 5.8) that holds the first 122 bits of a digest: the same for the same input. @param digest at least 16 bytes */
export function uuid8(digest: Uint8Array): string {
  const bytes = Array.from(digest.subarray(0, 16));
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return grouped(hexOf(bytes));
}

const hexOf = (bytes: readonly number[]): string => bytes.map((each) => each.toString(16).padStart(2, '0')).join('');
const grouped = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
