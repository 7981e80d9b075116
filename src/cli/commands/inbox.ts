import { formatDuration } from '../../base/index.ts';
import { EXTERNAL, type MailEntry, type MessageState, OrchestraError } from '../../protocol/index.ts';
import { unlessInterrupted, INTERRUPTED } from '../interrupt.ts';
import { durationOption } from '../mail-draft.ts';
import { mailProject, openMail, whoAsks } from '../mail-project.ts';
import { countOption } from '../option.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { mailTable, messageLines } from '../view/mail.ts';
import { styleFor } from '../view/style.ts';

export interface InboxOptions {
  readonly all?: boolean;
  readonly lines: string;
  readonly take?: boolean;
  readonly wait?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** What an agent still has to do something about. */
export const OPEN_STATES: readonly MessageState[] = ['queued', 'delivering', 'submitted', 'started'];

/** `orchestra inbox [AGENT]`: the agent's own mail, somebody else's, or that of the person. */
export async function inbox(ports: CliPorts, named: string | undefined, options: InboxOptions): Promise<number> {
  const last = countOption('-n', options.lines);
  const agent = named ?? whoAsks(ports.env) ?? EXTERNAL;
  if (options.take) return take(ports, agent, options);
  const reader = await openMail(ports, mailProject(ports, options.file));
  try {
    const states = options.all ? {} : { states: OPEN_STATES };
    const entries = await reader.mail({ agent, ...states, last });
    if (options.json) writeJson(ports.out, { agent, entries });
    else writeLines(ports.out, entries.length === 0 ? [`no mail for ${agent}`] : tableOf(ports, entries));
    return 0;
  } finally {
    reader.close();
  }
}

const tableOf = (ports: CliPorts, entries: readonly MailEntry[]): string[] =>
  mailTable(entries, {
    width: ports.out.columns(),
    style: styleFor(ports.env, ports.out.isTTY),
    now: ports.clock.wall(),
    recipients: false,
  });

/** The next message, marked as handed over; waits for one when asked to. */
async function take(ports: CliPorts, agent: string, options: InboxOptions): Promise<number> {
  const wait = options.wait === undefined ? 0 : durationOption('--wait', options.wait);
  const client = await ports.connect(mailProject(ports, options.file).run);
  try {
    const entry = await unlessInterrupted(
      ports,
      client.take(agent, wait).then((taken) => taken ?? 'none'),
    );
    if (entry === null) return INTERRUPTED;
    if (entry === 'none') {
      const when = wait === 0 ? 'now' : `within ${formatDuration(wait)}`;
      throw new OrchestraError('timeout', `no mail for ${agent} ${when}`, 'wait longer with: --wait 5m');
    }
    if (options.json) writeJson(ports.out, entry);
    else writeLines(ports.out, messageLines([entry], styleFor(ports.env, ports.out.isTTY), ports.clock.wall()));
    return 0;
  } finally {
    client.close();
  }
}
