import { type AgentSnapshot, OrchestraError, type Verb } from '../../protocol/index.ts';
import { confirmed } from '../confirm.ts';
import { INTERRUPTED } from '../interrupt.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { answer } from './answer.ts';
import { command, unknownAgent } from './command.ts';
import { pause } from './pause.ts';
import { send } from './send.ts';

/** How long an outcome stands before its popup closes, ms. */
const READ_IT = 900;

const DOWN: ReadonlySet<string> = new Set(['stopped', 'broken']);

/** What the keys of tmux open in a popup: the same commands, asked back where something would be cut off. */
export async function pane(ports: CliPorts, action: string, name: string | undefined): Promise<number> {
  if (action === 'stop-all') return ask(ports, 'Stop every agent?', () => command(ports, 'stop', ['all'], {}));
  const agent = await agentOf(ports, name ?? '');
  switch (action) {
    case 'restart':
      return ask(ports, `Restart ${agent.name}?${losing(agent)}`, () => run(ports, 'restart', agent));
    case 'stop':
      if (DOWN.has(agent.state)) return shown(ports, () => run(ports, 'start', agent));
      return ask(ports, `Stop ${agent.name}?${losing(agent)}`, () => run(ports, 'stop', agent));
    case 'pause':
      return shown(ports, () => pause(ports, !agent.paused, [agent.name], {}));
    case 'approve':
    case 'deny':
      return shown(ports, () => answer(ports, action === 'approve', agent.name, {}));
    case 'message':
      ports.out.write(`To ${agent.name}: write, then Ctrl-D on a line of its own sends it; Ctrl-C gives it up.\n\n`);
      return shown(ports, () => send(ports, agent.name, ['-'], { type: 'note' }));
    default:
      throw new OrchestraError('usage', `there is no action ${JSON.stringify(action)}`);
  }
}

const run = (ports: CliPorts, verb: Verb, { name }: AgentSnapshot): Promise<number> => command(ports, verb, [name], {});

const losing = ({ activity }: AgentSnapshot): string => (activity === 'busy' ? ' It is in the middle of a turn.' : '');

async function ask(ports: CliPorts, question: string, work: () => Promise<number>): Promise<number> {
  return (await confirmed(ports, question)) ? shown(ports, work) : 0;
}

/** A popup closes with its program: what came of it must be seen first. A failure stays open by itself. */
async function shown(ports: CliPorts, work: () => Promise<number>): Promise<number> {
  const status = await work();
  if (status === INTERRUPTED) return 0; // a person who changed their mind has nothing to read
  if (status === 0) await ports.clock.pause(READ_IT);
  return status;
}

async function agentOf(ports: CliPorts, name: string): Promise<AgentSnapshot> {
  const client = await ports.connect(findProject(ports, undefined).run);
  try {
    const { agents } = await client.snapshot();
    const found = agents.find((each) => each.name === name);
    if (found === undefined)
      throw unknownAgent(
        name,
        agents.map((each) => each.name),
      );
    return found;
  } finally {
    client.close();
  }
}
