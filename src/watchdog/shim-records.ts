/** A line in the notify fifo. */
export type ShimNotice =
  | { readonly kind: 'start'; readonly agent: string; readonly incarnation: number; readonly pid: number }
  | { readonly kind: 'exit'; readonly agent: string; readonly incarnation: number; readonly code: number };

const WHOLE = /^\d{1,9}$/;

/** null for what no shim writes: anyone of this user may write to the fifo. */
export function parseNotice(line: string): ShimNotice | null {
  const [kind, agent = '', incarnation = '', value = ''] = line.split(' ');
  if ((kind !== 'start' && kind !== 'exit') || agent === '' || !WHOLE.test(incarnation) || !WHOLE.test(value))
    return null;
  return kind === 'start'
    ? { kind, agent, incarnation: Number(incarnation), pid: Number(value) }
    : { kind, agent, incarnation: Number(incarnation), code: Number(value) };
}

/** A file `NAME.INC.VALUE` in start/ (value: pid) or exit/ (value: status). Agent names hold no dot. */
export interface ShimRecord {
  readonly file: string;
  readonly agent: string;
  readonly incarnation: number;
  readonly value: number;
}

/** Sorted by incarnation, oldest first; what is no record is left out. */
export function parseRecords(files: readonly string[]): ShimRecord[] {
  const records: ShimRecord[] = [];
  for (const file of files) {
    const [agent = '', incarnation = '', value = '', ...more] = file.split('.');
    if (agent === '' || more.length > 0 || !WHOLE.test(incarnation) || !WHOLE.test(value)) continue;
    records.push({ file, agent, incarnation: Number(incarnation), value: Number(value) });
  }
  return records.sort((a, b) => a.incarnation - b.incarnation);
}
