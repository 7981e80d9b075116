import { type ErrorCode, LARGEST_MESSAGE, OrchestraError, type SubmitResult } from '../../protocol/index.ts';
import { mailProject } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson } from '../report.ts';
import { styleFor } from '../view/style.ts';

export interface TypeOptions {
  readonly enter: boolean;
  readonly force?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}

/** Why nothing was submitted, and what a person can do. */
const REFUSALS: Readonly<Record<Exclude<SubmitResult, 'submitted'>, readonly [ErrorCode, string, string]>> = {
  busy: ['busy', 'is in the middle of a turn; nothing was typed', 'wait for it, or type all the same with --force'],
  dialog: ['dialog', 'shows a dialog; nothing was typed', 'answer it in the pane: orchestra attach'],
  draft: [
    'draft',
    'has a text in its input line already; nothing was typed',
    'send or clear it in the pane: orchestra attach',
  ],
  ambiguous: ['ambiguous', 'may or may not have got it', 'look before you try again: orchestra peek'],
  gone: ['failed', 'has no pane to type into', 'see: orchestra status'],
};

/** `orchestra type AGENT TEXT…`: by the same careful transaction as every message. */
export async function type(
  ports: CliPorts,
  agent: string,
  words: readonly string[],
  options: TypeOptions,
): Promise<number> {
  const text = await textOf(ports, words);
  const client = await ports.connect(mailProject(ports, options.file).run);
  try {
    const result = await client.type(agent, text, { submit: options.enter, force: options.force === true });
    if (result !== 'submitted') {
      const [code, sentence, hint] = REFUSALS[result];
      throw new OrchestraError(code, `${agent} ${sentence}`, hint, { agent, result });
    }
    const style = styleFor(ports.env, ports.out.isTTY);
    const sign = style.paint('green', style.unicode ? '✔' : '+');
    if (options.json) writeJson(ports.out, { agent, result });
    else ports.out.write(`${sign} ${options.enter ? 'submitted to' : 'typed, not submitted, into'} ${agent}\n`);
    return 0;
  } finally {
    client.close();
  }
}

async function textOf(ports: CliPorts, words: readonly string[]): Promise<string> {
  const text = words.length === 1 && words[0] === '-' ? await ports.input.text(LARGEST_MESSAGE) : words.join(' ');
  if (text === null)
    throw new OrchestraError('usage', 'the text is longer than 1 MiB', 'leave it in a file and name that');
  if (text.trim() === '') throw new OrchestraError('usage', 'there is nothing to type');
  return text.replace(/\n$/, '');
}
