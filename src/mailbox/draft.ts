import { nearest } from '../base/index.ts';
import {
  AGENT_NAME,
  BROADCAST,
  DELIVERY_MODES,
  EXTERNAL,
  GROUP_NAME,
  LARGEST_MESSAGE,
  MESSAGE_ID,
  MESSAGE_TYPES,
  type MessageDraft,
  PRIORITIES,
} from '../protocol/index.ts';
import { bad, type Checked, good } from './checked.ts';

/** Levels of objects and arrays in a payload. Deeper ones overflow the stack of whoever walks them, and nobody means them. */
const DEEPEST = 64;
const LONGEST_TTL = 366 * 24 * 3_600_000;
// ISO 8601 with a zone: without one Date.parse(ECMA-262) takes the zone of whoever reads.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const MAC = /^[0-9a-f]{64}$/;

type Fields = Readonly<Record<string, unknown>>;
/** Says what is wrong with a field, null when nothing is. */
type Rule = (value: unknown) => string | null;

const oneOf =
  (words: readonly string[]): Rule =>
  (value) => {
    if (typeof value === 'string' && words.includes(value)) return null;
    const meant = typeof value === 'string' ? nearest(value, words) : null;
    return meant === null
      ? `must be one of ${words.join(', ')}`
      : `must be one of ${words.join(', ')}; did you mean ${meant}?`;
  };
const like =
  (shape: RegExp, what: string, ...also: readonly unknown[]): Rule =>
  (value) =>
    also.includes(value) || (typeof value === 'string' && shape.test(value)) ? null : `must be ${what}`;

const RULES: Readonly<Record<keyof MessageDraft, Rule>> = {
  id: like(MESSAGE_ID, 'a UUID in lower case'),
  type: oneOf(MESSAGE_TYPES),
  from: like(AGENT_NAME, 'the name of an agent, or external', EXTERNAL),
  to: (value) =>
    typeof value === 'string' && (value === BROADCAST || GROUP_NAME.test(value) || AGENT_NAME.test(value))
      ? null
      : 'must be the name of an agent, @group or broadcast',
  payload: (value) => {
    if (!isObject(value)) return 'must be a JSON object';
    return deeperThan(value, DEEPEST) ? `must have at most ${DEEPEST} levels` : null;
  },
  timestamp: (value) =>
    typeof value === 'string' && TIME.test(value) && Number.isFinite(Date.parse(value))
      ? null
      : 'must be a time such as 2030-01-31T09:30:00Z',
  ttl: (value) =>
    value === null || (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= LONGEST_TTL)
      ? null
      : 'must be whole milliseconds, at most a year, or null',
  priority: oneOf(PRIORITIES),
  replyTo: like(MESSAGE_ID, 'the id of a message, or null', null),
  delivery: oneOf(DELIVERY_MODES),
  mac: like(MAC, '64 hex digits'),
};
const REQUIRED = ['type', 'to', 'payload'] as const;

/** A draft from a program or a file, checked field by field. What is wrong is said in one sentence, for the first field that is. */
export function checkDraft(value: unknown): Checked<MessageDraft> {
  if (!isObject(value)) return bad('a message is a JSON object');
  const fields: Fields = value;
  const missing = REQUIRED.find((field) => fields[field] === undefined);
  if (missing !== undefined) return bad(`${missing} is missing`);
  for (const [field, given] of Object.entries(fields)) {
    const rule = Object.hasOwn(RULES, field) ? RULES[field as keyof MessageDraft] : undefined;
    if (rule === undefined) return bad(unknownField(field));
    const why = given === undefined ? null : rule(given);
    if (why !== null) return bad(`${field} ${why}`);
  }
  if (fields.delivery === 'now' && fields.priority !== 'urgent') return bad('delivery now is for priority urgent only');
  return good(fields as unknown as MessageDraft);
}

/** The text of a dropped file: JSON (RFC 8259) in UTF-8. */
export function parseDraft(bytes: Uint8Array): Checked<MessageDraft> {
  if (bytes.length === 0) return bad('it is empty');
  if (bytes.length > LARGEST_MESSAGE) return bad(`it has ${bytes.length} bytes, a message at most ${LARGEST_MESSAGE}`);
  try {
    return checkDraft(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    return bad(error instanceof SyntaxError ? 'it is no JSON' : 'it is no UTF-8 text');
  }
}

function unknownField(field: string): string {
  if (field === 'seq' || field === 'attempt') return `${field} is given by the queue`;
  const shown = JSON.stringify(field.slice(0, 40));
  const meant = nearest(field.slice(0, 40), Object.keys(RULES));
  return meant === null
    ? `${shown} is no field of a message`
    : `${shown} is no field of a message; did you mean ${meant}?`;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => deeperThan(each, levels - 1));
}
