import type { Command } from 'commander';
import type { Act } from './program.ts';
import { withExamples } from './program-examples.ts';
import { FILE_HELP } from './program-session.ts';

/** What concerns files and the machine: init, config, layout, doctor, completion, version. */
export function addFileCommands(program: Command, act: Act): void {
  program.commandsGroup('Files and this machine:');
  withExamples(
    program
      .command('init')
      .summary('write an orchestra.yaml to start from')
      .description(
        'Write a commented orchestra.yaml with the agent programs found on PATH. An existing one is left alone.',
      )
      .option('--force', 'replace an existing file; the old one is kept as orchestra.yaml.bak')
      .option('--json', 'print the outcome as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/init.ts')).init(ports, options))),
    [['orchestra init', 'then edit it, then: orchestra up']],
  );
  addImport(program, act);
  addConfig(program, act);
  addExplain(program, act);
  addLayout(program, act);
  withExamples(
    program
      .command('doctor')
      .summary('check this machine and project')
      .description(
        'Check what orchestra needs, and say the command that mends what is missing. Exit status 7 when something is.',
      )
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the checks as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/doctor.ts')).doctor(ports, options))),
    [['orchestra doctor', 'before the first up, and when something is odd']],
  );
  withExamples(
    program
      .command('completion')
      .summary('print a completion script for your shell')
      .description('Print a script with which the shell completes commands, options and names of agents.')
      .argument('<SHELL>', 'bash, zsh or fish')
      .action(
        act(async (ports, shell: string) =>
          (await import('./commands/completion.ts')).completion(ports, shell, program),
        ),
      ),
    [
      ['source <(orchestra completion bash)', 'in ~/.bashrc'],
      ['source <(orchestra completion zsh)', 'in ~/.zshrc, after compinit'],
      ['orchestra completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
  );
  withExamples(
    program
      .command('version')
      .summary('show the version')
      .description('Show the version of orchestra, and what it runs on.')
      .option('--json', 'print it as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/version.ts')).version(ports, options))),
    [['orchestra version --json', 'for a bug report']],
  );
  program
    .command('complete', { hidden: true })
    .description('Words for the completion scripts: agents, layouts.')
    .argument('<WHAT>')
    .action(act(async (ports, what: string) => (await import('./commands/complete.ts')).complete(ports, what)));
}

function addImport(program: Command, act: Act): void {
  withExamples(
    program
      .command('import')
      .summary("write an orchestra.yaml from another tool's file")
      .description(
        'Write an orchestra.yaml from the file of PM2, foreman, tmuxp, tmuxinator or Docker Compose, and list what has no counterpart. Nothing of that file is run. An existing orchestra.yaml is left alone.',
      )
      .argument('<FORMAT>', 'pm2, procfile, tmuxp, tmuxinator or compose')
      .argument('<FILE>', 'the file; - is standard input')
      .option('-o, --output <FILE>', 'where to write (default: orchestra.yaml here)')
      .option('--stdout', 'print the result instead, and the list to standard error')
      .option('--force', 'replace an existing file; the old one is kept as FILE.bak')
      .option('--json', 'print the outcome as JSON')
      .action(
        act(async (ports, format: string, file: string, options: object) =>
          (await import('./commands/import.ts')).importFile(ports, format, file, options),
        ),
      ),
    [
      ['orchestra import pm2 ecosystem.config.js', 'all options of PM2: docs/coming-from.md'],
      ['orchestra import compose compose.yaml --stdout', 'look at it first'],
    ],
  );
}

function addConfig(program: Command, act: Act): void {
  const config = program
    .command('config')
    .summary('check and show the configuration')
    .description('Check and show the configuration.');
  withExamples(config, [['orchestra config plan', 'which agents would be interrupted by what was edited']]);
  const add = (name: string, description: string, example: string): void => {
    const command = config
      .command(name)
      .description(description)
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--profile <PROFILE>', 'overlay a profile of the file')
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, options: object) =>
          (await import('./commands/config.ts')).config(ports, name as never, options),
        ),
      );
    withExamples(command, [[`orchestra config ${name}`, example]]);
  };
  add('check', 'Check the file, and show each problem at its place.', 'exit status 3 when something is wrong');
  add(
    'show',
    'Show what the file comes to: defaults and profile applied, replicas expanded, values of env hidden.',
    'everything explicit',
  );
  add(
    'plan',
    'Show what `orchestra up` would change, and which running agents it would interrupt.',
    'before up, after an edit',
  );
  addHistory(config, act);
  addSync(config, act);
  withExamples(
    config
      .command('schema')
      .description('Print the JSON Schema of the file, for editors.')
      .action(act(async (ports) => (await import('./commands/config.ts')).schema(ports))),
    [['orchestra config schema > orchestra.schema.json', 'for yaml-language-server']],
  );
}

