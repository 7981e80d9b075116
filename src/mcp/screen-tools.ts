import { plainLine } from '../base/index.ts';
import type { SubmitResult } from '../protocol/index.ts';
import { Arguments } from './arguments.ts';
import type { McpPorts } from './ports.ts';
import { withController } from './reach.ts';
import type { Tool } from './tool.ts';

const AGENT = { type: 'string', description: 'Name of the agent (see list_agents).' };

/** What a person does with `orchestra peek` and `orchestra type`. */
export const SCREEN_TOOLS: readonly Tool[] = [
  {
    name: 'peek_agent',
    title: 'Look at the screen of an agent',
    description: 'Show the screen of another agent as it stands, to see what it is doing. Changes nothing.',
    inputSchema: { type: 'object', properties: { agent: AGENT }, required: ['agent'] },
    changes: false,
    run: peek,
  },
  {
    name: 'type_into_agent',
    title: 'Type into an agent',
    description:
      'Type text into the input field of another agent and submit it, as a person would. Nothing is typed while it works, asks something or holds a draft. Use send_message for everything that can wait: a message is kept until it arrives, and names you as its sender.',
    inputSchema: {
      type: 'object',
      properties: { agent: AGENT, text: { type: 'string', description: 'What to type.' } },
      required: ['agent', 'text'],
    },
    changes: true,
    run: type,
  },
];

async function peek(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const agent = new Arguments(given, ['agent']).text('agent');
  const { lines, title, activity } = await withController(ports, (client) => client.peek(agent));
  const about = title === '' ? activity : `${activity}, titled ${plainLine(title)}`;
  return [
    `The screen of ${plainLine(agent)} (${about}):`,
    '',
    ...lines.map((line) => `  ${plainLine(line)}`.trimEnd()),
  ].join('\n');
}

const TOLD: Readonly<Record<SubmitResult, string>> = {
  submitted: 'It was typed, and the agent took it.',
  busy: 'Nothing was typed: the agent works, or shows a screen nobody knows.',
  dialog: 'Nothing was typed: the agent asks something.',
  draft: 'Nothing was typed: a text of somebody stands in its input field.',
  gone: 'Nothing was typed: its program ended.',
  ambiguous: 'It was typed, and nothing proves what became of it: look with peek_agent.',
};

async function type(ports: McpPorts, given: Readonly<Record<string, unknown>>): Promise<string> {
  const values = new Arguments(given, ['agent', 'text']);
  const [agent, text] = [values.text('agent'), values.text('text')];
  return TOLD[await withController(ports, (client) => client.type(agent, text, { submit: true, force: false }))];
}
