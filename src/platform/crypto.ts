import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** HMAC-SHA256 (RFC 2104, FIPS 180-4), 64 hex digits. */
export const hmacSha256 = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

/** SHA-256, 64 hex digits. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Bytes from the system's generator. Up to 256 come from its device, which is never short of so few (urandom(4)): `orchestra send` needs ten, and
 * opening `node:crypto` for them took longer than all else it does.
 */
export function systemRandom(bytes: number): Uint8Array {
  return (bytes <= 256 ? deviceRandom(bytes) : null) ?? randomBytes(bytes);
}

/** null without the device (a bare chroot), or without a free descriptor. */
function deviceRandom(bytes: number): Uint8Array | null {
  let fd = -1;
  try {
    fd = openSync('/dev/urandom', 'r');
    const random = new Uint8Array(bytes);
    return readSync(fd, random) === bytes ? random : null;
  } catch {
    return null;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** Whether two texts are the same, in a time that says nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
