import { writeDuration } from '../../base/index.ts';

/** In which order the keys of an agent are written. */
const ORDER = [
  'type',
  'command',
  'replicas',
  'user',
  'group',
  'cwd',
  'env',
  'env_file',
  'ready',
  'liveness',
  'restart',
  'stop',
  'limits',
];

/** The keys of one agent while they are found out one after the other. */
export class AgentKeys {
  readonly #keys = new Map<string, unknown>();

  set(key: string, value: unknown): void {
    this.#keys.set(key, value);
  }

  /** A key below another: `under('restart', { policy: 'never' })`. */
  under(key: string, values: Readonly<Record<string, unknown>>): void {
    const before = this.#keys.get(key);
    this.#keys.set(key, { ...(typeof before === 'object' && before !== null ? before : {}), ...values });
  }

  get(key: string): unknown {
    return this.#keys.get(key);
  }

  done(): Record<string, unknown> {
    const restart = this.#keys.get('restart');
    // `restart: never` is short for it.
    if (typeof restart === 'object' && restart !== null && 'policy' in restart && Object.keys(restart).length === 1)
      this.#keys.set('restart', restart.policy);
    const place = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
    const sorted = [...this.#keys].filter(([, value]) => !isEmpty(value)).sort(([a], [b]) => place(a) - place(b));
    return Object.fromEntries(sorted);
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** The longest duration a file takes (24 days), milliseconds. */
const LONGEST = 24 * 86_400_000;

/** Milliseconds as a duration of the file. */
export const duration = (ms: number): string => writeDuration(Math.min(LONGEST, Math.max(0, Math.round(ms))));

/** Bytes as a size of the file, in the largest unit of 1024 that divides them. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, at] = [Math.max(1, Math.round(bytes)), 0];
  while (at < units.length - 1 && value % 1024 === 0) {
    value /= 1024;
    at += 1;
  }
  return `${value}${units[at]}`;
}

/** `512m`, `1g`, `300M` in bytes: units of 1024, as PM2 and Compose mean them; null for anything else. */
export function bytesOf(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  const power = ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase().replace('b', ''));
  const bytes = Math.round(Number(amount) * 1024 ** Math.max(0, power));
  return bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null;
}
