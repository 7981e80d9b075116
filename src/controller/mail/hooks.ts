import { type HookSignal, hookRecord, parseHook } from '../../drivers/index.ts';
import { listDir, removeFile, takeFile } from '../../platform/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import type { Drivers } from './watched.ts';

/** Bytes of a record that are read; its writer keeps no more. */
const LARGEST = 64 * 1024;

export interface HooksPorts {
  /** Folders hooks write to. `agent`: whose it is alone; null: every agent's. */
  readonly folders: readonly { readonly folder: string; readonly agent: string | null }[];
  readonly drivers: Drivers;
  unit(agent: string): Unit | undefined;
  heard(unit: Unit, signal: HookSignal): void;
}

/** Takes in what agents' hooks wrote down, in order, each once. Called on a hint and with every round: a lost hint costs a moment. */
export function readHooks({ folders, drivers, unit: unitOf, heard }: HooksPorts): void {
  for (const { folder, agent } of folders) {
    const records = listDir(folder)
      .map((file) => ({ file, record: hookRecord(file) }))
      .filter(({ file }) => !file.startsWith('.'))
      .sort((a, b) => order(a.record?.unique) - order(b.record?.unique));
    for (const { file, record } of records) {
      const path = `${folder}/${file}`;
      const allowed = record !== null && (agent === null || record.agent === agent);
      const unit = allowed ? unitOf(record.agent) : undefined;
      // What an earlier incarnation said is not about this one.
      if (record !== null && unit !== undefined && record.incarnation === unit.machine.incarnation) {
        // A link or a fifo in its place would be read in our name, or hold us for ever.
        const taken = takeFile(path, LARGEST);
        const payload = taken.kind === 'file' ? taken.bytes.toString('utf8') : '';
        heard(unit, parseHook(drivers.of(unit.spec.type), record.event, payload));
      }
      removeFile(path);
    }
  }
}

/** Records begin with seconds since boot. */
const order = (unique: string | undefined): number => Number.parseFloat(unique ?? '0');
