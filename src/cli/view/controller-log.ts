import { plainLine } from '../../base/index.ts';
import { type Ink, localTime } from '../../view/index.ts';
import type { Style } from './style.ts';

/** pino's levels. */
const LEVELS: Readonly<Record<number, readonly [string, Ink]>> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['info ', 'green'],
  40: ['warn ', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};

/** One line of the controller's log, for a person; what is no JSON is shown as it is. */
export function controllerLine(line: string, style: Style): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return plainLine(line);
  }
  if (typeof record !== 'object' || record === null) return plainLine(line);
  const { level, time, msg, ...rest } = record;
  const [name, ink] = LEVELS[Number(level)] ?? [textOf(level), 'plain'];
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
  const parts = [
    style.paint('dim', localTime(textOf(time))),
    style.paint(ink, name),
    plainLine(textOf(msg)),
    style.paint('dim', plainLine(fields.join(' '))),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
