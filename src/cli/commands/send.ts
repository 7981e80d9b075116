import type { MessageDraft } from '../../protocol/index.ts';
import { type Waited, WAITED } from '../mail-await.ts';
import { deliver } from '../mail-deliver.ts';
import { choiceOption, type DraftOptions, draftOf, durationOption } from '../mail-draft.ts';
import { mailProject } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';

export interface SendOptions extends DraftOptions {
  readonly file?: string;
  readonly wait?: string;
  readonly timeout?: string;
  readonly json?: boolean;
}

/** Milliseconds that are waited when nothing is said. */
const PATIENCE = 10 * 60_000;

/** `orchestra send TO TEXT…`. Everything on its way is imported on purpose: agents call it at every turn. */
export async function send(
  ports: CliPorts,
  to: string,
  words: readonly string[],
  options: SendOptions,
): Promise<number> {
  const wait = waitedOf(options);
  const timeout = options.timeout === undefined ? PATIENCE : durationOption('--timeout', options.timeout);
  const paths = mailProject(ports, options.file);
  const draft = await draftOf(ports, paths, to, words, options);
  return deliver(ports, paths, draft as MessageDraft & { id: string }, { wait, timeout, json: options.json === true });
}

const waitedOf = ({ wait }: SendOptions): Waited | null =>
  wait === undefined ? null : choiceOption('--wait', wait, WAITED);

/** Its options as util.parseArgs takes them: the way past commander, which alone costs more than the rest of a send. */
export const SEND_WORDS = {
  type: { type: 'string' },
  priority: { type: 'string' },
  ttl: { type: 'string' },
  delivery: { type: 'string' },
  payload: { type: 'string' },
  'text-file': { type: 'string', short: 'F' },
  id: { type: 'string' },
  'reply-to': { type: 'string' },
  wait: { type: 'string' },
  timeout: { type: 'string' },
  file: { type: 'string', short: 'f' },
  json: { type: 'boolean' },
} as const;
