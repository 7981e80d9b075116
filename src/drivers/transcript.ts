import { type Driver, type LineRule, PRESENT } from './driver.ts';

/** What the newest telling line of a transcript says. */
export interface TranscriptSign {
  readonly activity: 'busy' | 'idle';
  /** When the CLI wrote it, milliseconds since the epoch. Lines come late (claude writes every 100 to 300 ms), so this, not their arrival, is their moment. */
  readonly wall: number;
}

/** What a driver needs to know where its transcript lies. */
export interface TranscriptPlace {
  readonly cwd: string;
  readonly conversation: string;
  /** A variable of the agent's own environment. */
  env(name: string): string | null;
}

/** Where the transcript of a conversation lies when no hook has said so; null when that can't be told from its id. */
export function transcriptPath({ transcript }: Driver, { cwd, conversation, env }: TranscriptPlace): string | null {
  if (transcript === null || transcript.place.by !== 'path') return null;
  const { variables, home, below } = transcript.place;
  const named = variables.map(env).find((value) => value !== null && value !== '');
  const base = named ?? (env('HOME') === null ? null : `${env('HOME')}/${home}`);
  // The folder's name as both CLIs make it of a path: whatever is no letter and no digit becomes a dash.
  const words: Record<string, string> = { cwd: cwd.replaceAll(/[^A-Za-z0-9]/g, '-'), id: conversation };
  return base === null ? null : `${base}/${below.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '')}`;
}

/** The newest line that tells something, looked for from the end; null when none does. Lines that are no JSON are passed over. */
export function readTranscript({ transcript }: Driver, lines: readonly string[]): TranscriptSign | null {
  if (transcript === null) return null;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] as string;
    // Most bytes are requests and snapshots: taking those apart cost more than all the rest.
    const record = transcript.worth.test(line) ? parsed(line) : null;
    const means = record === null ? 'nothing' : meaning(transcript.lines, record);
    const wall = record === null || typeof record.timestamp !== 'string' ? Number.NaN : Date.parse(record.timestamp);
    if (means !== 'nothing' && Number.isFinite(wall)) return { activity: means, wall };
  }
  return null;
}

const meaning = (rules: readonly LineRule[], record: unknown): LineRule['means'] =>
  rules.find(({ when }) =>
    Object.entries(when).every(([path, wanted]) =>
      valuesAt(record, path.split('.')).some((value) => fits(value, wanted)),
    ),
  )?.means ?? 'nothing';

const fits = (value: unknown, wanted: LineRule['when'][string]): boolean =>
  wanted instanceof RegExp ? typeof value === 'string' && wanted.test(value) : value === wanted || wanted === PRESENT;

/** What stands at a path; `*` is every element of an array. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return value === undefined || value === null ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Array.isArray(value) ? value.flatMap((each) => valuesAt(each, rest)) : [];
  return Object.hasOwn(value, key) ? valuesAt((value as Record<string, unknown>)[key], rest) : [];
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // torn by a crash of the CLI, or another program's
  }
}
