import { type MailEntry, MESSAGE_STATES, type MessageState, OrchestraError } from '../../protocol/index.ts';
import { choiceOption } from '../mail-draft.ts';
import { copiesOf, mailProject, openMail, whoAsks } from '../mail-project.ts';
import { countOption } from '../option.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { mailTable, messageLines } from '../view/mail.ts';
import { styleFor } from '../view/style.ts';
import { BY } from './command.ts';

interface Common {
  readonly file?: string;
  readonly json?: boolean;
}

export interface ListOptions extends Common {
  readonly all?: boolean;
  readonly state?: readonly string[];
  readonly from?: string;
  readonly lines: string;
}

/** What a person looks for first: what is on its way, and what was given up. */
const OF_INTEREST: readonly MessageState[] = ['queued', 'delivering', 'submitted', 'started', 'dead'];

const stateOptions = (words: readonly string[]): readonly MessageState[] =>
  words.map((word) => choiceOption('--state', word, MESSAGE_STATES));

/** `orchestra queue ls [AGENT]` */
export async function list(ports: CliPorts, agent: string | undefined, options: ListOptions): Promise<number> {
  // Nobody had to acknowledge what was typed: it is over with its turn, and `submitted` is the last that is known of it.
  const open = options.all || options.state !== undefined ? {} : ({ open: true } as const);
  const states = options.all ? MESSAGE_STATES : stateOptions(options.state ?? OF_INTEREST);
  const last = countOption('-n', options.lines);
  const reader = await openMail(ports, mailProject(ports, options.file));
  try {
    const who = agent === undefined ? {} : { agent };
    const from = options.from === undefined ? {} : { from: options.from };
    const entries = await reader.mail({ ...who, ...from, ...open, states, last });
    if (options.json) writeJson(ports.out, { running: reader.client !== null, entries });
    else
      writeLines(ports.out, listLines(ports, entries, reader.client === null ? intakeOf(ports, options.file) : null));
    return 0;
  } finally {
    reader.close();
  }
}

/** How many messages wait to be admitted. */
const intakeOf = (ports: CliPorts, file: string | undefined): number =>
  ports.files.list(`${mailProject(ports, file).intake}/new`).length;

/** @param intake what waits for a controller, null when there is one */
function listLines(ports: CliPorts, entries: readonly MailEntry[], intake: number | null): string[] {
  const style = styleFor(ports.env, ports.out.isTTY);
  const now = ports.clock.wall();
  const waiting = intake === 0 ? '' : `, ${intake} more in the intake`;
  const rest = intake === null ? [] : ['', style.paint('dim', `no session is running${waiting}`)];
  if (entries.length === 0) return ['no messages', ...rest];
  return [...mailTable(entries, { width: ports.out.columns(), style, now, recipients: true }), ...rest];
}

/** `orchestra queue show ID`: how far each copy got, and what was answered. */
export async function show(ports: CliPorts, id: string, options: Common): Promise<number> {
  const reader = await openMail(ports, mailProject(ports, options.file));
  try {
    const copies = await copiesOf(reader, id);
    const whole = copies[0].message.id;
    const thread = (await reader.mail({ thread: whole })).filter(({ message }) => message.id !== whole);
    if (options.json) {
      writeJson(ports.out, { message: copies[0].message, copies, thread });
      return 0;
    }
    const style = styleFor(ports.env, ports.out.isTTY);
    const now = ports.clock.wall();
    const table = mailTable(thread, { width: ports.out.columns(), style, now, recipients: true });
    writeLines(ports.out, [
      ...messageLines(copies, style, now),
      '',
      ...copies.map(({ file }) => style.paint('dim', file)),
      ...(thread.length === 0 ? [] : ['', ...table]),
    ]);
    return 0;
  } finally {
    reader.close();
  }
}

export interface ChangeOptions extends Common {
  readonly id?: string;
  readonly all?: boolean;
  readonly state?: readonly string[];
}

/** `orchestra queue redrive|purge [AGENT]`. Without an agent or an id, --all must say that everything is meant. */
export async function change(
  ports: CliPorts,
  verb: 'redrive' | 'purge',
  agent: string | undefined,
  options: ChangeOptions,
): Promise<number> {
  if (agent === undefined && options.id === undefined && !options.all) {
    throw new OrchestraError(
      'usage',
      `which messages? Every agent's are meant only with --all`,
      `see: orchestra queue ${verb} --help`,
    );
  }
  const states = options.state === undefined ? {} : { states: stateOptions(options.state) };
  const client = await ports.connect(mailProject(ports, options.file).run);
  try {
    const reader = { client, mail: client.mail, close() {} };
    const id = options.id === undefined ? {} : { id: (await copiesOf(reader, options.id))[0].message.id };
    const filter = { ...(agent === undefined ? {} : { agent }), ...id };
    const by = whoAsks(ports.env) ?? BY;
    const count =
      verb === 'redrive' ? await client.redrive(filter, by) : await client.purge({ ...filter, ...states }, by);
    const what = verb === 'redrive' ? 'queued again' : 'thrown away';
    if (options.json) writeJson(ports.out, { [verb === 'redrive' ? 'redriven' : 'purged']: count });
    else ports.out.write(`${count} ${count === 1 ? 'message' : 'messages'} ${what}\n`);
    return 0;
  } finally {
    client.close();
  }
}
