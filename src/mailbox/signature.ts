import { hmacSha256, sameSecret } from '../platform/index.ts';
import { EXTERNAL, type MessageDraft, OrchestraError } from '../protocol/index.ts';
import { bad, type Checked, good } from './checked.ts';
import { checkDraft } from './draft.ts';

// What a signature covers, in this order. A field that is left out counts as null.
const SIGNED = ['id', 'type', 'from', 'to', 'payload', 'timestamp', 'ttl', 'priority', 'replyTo', 'delivery'] as const;

/**
 * An agent's token: HMAC-SHA256 over its name with the session's secret, 64 hex digits. It says who wrote a message among agents of one person; it
 * isolates nobody, since they can read each other's files.
 */
export const tokenOf = (secret: Uint8Array, agent: string): string => hmacSha256(secret, `orchestra agent ${agent}`);

/**
 * The draft with the signature of the agent it is from. Sign last: any field changed afterwards makes it a forgery.
 * Throws OrchestraError `refused` for what is no message, and for one without an id.
 */
export function sign(draft: MessageDraft, token: string): MessageDraft {
  const checked = checkDraft(draft);
  if (!checked.ok) throw new OrchestraError('refused', `the message is refused: ${checked.why}`);
  if (draft.id === undefined) throw new OrchestraError('refused', 'the message is refused: what is signed needs an id');
  return { ...draft, mac: hmacSha256(token, canonical(draft)) };
}

/**
 * Who wrote it. Unsigned and without a name: `external`. A name without its signature, or with another's, is a forgery.
 * @param tokenOf the token of an agent, null when there is no such agent
 */
export function verify(draft: MessageDraft, tokenOf: (agent: string) => string | null): Checked<string> {
  const from = draft.from ?? EXTERNAL;
  if (from === EXTERNAL) return draft.mac === undefined ? good(EXTERNAL) : bad('it is signed and does not say by whom');
  if (draft.mac === undefined) return bad(`it says it is from ${from} and is not signed`);
  // Whoever finds one without an id could drop it again and again, and each time it would be a new message of that agent.
  if (draft.id === undefined) return bad(`it is signed by ${from} and has no id`);
  const token = tokenOf(from);
  if (token === null) return bad(`it says it is from ${from}, and there is no such agent`);
  return sameSecret(hmacSha256(token, canonical(draft)), draft.mac)
    ? good(from)
    : bad(`it says it is from ${from}, and the signature is not ${from}'s`);
}

/** One text for one meaning: fields in a fixed order, keys of objects sorted (as in RFC 8785), no white space. */
export const canonical = (draft: MessageDraft): string =>
  `orchestra message 1\n${ordered(SIGNED.map((field) => draft[field] ?? null))}`;

function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => ordered(each ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${ordered(each)}`).join(',')}}`;
}
