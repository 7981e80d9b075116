import { formatDuration, payloadLines, plainLine } from '../../base/index.ts';
import { type MailEntry, OrchestraError, type Receipt } from '../../protocol/index.ts';
import type { HowFar, Waited } from '../mail-await.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { stateWords } from '../../view/index.ts';
import { styleFor } from './style.ts';

/** What a sender sees while it waits. */
export function waitingText(entries: readonly MailEntry[], goal: Waited): string {
  const each = entries.map((entry) => `${plainLine(entry.message.to)} ${stateWords(entry)}`);
  return `waiting until ${goal}${each.length === 0 ? '' : `: ${each.join(', ')}`}`;
}

interface AwaitedMail {
  readonly receipt: Receipt;
  readonly goal: Waited;
  /** Milliseconds that were waited at most. */
  readonly timeout: number;
  readonly how: HowFar;
  readonly entries: readonly MailEntry[];
  readonly replies: readonly MailEntry[];
  readonly json: boolean;
}

/** Tells what was waited for; 0 when it came. Throws `dead` or `timeout` when it did not. */
export function writeAwaited(ports: CliPorts, awaited: AwaitedMail): number {
  const { receipt, goal, how, entries, replies, json } = awaited;
  if (how !== 'reached') throw notReached(awaited);
  if (json) {
    writeJson(ports.out, { ...receipt, waited: goal, entries, replies });
    return 0;
  }
  const style = styleFor(ports.env, ports.out.isTTY);
  const sign = style.paint('green', style.unicode ? '✔' : '+');
  const to = (entry: MailEntry): string => `${sign} ${plainLine(entry.message.to)} ${stateWords(entry)}`;
  writeLines(ports.out, [
    ...entries.map((entry) => `${to(entry)}  ${style.paint('dim', receipt.id)}`),
    ...replies.flatMap(({ message }) => [
      '',
      `${style.paint('bold', plainLine(message.from))} ${style.paint('dim', message.id)}`,
      ...payloadLines(message.payload).map((line) => `  ${line}`.trimEnd()),
    ]),
  ]);
  return 0;
}

function notReached({ receipt: { id }, goal, timeout, how, entries }: AwaitedMail): OrchestraError {
  const stands = entries.map((entry) => `${plainLine(entry.message.to)} ${stateWords(entry)}`).join(', ');
  if (how === 'dead') {
    return new OrchestraError('dead', `the message was given up: ${stands}`, `see: orchestra queue show ${id}`, {
      id,
      entries,
    });
  }
  return new OrchestraError(
    'timeout',
    `not ${goal} within ${formatDuration(timeout)}: ${stands === '' ? 'no copy was seen' : stands}`,
    `it goes on without you; see: orchestra queue show ${id}`,
    { id, entries },
  );
}
