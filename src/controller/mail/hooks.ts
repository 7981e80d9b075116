import { type HookSignal, hookRecord, parseHook } from '../../drivers/index.ts';
import { listDir, readFrom, removeFile } from '../../platform/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import type { Drivers } from './watched.ts';

/** Bytes of a record that are read; its writer keeps no more. */
const LARGEST = 64 * 1024;

export interface HooksPorts {
  /** Folder the agents' hooks write to. */
  readonly folder: string;
  readonly drivers: Drivers;
  unit(agent: string): Unit | undefined;
  heard(unit: Unit, signal: HookSignal): void;
}

/** Takes in what agents' hooks wrote down, in order, each once. Called on a hint and with every round: a lost hint costs a moment. */
export function readHooks({ folder, drivers, unit: unitOf, heard }: HooksPorts): void {
  const records = listDir(folder)
    .map((file) => ({ file, record: hookRecord(file) }))
    .filter(({ file }) => !file.startsWith('.'))
    .sort((a, b) => order(a.record?.unique) - order(b.record?.unique));
  for (const { file, record } of records) {
    const path = `${folder}/${file}`;
    const unit = record === null ? undefined : unitOf(record.agent);
    // What an earlier incarnation said is not about this one.
    if (record !== null && unit !== undefined && record.incarnation === unit.machine.incarnation) {
      const payload = readFrom(path, 0, LARGEST).toString('utf8');
      heard(unit, parseHook(drivers.of(unit.spec.type), record.event, payload));
    }
    removeFile(path);
  }
}

/** Records begin with seconds since boot. */
const order = (unique: string | undefined): number => Number.parseFloat(unique ?? '0');
