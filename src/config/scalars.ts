import { isEndless, isZone, parseDuration, parseSize } from '../base/index.ts';

import * as z from 'zod';
import { hasControl } from './problem.ts';
import { cronProblem } from './schedule.ts';

/**
 * The values of one word that configuration files are made of. A message may carry a hint on a second line; check.ts takes
 * it apart.
 */

type Judge = (text: string) => { message: string; hint: string } | null;

const withHint = (message: string, hint: string): string => (hint === '' ? message : `${message}\n${hint}`);

/** A string that `judge` looks at. `name` is what the value is called when something else stands there. */
function text(name: string, hint: string, judge: Judge) {
  const wrong = (input: unknown): string => {
    const meant = typeof input === 'number' ? judge(String(input)) : null;
    return withHint(`this must be ${name}`, meant?.hint || hint);
  };
  return z.string({ error: (issue) => wrong(issue.input) }).superRefine((value, context) => {
    const judged = judge(value);
    if (judged !== null) context.addIssue({ code: 'custom', message: withHint(judged.message, judged.hint) });
  });
}

const durationOf = (least: number, most = Number.POSITIVE_INFINITY, longest = '') =>
  text('a duration with its unit', 'write it like 10s', (value) => {
    const parsed = parseDuration(value);
    if (!parsed.ok) return { message: 'this must be a duration with its unit', hint: parsed.hint };
    if (parsed.value < least) return { message: 'this duration must be longer than 0', hint: '' };
    return parsed.value > most ? { message: `this duration is longer than ${longest}`, hint: '' } : null;
  });

const DURATION_META = { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$', examples: ['10s', '1.5h', '250ms'] };

/** A duration, possibly 0. */
export const Duration = durationOf(0).meta({
  id: 'Duration',
  description: 'A time with its unit: ms, s, m, h or d. `1h30m` is fine, a bare number is not.',
  ...DURATION_META,
});

/** A duration that would make no sense, or a busy loop, at 0. */
export const LongerThanZero = durationOf(1).meta({
  id: 'LongerThanZero',
  description: 'A duration longer than 0.',
  ...DURATION_META,
});

/** A wait during which nobody else can type into the same pane. */
export const Pause = durationOf(0, 10_000, '10s').meta({
  id: 'Pause',
  description: 'A duration of at most 10s.',
  ...DURATION_META,
});

export const Size = text('a size with its unit', 'write it like 512MB or 2GB', (value) => {
  const parsed = parseSize(value);
  if (!parsed.ok) return { message: 'this must be a size with its unit', hint: parsed.hint };
  return parsed.value < 1 ? { message: 'this size must be larger than 0', hint: '' } : null;
}).meta({
  id: 'Size',
  description:
    'A number of bytes with its unit: kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024).',
  pattern: '^[0-9]+(\\.[0-9]+)?\\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$',
  examples: ['512MiB', '2GB'],
});

/** A number of processors from 1.5 or "150%"; null when it is neither, or not between a hundredth and 4,096 of them. */
export function coresOf(value: string | number): number | null {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(value).trim());
  const cores = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  return cores >= 0.01 && cores <= 4096 ? cores : null;
}

const CORES = 'this must be a number of processors\nwrite it like 1.5 or 50%';

export const Cores = z
  .union([z.number(), z.string()], { error: CORES })
  .superRefine((value, context) => {
    if (coresOf(value) === null) context.addIssue({ code: 'custom', message: CORES });
  })
  .meta({ id: 'Cores', description: 'A number of processors, or a share of one in percent.' });

const NO_NAME = 'this is no name of a user or a group';

/** A user or a group; a number stands for itself. */
export const Name = z.union([z.string(), z.int()], { error: NO_NAME }).superRefine((value, context) => {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/.test(String(value))) context.addIssue({ code: 'custom', message: NO_NAME });
});

/** One line for people, in any script. Control characters would let a name move the cursor of whoever looks at it. */
export const line = (longest: number) =>
  text('text', 'put quotes around it', (value) => {
    if (hasControl(value))
      return { message: 'this text holds control characters', hint: 'use letters only, on one line' };
    if (value.trim() === '') return { message: 'this text is empty', hint: '' };
    return value.length > longest ? { message: `this text is longer than ${longest} characters`, hint: '' } : null;
  }).meta({ minLength: 1, maxLength: longest });

const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;

export const Account = text('text', 'put quotes around it', (value) =>
  ACCOUNT.test(value)
    ? null
    : { message: 'this is not the name of an account', hint: 'letters, digits and . _ @ + -, at most 64 of them' },
).meta({ pattern: ACCOUNT.source });

/** A path. Newlines are possible in one and never meant. */
export const Path = text('a path', 'put quotes around it', (value) => {
  if (hasControl(value)) return { message: 'this path holds control characters', hint: '' };
  if (value === '') return { message: 'this path is empty', hint: '' };
  return value.length > 4096 ? { message: 'this path is longer than 4,096 bytes', hint: '' } : null;
}).meta({ minLength: 1 });

/** One word of a command line; may be empty. */
const Word = text('text', 'put quotes around it', () => null);

export const Argv = z
  .array(Word, { error: 'this must be a list of words' })
  .min(1, { error: 'this command is empty' })
  .superRefine((argv, context) => {
    if (argv[0]?.trim() === '') context.addIssue({ code: 'custom', message: 'the name of the program is empty' });
  });

export const Script = text('a command', '', (value) =>
  value.trim() === '' ? { message: 'this command is empty', hint: '' } : null,
);

