import { Command, CommanderError, type CommandOptions } from 'commander';
import { EXIT_STATUS, OrchestraError } from '../protocol/index.ts';
import type { CliPorts } from './ports.ts';
import { addAgentCommands } from './program-agents.ts';
import { addFileCommands } from './program-files.ts';
import { addMailCommands } from './program-mail.ts';
import { addSessionCommands } from './program-session.ts';
import { examplesOf, withExamples } from './program-examples.ts';
import { type Style, styleFor } from './view/style.ts';

/** What a command does: gets the ports, then what commander parsed (arguments, then options); its exit status. */
export type Action = (ports: CliPorts, ...parsed: never[]) => Promise<number>;
/** Makes an action something commander can call. */
export type Act = (action: Action) => (...parsed: unknown[]) => Promise<void>;

/** What each exit status means, for help and documentation. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [0, 'it is done'],
  [EXIT_STATUS.internal, 'a defect of orchestra'],
  [EXIT_STATUS.usage, 'a flag or an argument is wrong'],
  [EXIT_STATUS.config, 'the configuration is invalid; nothing was changed'],
  [EXIT_STATUS['not-running'], 'no session is running here'],
  [EXIT_STATUS['unknown-agent'], 'no agent of that name'],
  [EXIT_STATUS.timeout, 'it did not happen in time'],
  [EXIT_STATUS.missing, 'a program or a permission is missing'],
  [EXIT_STATUS.conflict, 'something else holds what is needed'],
  [EXIT_STATUS.failed, 'an agent failed to start, or is broken'],
  [EXIT_STATUS.storage, 'the disk is full or not writable'],
  [EXIT_STATUS.version, 'the running controller is of another version'],
  [EXIT_STATUS['unknown-message'], 'no message of that id'],
  [EXIT_STATUS.refused, 'the message may not be sent'],
  [EXIT_STATUS.full, "the recipient's mailbox is full"],
  [EXIT_STATUS.dead, 'the message was given up'],
  [EXIT_STATUS.dialog, 'nothing was typed: a dialog is on the screen'],
  [EXIT_STATUS.draft, 'nothing was typed: a text is in the input line'],
  [EXIT_STATUS.busy, 'nothing was typed: the agent is in the middle of a turn'],
  [EXIT_STATUS.ambiguous, 'it may have been submitted, and nothing proves it'],
  [130, 'interrupted with Ctrl-C'],
];

/**
 * The commands as one tree. Help, completion and docs/cli.md are made from it, so that none of them can be out of date.
 * @param only the one command of it that is wanted: describing all of them takes 8 ms
 */
export function buildProgram(act: Act, only?: string): Command {
  const program = new Command('orchestra')
    .description('Run a crew of terminal agents in tmux and keep every one of them alive.')
    .usage('COMMAND [options]')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => commandTerm(command) })
    .exitOverride();
  withExamples(program, [
    ['orchestra init', 'write an orchestra.yaml for the agents found on this machine'],
    ['orchestra up', 'start the session and attach to it'],
    ['orchestra status', 'see how everyone is'],
    ['orchestra down', 'end it all'],
  ]);
  program.option('-V, --version', 'show the version');
  if (only !== undefined) describeOnly(program, only);
  addSessionCommands(program, act);
  addAgentCommands(program, act);
  addMailCommands(program, act);
  addFileCommands(program, act);
  program.addHelpCommand(
    new Command('help')
      .argument('[COMMAND]')
      .description('show help of a command')
      .helpGroup('Files and this machine:'),
  );
  program.addHelpText(
    'after',
    () => `\nExit status:\n${EXIT_MEANINGS.map(([n, text]) => `  ${String(n).padStart(3)}  ${text}`).join('\n')}`,
  );
  return program;
}

function describeOnly(program: Command, only: string): void {
  const describe = program.command.bind(program);
  program.command = ((name: string, options?: CommandOptions) =>
    name === only ? describe(name, options) : skipped) as Command['command'];
}

/** Takes everything that describes a command, and keeps nothing. */
const skipped = new Proxy({}, { get: () => () => skipped }) as Command;

/** Completion scripts tell of every command. A word that is no command is told what it may have meant. */
function programFor(act: Act, [word]: readonly string[]): Command {
  if (word === undefined || word === 'completion') return buildProgram(act);
  const alone = buildProgram(act, word);
  return alone.commands.length === 1 ? alone : buildProgram(act);
}

const commandTerm = (command: Command): string =>
  [command.name(), ...command.registeredArguments.map((one) => argumentTerm(one))].join(' ');

const argumentTerm = (one: { name(): string; required: boolean; variadic: boolean }): string => {
  const name = `${one.name()}${one.variadic ? '...' : ''}`;
  return one.required ? name : `[${name}]`;
};

/** Parses and runs. Throws OrchestraError; help and version are no errors. */
export async function runProgram(argv: readonly string[], ports: CliPorts): Promise<number> {
  let exit = 0;
  const act: Act =
    (action) =>
    async (...parsed) => {
      exit = await action(ports, ...(parsed.slice(0, -1) as never[]));
    };
  const program = programFor(act, argv);
  const shown = styleFor(ports.env, ports.out.isTTY);
  forEachCommand(program, (command) => dress(command, ports, shown));
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return EXIT_STATUS.usage; // a group without its command: its help was shown
    throw usageError(error, program);
  }
}

export function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** Output and colours of one command. Its own errors are told by the caller, so that --json holds for them too. */
function dress(command: Command, ports: CliPorts, style: Style): void {
  const width = (): number => Math.min(100, ports.out.columns());
  command
    .configureOutput({
      writeOut: (text) => ports.out.write(text),
      writeErr: (text) => ports.err.write(text),
      outputError: () => {},
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => style.colour,
      getErrHasColors: () => style.colour,
    })
    .configureHelp({ ...command.configureHelp(), styleTitle: (text) => style.paint('bold', text) })
    .exitOverride();
}

/** commander's `error: unknown option '--foo'\n(Did you mean --force?)` as message and hint. */
function usageError(error: CommanderError, program: Command): OrchestraError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1];
  // Elsewhere -f names the file, here it follows.
  if (first.startsWith("too many arguments for 'events'"))
    return new OrchestraError('usage', first, 'here -f follows; a file is named with: --file FILE');
  const hint = suggestion === undefined ? `see: ${program.name()} help` : `did you mean ${suggestion}?`;
  return new OrchestraError('usage', first, hint);
}

export { examplesOf };
