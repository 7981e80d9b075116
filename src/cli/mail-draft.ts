import { nearest, parseDuration } from '../base/index.ts';
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
  OrchestraError,
  type Paths,
  type Payload,
  PRIORITIES,
} from '../protocol/index.ts';
import { whoAsks } from './mail-project.ts';
import type { CliPorts } from './ports.ts';

/** What `send` and `reply` have in common. */
export interface DraftOptions {
  readonly type?: string;
  readonly priority?: string;
  readonly ttl?: string;
  readonly delivery?: string;
  readonly payload?: string;
  readonly textFile?: string;
  readonly id?: string;
  readonly replyTo?: string;
}

/** One of a few words, with the one that was meant when it is none. */
export function choiceOption<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const meant = nearest(text, choices);
  throw new OrchestraError(
    'usage',
    `${flag} cannot be ${JSON.stringify(text)}`,
    meant === null ? `it is one of: ${choices.join(', ')}` : `did you mean ${meant}?`,
  );
}

export function durationOption(flag: string, text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  throw new OrchestraError('usage', `${flag} takes a duration, not ${JSON.stringify(text)}`, parsed.hint);
}

function ttlOption(text: string): number {
  const ttl = durationOption('--ttl', text);
  if (ttl >= 1) return ttl;
  throw new OrchestraError('usage', 'with a ttl of nothing a message is dead before it is read', 'such as --ttl 5m');
}

/** The draft of what was typed, signed when an agent typed it. Rejects with `usage` for what can be seen to be wrong from here. */
export async function draftOf(
  ports: CliPorts,
  paths: Paths,
  to: string,
  words: readonly string[],
  options: DraftOptions,
): Promise<MessageDraft> {
  refuseNonsense(to, options);
  const draft: MessageDraft = {
    id: options.id?.toLowerCase() ?? ports.newId(),
    type: choiceOption('--type', options.type ?? 'note', MESSAGE_TYPES),
    from: whoAsks(ports.env) ?? EXTERNAL,
    to,
    payload: await payloadOf(ports, words, options),
    timestamp: new Date(ports.clock.wall()).toISOString(),
    ...(options.ttl === undefined ? {} : { ttl: ttlOption(options.ttl) }),
    ...(options.priority === undefined ? {} : { priority: choiceOption('--priority', options.priority, PRIORITIES) }),
    ...(options.delivery === undefined
      ? {}
      : { delivery: choiceOption('--delivery', options.delivery, DELIVERY_MODES) }),
    ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
  };
  if (draft.type === 'note' && isNothing(draft.payload)) {
    throw new OrchestraError(
      'usage',
      'there is nothing to say',
      'write the text behind the recipient, or - to read it from stdin',
    );
  }
  return signed(ports, paths, draft);
}

/** No text, or one of nothing but white space: an empty pipe, most often. */
const isNothing = ({ text, ...rest }: Payload): boolean =>
  Object.keys(rest).length === 0 && (typeof text === 'string' ? text.trim() === '' : text === undefined);

function refuseNonsense(to: string, { id, delivery, priority }: DraftOptions): void {
  if (!AGENT_NAME.test(to) && !GROUP_NAME.test(to) && to !== BROADCAST) {
    throw new OrchestraError(
      'usage',
      `${JSON.stringify(to)} is no recipient`,
      'it is an agent, a group such as @reviewers, or broadcast',
    );
  }
  if (id !== undefined && !MESSAGE_ID.test(id.toLowerCase())) {
    throw new OrchestraError('usage', `--id takes a UUID, not ${JSON.stringify(id)}`, 'make one with: uuidgen');
  }
  if (delivery === 'now' && priority !== 'urgent') {
    throw new OrchestraError(
      'usage',
      '--delivery now interrupts a turn: it is for what is urgent',
      'add --priority urgent',
    );
  }
}

/** Some programs pass on the name of a variable instead of its value. */
const TOKEN = /^[0-9a-f]{64}$/;

/** An agent's token: from its environment, or from the file kept for those whose environment is not passed on. */
async function signed(ports: CliPorts, paths: Paths, draft: MessageDraft): Promise<MessageDraft> {
  const agent = whoAsks(ports.env);
  if (agent === null) return draft;
  const given = ports.env.ORCHESTRA_TOKEN ?? '';
  const token = TOKEN.test(given) ? given : (ports.files.read(paths.agentToken(agent))?.trim() ?? '');
  // Said as a person outside would: unsigned, a name in `from` would only be refused as a forgery.
  if (token === '') {
    ports.err.write(`sent as ${EXTERNAL}: there is no token of ${agent}\n`);
    return { ...draft, from: EXTERNAL };
  }
  return (await ports.mailFiles()).sign(draft, token);
}

async function payloadOf(ports: CliPorts, words: readonly string[], options: DraftOptions): Promise<Payload> {
  const payload = options.payload === undefined ? {} : jsonObject(options.payload);
  const text = await textOf(ports, words, options.textFile);
  return text === null ? payload : { ...payload, text };
}

function jsonObject(text: string): Payload {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Payload;
  } catch {}
  throw new OrchestraError('usage', '--payload takes a JSON object', `such as --payload '{"command": "make test"}'`);
}

async function textOf(ports: CliPorts, words: readonly string[], file: string | undefined): Promise<string | null> {
  if (words.length > 0 && file !== undefined) {
    throw new OrchestraError('usage', 'the text is given twice', 'either behind the recipient or with --text-file');
  }
  const source = file ?? (words.length === 1 && words[0] === '-' ? '-' : null);
  if (source === null) return words.length === 0 ? null : words.join(' ');
  const text = source === '-' ? await ports.input.text(LARGEST_MESSAGE) : fileText(ports, source);
  if (text === null) {
    throw new OrchestraError('refused', 'the text is longer than 1 MiB', 'leave it in a file and send its path');
  }
  return text.replace(/\n$/, '');
}

function fileText(ports: CliPorts, path: string): string | null {
  if (ports.files.kind(path) !== 'file') {
    throw new OrchestraError('usage', `there is no file ${path}`, 'name one with --text-file FILE, or - for stdin');
  }
  return ports.files.readAtMost(path, LARGEST_MESSAGE)?.toString('utf8') ?? null;
}
