import type { Command } from 'commander';
import type { Verb } from '../protocol/index.ts';
import type { Act } from './program.ts';
import { withExamples } from './program-examples.ts';
import { FILE_HELP } from './program-session.ts';

/** What concerns single agents: start, stop, restart, run, logs, events. */
export function addAgentCommands(program: Command, act: Act): void {
  program.commandsGroup('Agents:');
  addVerb(
    program,
    act,
    'start',
    'start stopped agents',
    'Start agents that are stopped or broken. One that depends on an agent that is down does not start: name that too.',
  );
  addVerb(
    program,
    act,
    'stop',
    'stop agents; they stay stopped',
    'Stop agents. They stay stopped until you start them, also over an `orchestra up`.',
  );
  addVerb(
    program,
    act,
    'restart',
    'stop and start agents',
    'Stop agents and start them again in the same panes. With --rolling one after the other, the next only when the last is ready; the first that does not come up ends it.',
  ).option('--rolling', 'one after the other');
  addDesk(program, act);
  program
    .command('pane', { hidden: true })
    .description('What the keys of the panes open in a popup.')
    .argument('<ACTION>')
    .argument('[AGENT]')
    .action(
      act(async (ports, action: string, agent: string | undefined) =>
        (await import('./commands/pane.ts')).pane(ports, action, agent),
      ),
    );
  withExamples(
    program
      .command('run')
      .summary('add an agent to the running session')
      .description(
        'Add one agent to the running session without touching the file. Words after -- are its command, run as they are.',
      )
      .argument('<NAME>', 'a free agent name: a-z, 0-9 and -')
      .argument('<COMMAND...>', 'program and arguments')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--cwd <FOLDER>', 'its working directory (default: this folder)')
      .option('--display <TEXT>', 'a name for people, in any script')
      .option('--json', 'print the outcome as JSON')
      .action(
        act(async (ports, name: string, words: string[], options: object) =>
          (await import('./commands/run.ts')).run(ports, name, words, options),
        ),
      ),
    [
      ['orchestra run logs -- tail -f /var/log/syslog', 'one more pane'],
      ["orchestra run watch -- sh -c 'npm test -- --watch 2>&1'", 'a command line goes through sh -c'],
    ],
  );
  addLogs(program, act);
  addEvents(program, act);
}

const ROLLING = ['orchestra restart --rolling workers', 'its replicas, one after the other'] as const;

function addVerb(program: Command, act: Act, verb: Verb, summary: string, description: string): Command {
  return withExamples(
    program
      .command(verb)
      .summary(summary)
      .description(`${description} Returns when each got there; exit status 9 when one did not.`)
      .argument('<AGENT...>', 'names of agents, or `all`')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the outcomes as JSON')
      .action(
        act(async (ports, agents: string[], options: object) =>
          (await import('./commands/command.ts')).command(ports, verb, agents, options),
        ),
      ),
    [
      [`orchestra ${verb} kaede`, 'one agent'],
      [`orchestra ${verb} all`, 'every agent'],
      ...(verb === 'restart' ? [ROLLING] : []),
    ],
  );
}

/** What a person does about one that runs: holds its mail back, and answers what it asks. */
function addDesk(program: Command, act: Act): void {
  const pause = (name: 'pause' | 'resume', summary: string, description: string): Command =>
    program
      .command(name)
      .summary(summary)
      .description(description)
      .argument('[AGENT...]', 'names of agents; all of them without any, or with `all`')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the outcomes as JSON')
      .action(
        act(async (ports, agents: string[], options: object) =>
          (await import('./commands/pause.ts')).pause(ports, name === 'pause', agents, options),
        ),
      );
  withExamples(
    pause(
      'pause',
      'hold the mail of agents back',
      'Hold the mail of agents back: messages wait in the queue, and nobody is handed one. The agents run on. It stays so over restarts, until `resume` or `down`.',
    ),
    [
      ['orchestra pause kaede', 'while you work in its pane'],
      ['orchestra pause', 'everybody'],
    ],
  );
  withExamples(pause('resume', 'deliver their mail again', 'Deliver the mail of paused agents again.'), [
    ['orchestra resume kaede', 'what waited is delivered now'],
    ['orchestra resume', 'everybody'],
  ]);
  const answer = (name: 'approve' | 'deny', summary: string, description: string): Command =>
    program
      .command(name)
      .summary(summary)
      .description(
        `${description} Shows it first, and asks whether you mean it. Exit status 8, with nothing pressed, when it asks nothing or something else by then; 13 when nobody knows the keys; 19 when it was pressed and the dialog did not go.`,
      )
      .argument('<AGENT>', 'name of an agent')
      .option('-y, --yes', 'do not ask back')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the outcome as JSON; with approve it needs --yes')
      .action(
        act(async (ports, agent: string, options: object) =>
          (await import('./commands/answer.ts')).answer(ports, name === 'approve', agent, options),
        ),
      );
  withExamples(answer('approve', 'allow what an agent asks', 'Allow what an agent asks, this one time.'), [
    ['orchestra approve kaede', 'look, then y'],
    ['orchestra approve kaede --yes', 'without looking'],
  ]);
  withExamples(answer('deny', 'refuse what an agent asks', 'Refuse what an agent asks.'), [
    ['orchestra deny kaede', 'it does something else then'],
  ]);
}

function addLogs(program: Command, act: Act): void {
  withExamples(
    program
      .command('logs')
      .summary("show an agent's output, or the controller's log")
      .description(
        "Show what an agent printed, as lines of text. Without AGENT, the controller's own log. Works without a running session too.",
      )
      .argument('[AGENT]', 'name of an agent')
      .option('-f, --follow', 'stay, and show what comes')
      .option('-n, --lines <N>', 'show the last N lines', '100')
      .option('--raw', 'with the escape sequences the agent wrote')
      .option('--file <FILE>', FILE_HELP)
      .option('--json', 'one JSON object a line')
      .action(
        act(async (ports, agent: string | undefined, options: never) =>
          (await import('./commands/logs.ts')).logs(ports, agent, options),
        ),
      ),
    [
      ['orchestra logs kaede', 'the last 100 lines'],
      ['orchestra logs kaede -f -n 10', 'the last 10, then everything new'],
      ['orchestra logs -f', 'what the controller does'],
    ],
  );
}

function addEvents(program: Command, act: Act): void {
  withExamples(
    program
      .command('events')
      .summary('show what happened')
      .description(
        'Show what happened, from the journal: starts, exits, restarts and why. Works without a running session too.',
      )
      .option('-f, --follow', 'stay, and show what comes')
      .option('-n, --lines <N>', 'show the last N events', '50')
      .option('--agent <AGENT>', 'only this agent')
      .option('--type <TYPE...>', 'only these types: agent.exited, or agent. for all of agents')
      .option('--since <AGE>', 'not older than this: 30s, 10m, 2h, 7d, or a time as 2026-01-31T12:00')
      .option('--file <FILE>', FILE_HELP)
      .option('--json', 'one JSON object a line')
      .action(act(async (ports, options: never) => (await import('./commands/events.ts')).events(ports, options))),
    [
      ['orchestra events -f', 'what happens now'],
      ['orchestra events --agent kaede --type agent.exited --since 1d', 'each death of kaede since yesterday'],
    ],
  );
}
