import {
  DELIVERY_MODES,
  EXTERNAL,
  type MailEntry,
  type MailFilter,
  MESSAGE_TYPES,
  type MessageDraft,
  type MessageState,
  OrchestraError,
  PRIORITIES,
  type Receipt,
} from '../protocol/index.ts';
import { Arguments } from './arguments.ts';
import type { McpPorts } from './ports.ts';
import { QUEUE_TOOLS } from './queue-tools.ts';
import { withController } from './reach.ts';
import { SCREEN_TOOLS } from './screen-tools.ts';
import { LIMIT, LISTED, MOST_LISTED, type Tool } from './tool.ts';
import { agentLine, bodyOf, headerOf, listOf } from './words.ts';

const ID = { type: 'string', description: 'Id of the message, as it stands in its header.' };
const WHAT = {
  text: { type: 'string', description: 'What to say. For long texts write a file and name its path.' },
  type: { type: 'string', enum: MESSAGE_TYPES, description: 'note unless you know that something else is expected.' },
  priority: { type: 'string', enum: PRIORITIES, description: 'normal unless it is urgent.' },
  payload: {
    type: 'object',
    description: 'Further keys for programs, such as {"command": "make test"} of a task_assign to a worker.',
  },
};

export const TOOLS: readonly Tool[] = [
  {
    name: 'send_message',
    title: 'Send a message',
    description:
      'Send a message to another agent of the session, to a group (@name) or to everyone (broadcast). It is delivered when the recipient is idle; answers come to you as messages of their own, so do not wait or poll for them.',
    inputSchema: {
      type: 'object',
      properties: {
        to: { type: 'string', description: 'Name of an agent (see list_agents), @group, or broadcast.' },
        ...WHAT,
        ttl_seconds: {
          type: 'integer',
          minimum: 1,
          description: 'Give the message up when it was not delivered by then.',
        },
        delivery: { type: 'string', enum: DELIVERY_MODES, description: 'Leave it out: the recipient has its own way.' },
        reply_to: { ...ID, description: 'Id of the message this one answers, if any. reply_message is simpler.' },
      },
      required: ['to', 'text'],
    },
    changes: true,
    run: sendMessage,
  },
  {
    name: 'read_inbox',
    title: 'Read your inbox',
    description:
      'List the messages to you that you have not acknowledged or answered yet, oldest first. Changes nothing.',
    inputSchema: {
      type: 'object',
      properties: {
        include_done: { type: 'boolean', description: 'Also those that are acknowledged, answered or given up.' },
        limit: LIMIT,
      },
    },
    changes: false,
    run: readInbox,
  },
  {
    name: 'read_message',
    title: 'Read a message',
    description: 'Read one message in full, and how far it got. Works for messages you sent, too.',
    inputSchema: { type: 'object', properties: { id: ID }, required: ['id'] },
    changes: false,
    run: readMessage,
  },
  {
    name: 'ack_message',
    title: 'Acknowledge messages',
    description:
      'Say that you have taken messages in and nothing more is to be said about them. Use reply_message instead when the sender expects an answer.',
    inputSchema: {
      type: 'object',
      properties: { ids: { type: 'array', items: { type: 'string' }, description: 'Ids of the messages.' } },
      required: ['ids'],
    },
    changes: true,
    run: ackMessages,
  },
  {
    name: 'reply_message',
    title: 'Answer a message',
    description: 'Answer a message: your text goes to its sender, and the message counts as answered.',
    inputSchema: { type: 'object', properties: { id: ID, ...WHAT }, required: ['id', 'text'] },
    changes: true,
    run: replyMessage,
  },
  {
    name: 'list_agents',
    title: 'List the agents',
    description: 'List the agents of the session: name, type, role, skills, whether each runs and what it is doing.',
    inputSchema: { type: 'object', properties: {} },
    changes: false,
    run: listAgents,
  },
  ...QUEUE_TOOLS,
  ...SCREEN_TOOLS,
];

