import type { Argument, Command } from 'commander';
import { buildProgram, EXIT_MEANINGS, examplesOf } from './program.ts';

/** docs/cli.md: every command with its options and examples, and the exit statuses. */
export async function cliMarkdown(): Promise<string> {
  const program = buildProgram(() => async () => {});
  const lines = [
    '# The command line',
    '',
    '<!-- Generated from the commands themselves by `node scripts/generate-docs.mjs`. Edit the source, not this page. -->',
    '',
    program.description(),
    '',
    ...exampleLines(program),
    ...CONVENTIONS,
    '## Exit statuses',
    '',
    '| status | meaning |',
    '|---|---|',
    ...EXIT_MEANINGS.map(([status, meaning]) => `| ${status} | ${meaning} |`),
    '',
    '## Commands',
    '',
    ...visible(program).flatMap((command) => commandLines(command, '')),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const CONVENTIONS = [
  '## Conventions',
  '',
  '- The project is the folder of the configuration file. `up` and `init` use the working directory; every other command also looks',
  '  for `orchestra.yaml` or `.orchestra/` in the parent folders.',
  '- `--json` prints one JSON value on stdout (`logs` and `events`: one a line). A failure is',
  '  `{"error": {"code", "message", "hint", "data"}}` on stdout too, with the same exit status.',
  '- Colours only on a terminal; `NO_COLOR` switches them off, `FORCE_COLOR` on. Progress goes to stderr.',
  '- `ORCHESTRA_DEBUG=1` shows where an unexpected error happened.',
  '',
];

const visible = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help');

function commandLines(command: Command, parent: string): string[] {
  const path = `${parent} ${command.name()}`.trim();
  const children = visible(command);
  const usage = ['orchestra', path, ...command.registeredArguments.map(argumentText)].join(' ');
  return [
    `### \`orchestra ${path}\``,
    '',
    command.description(),
    '',
    ...(children.length > 0 ? [] : ['```', `${usage} [options]`, '```', '', ...optionLines(command)]),
    ...exampleLines(command),
    ...children.flatMap((child) => commandLines(child, path)),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? name : `[${name}]`;
}

function optionLines(command: Command): string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = [
    ...command.registeredArguments.map((one) => `| \`${argumentText(one)}\` | ${cell(one.description)} |`),
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map((one) => `| \`${cell(one.flags)}\` | ${cell(one.description)}${defaultText(one.defaultValue)} |`),
  ];
  return rows.length === 0 ? [] : ['| | |', '|---|---|', ...rows, ''];
}

const defaultText = (value: unknown): string => (typeof value === 'string' ? ` (default: ${value})` : '');

function exampleLines(command: Command): string[] {
  const examples = examplesOf(command);
  if (examples.length === 0) return [];
  const longest = Math.max(...examples.map(([line]) => line.length));
  return ['```sh', ...examples.map(([line, what]) => `${line.padEnd(longest)}  # ${what}`), '```', ''];
}