function addExplain(program: Command, act: Act): void {
  const explain = program
    .command('explain')
    .summary('explain what a setting comes to')
    .description('Explain what a setting comes to.');
  withExamples(explain, [['orchestra explain sandbox locked', 'what an agent may do there']]);
  withExamples(
    explain
      .command('sandbox')
      .description('Show what a sandbox level allows, or what the sandbox of an agent of the file does.')
      .argument('[NAME]', 'a level (none, project, offline, locked) or an agent; all levels unless given')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--profile <PROFILE>', 'overlay a profile of the file')
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, name: string | undefined, options: object) =>
          (await import('./commands/explain.ts')).explainSandbox(ports, name, options),
        ),
      ),
    [
      ['orchestra explain sandbox', 'every level'],
      ['orchestra explain sandbox kaede', 'what this agent may do'],
    ],
  );
}

function addHistory(config: Command, act: Act): void {
  withExamples(
    config
      .command('history')
      .description('List the configurations that were applied, the last 100 of them, also of sessions that are over.')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, options: object) => (await import('./commands/config-history.ts')).history(ports, options)),
      ),
    [['orchestra config history', 'their numbers are for diff and rollback']],
  );
  withExamples(
    config
      .command('diff')
      .description(
        'Show how two applied configurations differ: the text of the file, and what it means for each agent. Without B the one applied last is meant; without A too, it is compared with the file.',
      )
      .argument('[A]', 'number of a configuration')
      .argument('[B]', 'number of another')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, a: string | undefined, b: string | undefined, options: object) =>
          (await import('./commands/config-history.ts')).diff(ports, a, b, options),
        ),
      ),
    [
      ['orchestra config diff', 'what was edited since it was applied'],
      ['orchestra config diff 3 5', 'from the third to the fifth'],
    ],
  );
  withExamples(
    config
      .command('rollback')
      .description(
        'Apply an earlier configuration to the running session, after showing what that does. The file stays as it is, unless told otherwise.',
      )
      .argument('[N]', 'its number (default: the one before the last)')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--yes', 'do not ask')
      .option('--write', 'put its text into the file, too')
      .option('--json', 'print the outcome as JSON')
      .action(
        act(async (ports, n: string | undefined, options: object) =>
          (await import('./commands/config-history.ts')).rollback(ports, n, options),
        ),
      ),
    [['orchestra config rollback', 'back to how it was before the last reload']],
  );
}

function addSync(config: Command, act: Act): void {
  withExamples(
    config
      .command('sync')
      .description(
        'Show what two profiles of the file come to differently, and copy what the first lays over the file to the second. Comments stay.',
      )
      .argument('<FROM>', 'a profile; none is the file without one')
      .argument('<TO>', 'the profile that is to become like it')
      .argument('[AGENT...]', 'these agents only')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--write', 'change the file')
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, from: string, to: string, agents: string[], options: object) =>
          (await import('./commands/config-sync.ts')).sync(ports, from, to, agents, options),
        ),
      ),
    [
      ['orchestra config sync staging production', 'what differs'],
      ['orchestra config sync staging production kaede --write', 'for one agent, into the file'],
    ],
  );
}

function addLayout(program: Command, act: Act): void {
  const layout = program
    .command('layout')
    .summary('show how panes are arranged')
    .description('Show how panes are arranged.');
  withExamples(layout, [['orchestra layout preview', 'the layout of this project, drawn']]);
  withExamples(
    layout
      .command('list')
      .description('List the layouts there are: those that come with orchestra, and those of the project.')
      .option('--json', 'print them as JSON')
      .action(act(async (ports, options: object) => (await import('./commands/layout.ts')).list(ports, options))),
    [['orchestra layout list', 'names for `layout:` in the file']],
  );
  withExamples(
    layout
      .command('preview')
      .description('Draw a layout as text, with the agents of the configuration.')
      .argument('[NAME]', 'name of a layout (default: the one in the file)')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--profile <PROFILE>', 'overlay a profile of the file')
      .option('--agents <N>', 'draw for N agents instead of those in the file')
      .option('--size <COLUMNSxROWS>', 'size of the terminal (default: this one)')
      .option('--json', 'print the panes and their sizes as JSON')
      .action(
        act(async (ports, name: string | undefined, options: object) =>
          (await import('./commands/layout.ts')).preview(ports, name, options),
        ),
      ),
    [
      ['orchestra layout preview', 'as `orchestra up` would arrange it here'],
      ['orchestra layout preview grid --agents 20 --size 200x50', 'any other'],
    ],
  );
}
