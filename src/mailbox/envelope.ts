import { sha256 } from '../platform/index.ts';
import type { Message } from '../protocol/index.ts';
import { bad, type Checked, good } from './checked.ts';
import { checkDraft } from './draft.ts';

/** What is written: the whole message but for what its file's name says. */
export type Sealed = Omit<Message, 'attempt'>;

/** A message that is being fanned out: `to` is still what the sender wrote. */
export interface Circular {
  readonly message: Sealed;
  /** Agents that get a copy, decided when it was admitted. */
  readonly recipients: readonly string[];
}

const MAGIC = 'orchestra-mail 1';
const LINE = new RegExp(`^${MAGIC} ([0-9a-f]{64})$`);
const FIRST_LINE = MAGIC.length + 1 + 64;

/** First line `orchestra-mail 1 SHA256`, then JSON: a file that was torn by a power loss is told from a whole one. */
export function seal(content: Sealed | Circular): Buffer {
  const body = Buffer.from(JSON.stringify(content), 'utf8');
  return Buffer.concat([Buffer.from(`${MAGIC} ${sha256(body)}\n`), body, Buffer.from('\n')]);
}

function unseal(bytes: Buffer): Checked<unknown> {
  if (bytes.length === 0) return bad('it is empty: it was being written when the power went');
  const [, sum] = LINE.exec(bytes.subarray(0, FIRST_LINE).toString('latin1')) ?? [];
  if (sum === undefined) return bad('it does not begin as a message does');
  const body = bytes.subarray(FIRST_LINE + 1, bytes.length - 1);
  if (sha256(body) !== sum) return bad('its checksum is wrong: it was torn or changed');
  try {
    return good(JSON.parse(body.toString('utf8')));
  } catch {
    return bad('it is no JSON');
  }
}

/** @param agent the owner of the mailbox it lies in; another recipient means that somebody moved it */
export function readSealed(bytes: Buffer, agent: string, id: string, seq: number): Checked<Sealed> {
  const opened = unseal(bytes);
  if (!opened.ok) return opened;
  const checked = checkSealed(opened.value);
  if (!checked.ok) return checked;
  if (checked.value.to !== agent) return bad(`it is for ${checked.value.to}`);
  return sameMessage(checked.value, id, seq);
}

export function readCircular(bytes: Buffer, id: string, seq: number): Checked<Circular> {
  const opened = unseal(bytes);
  if (!opened.ok) return opened;
  const circular = opened.value as Partial<Circular> | null;
  const checked = checkSealed(circular?.message);
  if (!checked.ok) return checked;
  const recipients = circular?.recipients;
  if (!Array.isArray(recipients) || !recipients.every((each) => typeof each === 'string'))
    return bad('it has no recipients');
  const same = sameMessage(checked.value, id, seq);
  return same.ok ? good({ message: same.value, recipients }) : same;
}

const sameMessage = (message: Sealed, id: string, seq: number): Checked<Sealed> =>
  message.id === id && message.seq === seq ? good(message) : bad('its name is that of another message');

// The checksum proves that it is whole, not that it is ours: a file of another version must not be taken for one of this.
function checkSealed(value: unknown): Checked<Sealed> {
  if (typeof value !== 'object' || value === null) return bad('it is no message');
  const { sentTo, seq, delivery, ...rest } = value as Record<string, unknown>;
  const checked = checkDraft(delivery === null ? rest : { ...rest, delivery });
  if (!checked.ok) return checked;
  const { id, from, timestamp, ttl, priority, replyTo } = checked.value;
  const whole = [id, from, timestamp, ttl, priority, replyTo].every((field) => field !== undefined);
  if (!whole || typeof sentTo !== 'string' || !Number.isSafeInteger(seq)) return bad('it is not a whole message');
  return good(value as Sealed);
}
