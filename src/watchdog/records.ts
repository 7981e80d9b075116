import { listDir, removeFile } from '../platform/index.ts';
import type { Paths } from '../protocol/index.ts';
import { parseRecords } from './shim-records.ts';
import type { Unit } from './unit.ts';

/** The process an incarnation was, by its start record; 0 when there is none (the disk was full). */
export function recordedPid(paths: Paths, agent: string, incarnation: number): number {
  const records = parseRecords(listDir(paths.start));
  return records.find((each) => each.agent === agent && each.incarnation === incarnation)?.value ?? 0;
}

/**
 * Remembers the records of the incarnation that ended and removes those of the one before: the newest stay, a controller that comes
 * back reads the number of the last incarnation from them.
 */
export function forgetRecords(paths: Paths, unit: Unit, record: Unit['lastRecord']): void {
  const old = unit.lastRecord;
  unit.lastRecord = record;
  if (old === null) return;
  removeFile(`${paths.exit}/${unit.name}.${old.incarnation}.${old.code}`);
  removeFile(`${paths.start}/${unit.name}.${old.incarnation}.${old.pid}`);
}
