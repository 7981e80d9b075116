import { plainLines } from '../../base/index.ts';
import { type Asked, OrchestraError } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { confirmed } from '../confirm.ts';
import { INTERRUPTED } from '../interrupt.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';
import { type Style, styleFor } from '../view/style.ts';
import { BY } from './command.ts';

export interface AnswerOptions {
  /** Asks nothing. */
  readonly yes?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}

/** `orchestra approve|deny AGENT`: shows what it asks, and answers exactly that. */
export async function answer(ports: CliPorts, yes: boolean, agent: string, options: AnswerOptions): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const asked = await askedOf(client, agent);
    const style = styleFor(ports.env, ports.out.isTTY);
    if (!options.json) writeLines(ports.out, askedLines(agent, asked, style));
    if (!asked.answerable)
      throw new OrchestraError(
        'refused',
        `nobody knows the keys that answer what ${agent} asks`,
        'answer it in its pane: orchestra attach',
        { asked },
      );
    if (!(await isMeant(ports, yes, agent, options))) {
      ports.err.write('nothing was answered\n');
      return INTERRUPTED;
    }
    await client.answer(agent, yes, asked.token, BY);
    if (options.json) writeJson(ports.out, { agent, answered: yes ? 'yes' : 'no', asked });
    else
      ports.out.write(
        `${style.paint('green', style.unicode ? '✔' : '+')} ${yes ? 'allowed' : 'denied'} for ${agent}\n`,
      );
    return 0;
  } finally {
    client.close();
  }
}

async function askedOf(client: Client, agent: string): Promise<Asked> {
  const asked = await client.asked(agent);
  if (asked !== null) return asked;
  throw new OrchestraError('conflict', `${agent} asks nothing`, 'see who waits for a person: orchestra status');
}

/** The dialog as it stands, a line before each so that it is told from what orchestra says. */
function askedLines(agent: string, { lines }: Asked, style: Style): string[] {
  const bar = style.paint('magenta', style.unicode ? '┃' : '|');
  return [`${style.paint('bold', agent)} asks:`, ...lines.flatMap(plainLines).map((line) => `${bar} ${line}`)];
}

/** To refuse is harmless; to allow is not, so it is said twice where nobody said --yes. */
async function isMeant(ports: CliPorts, yes: boolean, agent: string, options: AnswerOptions): Promise<boolean> {
  if (options.yes === true || (!yes && !ports.input.isTTY)) return true;
  if (!ports.input.isTTY || options.json)
    throw new OrchestraError(
      'usage',
      'nobody is there to confirm it',
      `confirm it with: orchestra approve ${agent} --yes`,
    );
  return confirmed(ports, `${yes ? 'Allow' : 'Deny'} this, once?`);
}
