import { type MailEntry, OrchestraError } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { copiesOf, mailProject, whoAsks } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { gist } from '../../view/index.ts';
import { styleFor } from '../view/style.ts';
import { BY } from './command.ts';

export interface AckOptions {
  readonly agent?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `orchestra ack ID…`: the agent has taken these in. */
export async function ack(ports: CliPorts, ids: readonly string[], options: AckOptions): Promise<number> {
  const client = await ports.connect(mailProject(ports, options.file).run);
  try {
    const who = options.agent ?? whoAsks(ports.env);
    // All are looked up first, so that a misspelled second one does not leave half of the work done.
    const found: MailEntry[] = [];
    for (const id of ids) found.push(await copyFor(client, id, who));
    const acked: MailEntry[] = [];
    for (const { message } of found) {
      acked.push(await client.ack(message.to, message.id, whoAsks(ports.env) ?? BY));
    }
    if (options.json) writeJson(ports.out, { acked });
    else
      writeLines(
        ports.out,
        acked.map((entry) => ackedLine(ports, entry)),
      );
    return 0;
  } finally {
    client.close();
  }
}

async function copyFor(client: Client, id: string, who: string | null): Promise<MailEntry> {
  const copies = await copiesOf({ client, mail: (filter) => client.mail(filter), close() {} }, id);
  const mine = who === null ? copies : copies.filter(({ message }) => message.to === who);
  const [first, second] = mine;
  if (first === undefined) {
    const holders = copies.map(({ message }) => message.to).join(', ');
    throw new OrchestraError(
      'unknown-message',
      `${who} has no message ${id}`,
      `it went to ${holders}; name one with --agent`,
    );
  }
  if (second !== undefined) {
    const holders = mine.map(({ message }) => message.to).join(', ');
    throw new OrchestraError('usage', `${id} went to several agents`, `name one with --agent: ${holders}`);
  }
  return first;
}

function ackedLine(ports: CliPorts, { message }: MailEntry): string {
  const style = styleFor(ports.env, ports.out.isTTY);
  const sign = style.paint('green', style.unicode ? '✔' : '+');
  return `${sign} ${message.to} acknowledged ${message.id}  ${style.paint('dim', gist(message.payload))}`.trimEnd();
}
