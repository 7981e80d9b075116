import type { CliPorts } from './ports.ts';

/** How often a followed file is looked at, milliseconds. */
const LOOK = 150;
const CHUNK = 256 * 1024;

/**
 * Calls back with every byte that is appended to a file after `from`, over its rotation to `.1`, until cancelled. A file that is
 * not there yet is waited for.
 */
export function followFile(
  { files, clock }: Pick<CliPorts, 'files' | 'clock'>,
  path: string,
  onBytes: (bytes: Uint8Array) => void,
): () => void {
  const first = files.facts(path);
  let inode = first?.inode ?? null;
  let at = first?.size ?? 0;
  const drain = (file: string): void => {
    for (;;) {
      const bytes = files.readFrom(file, at, CHUNK);
      if (bytes.length === 0) return;
      at += bytes.length;
      onBytes(bytes);
    }
  };
  return clock.every(LOOK, () => {
    const facts = files.facts(path);
    if (facts === null) return;
    if (facts.inode !== inode) {
      // Moved away: what was written to the old one after the last look lies in `.1`.
      if (inode !== null && files.facts(`${path}.1`)?.inode === inode) drain(`${path}.1`);
      inode = facts.inode;
      at = 0;
    } else if (facts.size < at) at = 0; // emptied in place
    drain(path);
  });
}
