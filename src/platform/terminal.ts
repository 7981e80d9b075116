import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/**
 * Rings the bell of a terminal (BEL, ECMA-48). Inside what another program writes there at the moment it does no harm: control characters act at once and
 * are no part of a sequence. @returns false when it is no terminal, or gone
 */
export function ringTerminal(path: string): boolean {
  let fd: number;
  try {
    // A terminal that is stopped (C-s) takes nothing: whoever waits for it waits for ever.
    fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    return fstatSync(fd).isCharacterDevice() && writeSync(fd, '\x07') === 1;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}