async function sendMessage(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, [
    'to',
    'text',
    'type',
    'priority',
    'payload',
    'ttl_seconds',
    'delivery',
    'reply_to',
  ]);
  const replyTo = values.optionalId('reply_to');
  return told(await send(ports, values.text('to').trim(), values, replyTo));
}

async function replyMessage(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['id', 'text', 'type', 'priority', 'payload']);
  const id = values.id('id');
  const [original] = await messageOf(ports, id);
  if (original?.message.from === ports.agent) {
    throw new OrchestraError('usage', 'that is a message of your own', 'write to its recipient with send_message');
  }
  return told(await send(ports, original?.message.from ?? EXTERNAL, values, id));
}

/** A draft of what the model said, in the agent's name. */
function send(
  ports: McpPorts,
  to: string,
  values: Arguments,
  replyTo: string | undefined,
): Promise<Receipt & { to: string }> {
  const priority = values.choice('priority', PRIORITIES);
  const delivery = values.choice('delivery', DELIVERY_MODES);
  const ttl = values.optionalCount('ttl_seconds');
  const draft: MessageDraft & { id: string } = {
    id: ports.newId(),
    type: values.choice('type', MESSAGE_TYPES) ?? 'note',
    from: ports.agent,
    to,
    payload: { ...values.object('payload'), text: values.text('text') },
    timestamp: new Date(ports.wall()).toISOString(),
    ...(priority === undefined ? {} : { priority }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(ttl === undefined ? {} : { ttl: ttl * 1000 }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
  const signed = ports.sign(draft);
  return withController(
    ports,
    async (client) => ({ ...(await client.send(signed)), to }),
    async () => {
      await ports.drop(signed);
      return { id: draft.id, recipients: [], pending: true, duplicate: false, to };
    },
  );
}

function told({ id, recipients, pending, to }: Receipt & { to: string }): string {
  if (pending) return `No session is running: the message to ${to} waits for the next one. Its id is ${id}.`;
  return `Sent to ${recipients.join(', ') || 'nobody'}. Its id is ${id}.`;
}

const OPEN: readonly MessageState[] = ['queued', 'delivering', 'submitted', 'started'];

async function readInbox(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['include_done', 'limit']);
  const states = values.flag('include_done') ? {} : { states: OPEN };
  const filter: MailFilter = { agent: ports.agent, ...states, last: values.count('limit', LISTED, MOST_LISTED) };
  const entries = await withController(
    ports,
    (client) => client.mail(filter),
    () => ports.list(filter),
  );
  if (entries.length === 0) return 'No messages.';
  return `${entries.length} ${entries.length === 1 ? 'message' : 'messages'}, oldest first.\n\n${listOf(entries, ports.wall())}`;
}

async function readMessage(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const copies = await messageOf(ports, new Arguments(given, ['id']).id('id'));
  const own = copies.filter(({ message }) => message.to === ports.agent);
  const shown = own.length > 0 ? own : copies;
  const now = ports.wall();
  return [
    ...shown.map((entry) => headerOf(entry, now)),
    '',
    ...(shown[0] === undefined ? [] : bodyOf(shown[0].message)),
  ].join('\n');
}

async function messageOf(ports: McpPorts, id: string): Promise<readonly MailEntry[]> {
  const copies = await withController(
    ports,
    (client) => client.message(id),
    async () => (await ports.list({ thread: id })).filter(({ message }) => message.id === id),
  );
  if (copies.length > 0) return copies;
  throw new OrchestraError('unknown-message', `there is no message ${id}`, 'read_inbox lists yours');
}

async function ackMessages(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const ids = new Arguments(given, ['ids']).ids('ids');
  for (const id of ids) await withController(ports, (client) => client.ack(ports.agent, id, ports.agent));
  return `Acknowledged: ${ids.join(', ')}.`;
}

async function listAgents(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  new Arguments(given, []);
  const { session, agents } = await withController(ports, (client) => client.snapshot());
  if (agents.length === 0) return `The session ${session} has no agents.`;
  return [`The session ${session}:`, ...agents.map((agent) => agentLine(agent, ports.agent))].join('\n');
}
