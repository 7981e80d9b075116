import { plainLine } from '../base/index.ts';
import {
  AGENT_NAME,
  BROADCAST,
  EXTERNAL,
  type MailEntry,
  type MessageDraft,
  OrchestraError,
  type Paths,
  type Receipt,
} from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { Waited } from './mail-await.ts';
import { unlessInterrupted, INTERRUPTED } from './interrupt.ts';
import { openMail, whoAsks } from './mail-project.ts';
import type { CliPorts } from './ports.ts';
import { tryConnect } from './reach.ts';
import { styleFor } from './view/style.ts';

export interface DeliverOptions {
  readonly wait: Waited | null;
  /** Milliseconds to wait. */
  readonly timeout: number;
  readonly json: boolean;
}

/** Hands a draft over, waits for what was asked, and tells how it went; the exit status. Everything on the plain way is imported on purpose: it must start fast. */
export async function deliver(
  ports: CliPorts,
  paths: Paths,
  draft: MessageDraft & { readonly id: string },
  options: DeliverOptions,
): Promise<number> {
  const client = await tryConnect(ports, paths.run);
  if (client === null) return leave(ports, paths, draft, options);
  try {
    const { receipt, by } = await handOver(ports, paths, client, draft);
    if (options.wait === null || by === null) return tell(ports, receipt, options);
    return await follow(ports, paths, by, receipt, options.wait, options);
  } finally {
    client.close();
  }
}

/** Tries for a controller that went away in the middle, and milliseconds between them. */
const TRIES = 10;
const BETWEEN = 200;

/** The same id makes it safe to say it again to the next controller: a copy that is there already is not made twice. */
async function handOver(
  ports: CliPorts,
  paths: Paths,
  first: Client,
  draft: MessageDraft,
): Promise<{ readonly receipt: Receipt; readonly by: Client }> {
  let client: Client | null = first;
  for (let tried = 1; ; tried++) {
    try {
      if (client !== null) return { receipt: await client.send(draft), by: client };
    } catch (error) {
      if (!(error instanceof OrchestraError) || error.code !== 'not-running') throw error;
    }
    if (tried > TRIES) {
      throw new OrchestraError(
        'not-running',
        'the controller went away before it said that it has the message',
        `it is safe to send it again with: --id ${draft.id}`,
      );
    }
    await ports.clock.pause(BETWEEN);
    client = await tryConnect(ports, paths.run);
  }
}

async function leave(
  ports: CliPorts,
  paths: Paths,
  draft: MessageDraft & { readonly id: string },
  options: DeliverOptions,
): Promise<number> {
  if (options.wait !== null) {
    throw new OrchestraError(
      'not-running',
      'no session is running here: nothing was sent',
      'start one with: orchestra up, or leave the message for it by sending without --wait',
    );
  }
  await (await ports.mailFiles()).drop(paths, draft);
  // Who there will be is for the next session to say; a slip of the fingers should be seen now.
  const seen = ports.env.ORCHESTRA_DOOR === undefined; // an agent that has a door sees no mailboxes
  if (seen && AGENT_NAME.test(draft.to) && draft.to !== BROADCAST && ports.files.kind(paths.mailbox(draft.to)) === null)
    ports.err.write(`no session here has had an agent ${draft.to} so far\n`);
  return tell(ports, { id: draft.id, recipients: [], pending: true, duplicate: false }, options);
}

function tell(ports: CliPorts, receipt: Receipt, { json }: DeliverOptions): number {
  if (json) ports.out.write(`${JSON.stringify(receipt, null, 2)}\n`);
  else ports.out.write(`${receiptLine(ports, receipt)}\n`);
  return 0;
}

function receiptLine(ports: CliPorts, { id, recipients, pending, duplicate }: Receipt): string {
  const style = styleFor(ports.env, ports.out.isTTY);
  const shown = style.paint('dim', id);
  if (pending) return `no session is running: left in the intake for the next orchestra up  ${shown}`;
  if (duplicate) return `it was sent before, nothing was added  ${shown}`;
  const sign = style.paint('green', style.unicode ? '✔' : '+');
  return `${sign} queued for ${recipients.map(plainLine).join(', ') || 'nobody'}  ${shown}`;
}

async function follow(
  ports: CliPorts,
  paths: Paths,
  client: Client,
  receipt: Receipt,
  goal: Waited,
  { timeout, json }: DeliverOptions,
): Promise<number> {
  const { awaitMail } = await import('./mail-await.ts');
  const { waitingText, writeAwaited } = await import('./view/awaited.ts');
  const { lateProgress } = await import('./progress.ts');
  const { id } = receipt;
  const progress = lateProgress(ports, json);
  const onLook = (entries: readonly MailEntry[]): void => progress.update(waitingText(entries, goal));
  const waiting = awaitMail(ports, paths, client, { id, goal, timeout, onLook });
  const awaited = await unlessInterrupted(ports, waiting).finally(() => progress.end());
  if (awaited === null) return INTERRUPTED;
  const replies = awaited.how === 'reached' && goal === 'answered' ? await repliesTo(ports, paths, id) : [];
  return writeAwaited(ports, { receipt, goal, timeout, ...awaited, replies, json });
}

/** The answers. Those to the one who waits are taken in by being shown: nobody else would ever say so. */
async function repliesTo(ports: CliPorts, paths: Paths, id: string): Promise<readonly MailEntry[]> {
  const reader = await openMail(ports, paths);
  const me = whoAsks(ports.env) ?? EXTERNAL;
  try {
    const replies = (await reader.mail({ thread: id })).filter(({ message }) => message.replyTo === id);
    for (const { message } of replies) {
      // Shown is what counts: one that was purged meanwhile, or a controller that left, must not hide the answer.
      if (message.to === me) await reader.client?.ack(me, message.id, me).catch(() => {});
    }
    return replies;
  } finally {
    reader.close();
  }
}
