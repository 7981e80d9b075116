import { nearest } from '../base/index.ts';
import { DASHBOARD_KEYS, DASHBOARD_THEMES } from '../protocol/index.ts';
import * as z from 'zod';
import { hasControl } from './problem.ts';

/** The part of the schema that is about the dashboard. */

/** Keys that write nothing, as the dashboard calls them. */
const NAMED = [
  'enter',
  'escape',
  'tab',
  'space',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
  'insert',
  'delete',
  'backspace',
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
];
const MODIFIED = new RegExp(`^(?:[CMS]-)*(?:${NAMED.join('|')})$|^M-[^\\s]$|^(?:M-)?C-[a-z\\]\\\\^_]$`, 'u');

/** What a terminal sends for these is what it sends for another key (ECMA-48: the control characters). */
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['C-i', 'tab'],
  ['C-m', 'enter'],
  ['C-h', 'backspace'],
  ['C-[', 'escape'],
]);
/** Other names that people have for keys. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['esc', 'escape'],
  ['return', 'enter'],
  ['pgup', 'pageup'],
  ['page-up', 'pageup'],
  ['ppage', 'pageup'],
  ['pgdn', 'pagedown'],
  ['pgdown', 'pagedown'],
  ['page-down', 'pagedown'],
  ['npage', 'pagedown'],
  ['del', 'delete'],
  ['dc', 'delete'],
  ['ins', 'insert'],
  ['bspace', 'backspace'],
  ['btab', 'S-tab'],
  [' ', 'space'],
]);

/** The name of the key that was most likely meant; null when it is none. */
function meantKey(text: string): string | null {
  const modifier = /^(?:(ctrl|control|c|\^)|(alt|meta|m)|(shift|s))[-+ ]?(?=.)/i.exec(text);
  const plain = OTHER_NAMES.get(text.toLowerCase()) ?? text.toLowerCase();
  if (plain.length > 1 && isKey(plain)) return plain;
  if (modifier !== null && /[-+ ^]$/.test(modifier[0])) {
    const rest = text.slice(modifier[0].length);
    const key = OTHER_NAMES.get(rest.toLowerCase()) ?? rest.toLowerCase();
    if (modifier[3] !== undefined && key.length === 1) return key.toUpperCase();
    const whole = `${modifier[1] === undefined ? (modifier[2] === undefined ? 'S' : 'M') : 'C'}-${key}`;
    if (isKey(whole)) return whole;
  }
  return nearest(plain, NAMED);
}

const isKey = (text: string): boolean =>
  (Array.from(text).length === 1 && text !== ' ' && !hasControl(text)) || (MODIFIED.test(text) && !SAME_AS.has(text));

const KEY_HINT = 'write it like r, R, C-r, M-r, enter or f5';

const DashboardKey = z
  .string({ error: `this must be the name of a key\n${KEY_HINT}` })
  .superRefine((text, context) => {
    if (isKey(text)) return;
    const same = SAME_AS.get(text);
    const meant = same ?? meantKey(text);
    context.addIssue({
      code: 'custom',
      message: `${same === undefined ? 'this is not the name of a key' : 'terminals send the same for this and another key'}\n${
        meant === null ? KEY_HINT : `did you mean ${meant}?`
      }`,
    });
  })
  .meta({ minLength: 1, maxLength: 16 });

/** A digit is a key too, and YAML reads it as a number. */
const Digit = z
  .int({ error: `this must be the name of a key\n${KEY_HINT}` })
  .min(0)
  .max(9);
const OneKey = z.union([Digit, DashboardKey]);

export const ACTION_NAMES: readonly string[] = [
  ...new Set(Object.values(DASHBOARD_KEYS).flatMap((keys) => Object.keys(keys))),
];

export const Dashboard = z
  .strictObject({
    theme: z.enum(DASHBOARD_THEMES).meta({
      description: 'Colours: `auto` is for a dark or a light terminal, whichever it is. `--theme` and `NO_COLOR` win.',
      default: 'auto',
    }),
    keys: z
      .record(
        z.string().meta({ enum: ACTION_NAMES }),
        z.union([OneKey, z.array(OneKey).max(8, { error: 'at most 8 keys' })]),
      )
      .meta({
        description:
          'Own keys by what they do; they replace the ones it comes with. An empty list leaves an action to the palette.',
        examples: [{ restart: 'R', stop: ['s', 'x'] }],
      }),
  })
  .partial()
  .meta({ id: 'Dashboard', description: 'How the dashboard looks and which keys it has.' });
