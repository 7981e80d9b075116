import type { MailFilter, MessageState } from '../protocol/index.ts';
import { Arguments } from './arguments.ts';
import type { McpPorts } from './ports.ts';
import { withController } from './reach.ts';
import { LIMIT, LISTED, MOST_LISTED, type Tool } from './tool.ts';
import { listOf } from './words.ts';

const AGENT = { type: 'string', description: 'Only the mailbox of this agent; all of them without it.' };
const ID = { type: 'string', description: 'Only the message with this id.' };

const NOT_OVER: readonly MessageState[] = ['queued', 'delivering', 'submitted', 'started', 'dead'];

/** What a person does with `orchestra queue`. */
export const QUEUE_TOOLS: readonly Tool[] = [
  {
    name: 'list_queue',
    title: 'List messages on their way',
    description:
      'List the messages of the whole session that are on their way or were given up, oldest first, and how far each got. Use read_inbox for your own mail.',
    inputSchema: {
      type: 'object',
      properties: {
        agent: AGENT,
        dead_only: { type: 'boolean', description: 'Only those that were given up.' },
        limit: LIMIT,
      },
    },
    changes: false,
    run: listQueue,
  },
  {
    name: 'redrive_messages',
    title: 'Deliver dead messages again',
    description:
      'Put messages that were given up back into the queue, so that they are delivered again. Look at them with list_queue first: one that is dead as ambiguous may have arrived.',
    inputSchema: { type: 'object', properties: { agent: AGENT, id: ID } },
    changes: true,
    run: redrive,
  },
  {
    name: 'purge_messages',
    title: 'Throw messages away',
    description:
      'Throw a message away: one that waits is given up, one that is dead or done is deleted. It cannot be taken back; do so only when your user asked for it.',
    inputSchema: { type: 'object', properties: { id: ID, agent: AGENT }, required: ['id'] },
    changes: true,
    run: purge,
  },
];

async function listQueue(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['agent', 'dead_only', 'limit']);
  const agent = values.optionalText('agent');
  const filter: MailFilter = {
    ...(agent === undefined ? {} : { agent }),
    states: values.flag('dead_only') ? ['dead'] : NOT_OVER,
    last: values.count('limit', LISTED, MOST_LISTED),
  };
  const entries = await withController(
    ports,
    (client) => client.mail(filter),
    () => ports.list(filter),
  );
  return entries.length === 0 ? 'No messages.' : `${countOf(entries.length)}:\n\n${listOf(entries, ports.wall())}`;
}

async function redrive(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['agent', 'id']);
  const agent = values.optionalText('agent');
  const id = values.optionalId('id');
  const choice = { ...(agent === undefined ? {} : { agent }), ...(id === undefined ? {} : { id }) };
  const count = await withController(ports, (client) => client.redrive(choice, ports.agent));
  return `${countOf(count)} will be delivered again.`;
}

async function purge(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['id', 'agent']);
  const agent = values.optionalText('agent');
  const choice = { id: values.id('id'), ...(agent === undefined ? {} : { agent }) };
  const count = await withController(ports, (client) => client.purge(choice, ports.agent));
  return `${countOf(count)} thrown away.`;
}

const countOf = (count: number): string => `${count} ${count === 1 ? 'message' : 'messages'}`;
