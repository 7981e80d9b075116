import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 (RFC 2104, FIPS 180-4), 64 hex digits. */
export const hmacSha256 = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

/** SHA-256, 64 hex digits. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes from the system's generator (getrandom(2)). */
export const systemRandom = (bytes: number): Uint8Array => randomBytes(bytes);

/** Whether two texts are the same, in a time that says nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
