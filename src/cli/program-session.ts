import { type Command, Option } from 'commander';
import { DASHBOARD_THEMES } from '../protocol/index.ts';
import type { Act } from './program.ts';
import { withExamples } from './program-examples.ts';

/** Up, attach, status, down. */
export function addSessionCommands(program: Command, act: Act): void {
  program.commandsGroup('The session:');
  addUp(program, act);
  addReload(program, act);
  withExamples(
    program
      .command('attach')
      .summary('go to the panes of the running session')
      .description(
        'Go to the panes of the running session. C-b d leaves it again, with everything running. Inside another tmux it opens as a new window there.',
      )
      .option('-f, --file <FILE>', FILE_HELP)
      .action(
        act(async (ports, options: { file?: string }) => (await import('./commands/attach.ts')).attach(ports, options)),
      ),
    [['orchestra attach', 'from the project or any folder below it']],
  );
  withExamples(
    program
      .command('status')
      .summary('show every agent')
      .description('Show every agent: its state, what it waits for, its process, how often it was restarted.')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--watch', 'stay, and show every change (q ends it)')
      .option('--json', 'print the snapshot as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/status.ts')).status(ports, options))),
    [
      ['orchestra status', 'a table of the agents'],
      ['orchestra status --watch', 'the same, kept up to date'],
      ['orchestra status --json | jq \'.agents[] | select(.state != "running").name\'', 'who is not running'],
    ],
  );
  withExamples(
    program
      .command('down')
      .summary('stop every agent and end the session')
      .description('Stop every agent, the tmux server and the controller. Returns when nothing of the session is left.')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the outcome as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/down.ts')).down(ports, options))),
    [['orchestra down', 'end the session of this project']],
  );
  withExamples(
    program
      .command('dashboard')
      .summary('the whole crew on one screen')
      .description(
        'The whole crew on one screen, with a key for every action; ? lists them. It runs in its pane of the session and in any other terminal, also over ssh.',
      )
      .option('-f, --file <FILE>', FILE_HELP)
      .addOption(
        new Option('--theme <NAME>', 'colours for a dark or a light terminal, strong ones, or none').choices(
          DASHBOARD_THEMES,
        ),
      )
      .action(
        act(async (ports, options: object) => (await import('./commands/dashboard.ts')).dashboard(ports, options)),
      ),
    [
      ['orchestra dashboard', 'in this terminal'],
      ['ssh -t host orchestra dashboard -f garden/orchestra.yaml', 'of a session on another machine'],
    ],
  );
  addNotices(program, act);
  addUsage(program, act);
  program
    .command('worker', { hidden: true })
    .description('The built-in agent, as a pane runs it.')
    .action(act(async (ports) => ports.worker()));
}

export const FILE_HELP = 'configuration file (default: orchestra.yaml here or in the nearest parent folder)';

function addUp(program: Command, act: Act): void {
  withExamples(
    program
      .command('up')
      .summary('start the session, or apply what changed in the file')
      .description(
        'Start the session and attach to it. When it runs already, apply just the difference between the file and what runs. Agents that you stopped stay stopped.',
      )
      .option('-f, --file <FILE>', 'configuration file (default: orchestra.yaml of this folder)')
      .option('--profile <PROFILE>', 'overlay a profile of the file')
      .option('--no-attach', 'return when the agents are up')
      .option('--dry-run', 'show what would happen, change nothing')
      .option('--json', 'print the outcome as JSON; does not attach')
      .action(act(async (ports, options: never) => (await import('./commands/up.ts')).up(ports, options))),
    [
      ['orchestra up', 'start what orchestra.yaml says, then attach'],
      ['orchestra up --profile production --no-attach', 'with the overlay, in the background'],
      ['orchestra up --dry-run', 'what would change, and the commands that would run'],
    ],
  );
}

function addNotices(program: Command, act: Act): void {
  const notices = program
    .command('notices')
    .summary('see whom the session tells what, and try it')
    .description('See which channels the session tells what happens, and try them.');
  withExamples(notices, [['orchestra notices test', 'does a notice get through?']]);
  const withOptions = (command: Command): Command =>
    command
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--profile <PROFILE>', 'overlay a profile of the file')
      .option('--json', 'print it as JSON');
  withExamples(
    withOptions(
      notices.command('list').description('List the channels, what goes there, what waits, and what is wrong.'),
    ).action(act(async (ports, options: object) => (await import('./commands/notices.ts')).list(ports, options))),
    [['orchestra notices list', 'did the last one get through?']],
  );
  withExamples(
    withOptions(
      notices
        .command('test')
        .description(
          'Send a notice that says it is a test, at once, also in quiet hours. The controller sends it, or this command when no session runs. Exit status 9 when a channel did not take it.',
        )
        .argument('[CHANNEL...]', 'names of channels (default: all of them)'),
    ).action(
      act(async (ports, channels: string[], options: object) =>
        (await import('./commands/notices.ts')).test(ports, channels, options),
      ),
    ),
    [
      ['orchestra notices test', 'every channel'],
      ['orchestra notices test team --json', 'one, for a script'],
    ],
  );
}

function addUsage(program: Command, act: Act): void {
  withExamples(
    program
      .command('usage')
      .summary('show what agents use: processor, memory, disk')
      .description(
        'Show what the process trees of agents used: each second of the last hour, each minute of the last week, and what it costs to know.',
      )
      .argument('[AGENT...]', 'names of agents (default: all of them)')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--since <DURATION>', 'how far back', '1h')
      .option('--json', 'print every point as JSON')
      .action(
        act(async (ports, agents: string[], options: object) =>
          (await import('./commands/usage.ts')).usage(ports, agents, options),
        ),
      ),
    [
      ['orchestra usage', 'the last hour of every agent'],
      ['orchestra usage kaede --since 2d --json', 'minutes, for a script'],
    ],
  );
  withExamples(
    program
      .command('advise')
      .summary('say what could be better, and why')
      .description(
        'Look at what agents used and how they died, and say what to change: leaks with their evidence, limits that are too tight, too loose or missing, processors and disks that never rest.',
      )
      .argument('[AGENT...]', 'names of agents (default: all of them)')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, agents: string[], options: object) =>
          (await import('./commands/usage.ts')).advise(ports, agents, options),
        ),
      ),
    [['orchestra advise', 'what was noticed about every agent']],
  );
}

function addReload(program: Command, act: Act): void {
  withExamples(
    program
      .command('reload')
      .summary('apply what changed in the file to the running session')
      .description(
        'Apply just the difference between the file and what runs, and tell what became of each agent. A file with a mistake changes nothing. The profile stays the one that is applied.',
      )
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--profile <PROFILE>', 'overlay this profile of the file instead')
      .option('--dry-run', 'show what would happen, change nothing')
      .option(
        '--rolling',
        'interrupt one agent after the other; all get their old configuration back when one does not come up',
      )
      .option('--json', 'print the outcome as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/reload.ts')).reload(ports, options))),
    [
      ['orchestra reload', 'after an edit'],
      ['orchestra reload --dry-run', 'which agents that would interrupt'],
      ['orchestra reload --rolling', 'replicas one after the other, back to the old when it fails'],
    ],
  );
}