/** A command: text for sh, a list as it is. */
export const CommandLine = z.union([Script, Argv]);

const ENDLESS = {
  message: 'this regular expression takes for ever on some lines',
  hint: 'a repetition inside a repetition, as in (a+)+, tries every way to part a line: write a+ instead, and fewer optional parts',
};

/** @param flags as RegExp takes them; with `u` more escapes are mistakes, so what compiles here compiles where it is used */
const patternOf = (flags: string, judge: (pattern: RegExp) => ReturnType<Judge>) =>
  text('a regular expression', 'put quotes around it', (value) => {
    if (value === '') return { message: 'this regular expression is empty', hint: 'it would match at once' };
    if (value.length > 1000) return { message: 'this regular expression is longer than 1,000 characters', hint: '' };
    try {
      const pattern = new RegExp(value, flags);
      return isEndless(pattern) ? ENDLESS : judge(pattern);
    } catch (error) {
      // "Invalid regular expression: /(/: Unterminated group" -> the last part.
      const why = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
      return {
        message: `this is not a regular expression: ${why.toLowerCase()}`,
        hint: /escape/i.test(why)
          ? 'put \\ before special characters only, or write \\\\ for the character \\'
          : 'put \\ before ( [ { + * ? . to mean the character',
      };
    }
  }).meta({ format: 'regex', minLength: 1 });

export const Pattern = patternOf('', () => null);

/** A sign on one line of a screen. What matches the empty line would be seen on every screen. */
export const LinePattern = patternOf('u', (pattern) =>
  pattern.test('')
    ? { message: 'this matches an empty line', hint: 'every screen has some; ask for a character' }
    : null,
).meta({ id: 'LinePattern', description: 'A regular expression over one line.' });

/** What people write for keys that tmux would type out as letters instead (tmux(1), send-keys: "otherwise sent as characters"). */
const MISWRITTEN_KEY = /^(?:(?:ctrl|control|alt|meta|shift)[-+ ].+|[cms][-+].|C\+.|M\+.|S\+.)$/i;
const REAL_KEY = /^(?:[CMS]-)+\S+$/;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['esc', 'Escape'],
  ['return', 'Enter'],
  ['del', 'DC'],
  ['delete', 'DC'],
  ['backspace', 'BSpace'],
]);

export const Key = text('the name of a key', 'write it like C-c', (value) => {
  if (value === '' || hasControl(value)) return { message: 'this is not the name of a key', hint: 'write it like C-c' };
  const word = WORDS.get(value.toLowerCase());
  if (word !== undefined) return { message: 'tmux has another name for this key', hint: `did you mean ${word}?` };
  if (!MISWRITTEN_KEY.test(value) || REAL_KEY.test(value)) return null;
  const letter = (value.at(-1) ?? 'c').toLowerCase();
  const modifier = /^a|^m/i.test(value) ? 'M' : /^s/i.test(value) ? 'S' : 'C';
  return { message: 'tmux would type this out as letters', hint: `did you mean ${modifier}-${letter}?` };
}).meta({ examples: ['C-c', 'Escape', '/quit'] });

/** 1000 as 1,000. Not toLocaleString: its first call loads the language data, 20 ms of every `up`. */
const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A whole number in a range. */
export const whole = (least: number, most: number) => {
  const error = `this must be a whole number from ${least} to ${thousands(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** A number in a range. */
export const between = (least: number, most: number) => {
  const error = `this must be a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
};

/** What takes an inherited value away. YAML 1.2 reads `off` as text, YAML 1.1 as false, and people write both. */
export const Off = z.union([z.literal('off'), z.literal(false)]).meta({ id: 'Off', description: 'Takes it away.' });

/** A cron expression; whether it fits its time zone makes no difference to its shape. */
export const Cron = text('a cron expression', "write it like '0 3 * * *', in quotes", (value) => {
  const problem = cronProblem(value);
  return problem === null
    ? null
    : {
        message: `this is not a cron expression: ${problem}`,
        hint: 'minute, hour, day, month, weekday: 0 3 * * * is every night at 3',
      };
}).meta({ minLength: 1 });

export const Zone = text('the name of a time zone', 'write it like Europe/Berlin', (value) =>
  isZone(value) ? null : { message: 'there is no such time zone', hint: 'write it like Europe/Berlin, or UTC' },
).meta({ minLength: 1 });

/** What a probe asks. A user name in it would be a secret in the file and in every status. */
export const httpUrl = text('an address', 'write it like http://127.0.0.1:8080/health', (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return { message: 'this is not an address', hint: 'write it like http://127.0.0.1:8080/health' };
  return url.username === '' && url.password === ''
    ? null
    : { message: 'this address holds a user name or a password', hint: 'ask an address that needs none' };
});

const HOST_PORT = /^(?:(?<host>[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):)?(?<port>[0-9]{1,5})$/;

/** @returns null for what is none. Without a host it is this machine. */
export function hostPort(value: string | number): { host: string; port: number } | null {
  const { host = '127.0.0.1', port = '0' } = HOST_PORT.exec(String(value))?.groups ?? {};
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { host: host.replace(/^\[|\]$/g, ''), port: number } : null;
}

export const HostPort = z
  .union([z.string(), z.number()], { error: 'this must be a port, or `host:port`' })
  .superRefine((value, context) => {
    if (hostPort(value) === null)
      context.addIssue({ code: 'custom', message: 'this is not a port\nwrite it like 5432, or localhost:5432' });
  })
  .meta({ examples: [5432, 'localhost:5432'] });
