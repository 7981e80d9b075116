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
    ...JSON_SHAPES,
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
  '- What an agent runs about messages is about its own project and in its own name: `ORCHESTRA_AGENT`, `ORCHESTRA_TOKEN` and',
  '  `ORCHESTRA_PROJECT` stand in the environment of every agent.',
  '- `ORCHESTRA_DEBUG=1` shows where an unexpected error happened.',
  '',
];

/** Fields may be added to these; none is renamed or removed without a new major version. */
const JSON_SHAPES = [
  '## What --json prints',
  '',
  '| command | value |',
  '|---|---|',
  '| `status` | the snapshot: `session`, `project`, `file`, `profile`, `uptime` (of the session), `controller{pid, uptime, …}`, `tmux{socket, pid, version}`, `agents[]{name, display, state, state_since, activity, activity_since, paused, held_until, task{id, from, text}, asks{text, answerable}, detail, unlimited, pid, pane, pane_pid, restarts, uptime, memory, cpu, last_exit, next_start, …}` (milliseconds, bytes, percent of one core) |',
  '| `up` | `{session, project, plan, late[], agents[]}`; `late` were not ready in time |',
  '| `up --dry-run` | `{dryRun, session, running, plan, start[]}` |',
  '| `up` that failed | the error, with `data.failed[]{agent, state, detail, output[]}` |',
  '| `down` | `{session, project, stopped}` |',
  '| `start`, `stop`, `restart` | `{verb, outcomes[]{agent, ok, message}}` |',
  '| `pause`, `resume` | `{verb, outcomes[]{agent, ok, message}}` |',
  '| `approve`, `deny` | `{agent, answered, asked{kind, lines[], token, answerable}}` |',
  '| `run` | `{agent, session}` |',
  '| `logs AGENT` | a line each: `{agent, line}`; without AGENT the lines of the controller log as they are |',
  '| `events` | a line each: `{seq, time, type, agent, data}` |',
  '| `send`, `reply` | the receipt: `{id, recipients[], pending, duplicate}`; with `--wait` also `waited`, `entries[]` and, for `answered`, `replies[]` |',
  '| `inbox` | `{agent, entries[]{message{id, type, from, to, payload, …}, state, reason, notBefore, file}}`; with `--take` the one entry |',
  '| `read` | `{message, copies[]}` |',
  '| `ack` | `{acked[]}` |',
  '| `queue ls` | `{running, entries[]}` |',
  '| `queue show` | `{message, copies[], thread[]}` |',
  '| `queue redrive`, `queue purge` | `{redriven}`, `{purged}`: how many |',
  '| `peek` | `{agent, pane, title, width, height, lines[], activity}` |',
  '| `type` | `{agent, result}`; anything but `submitted` is an error with `data.result` |',
  '| `mcp install` | `{dryRun, files[]{type, file, change}}`; `change` is `written`, `changed`, `unchanged`, `removed` or `none` |',
  '| `config check` | `{ok, file, agents, warnings[]}`; problems are an error with `data.problems[]{file, line, column, path, message, hint}` |',
  '| `config show` | the effective configuration, values of `env` as `***` |',
  '| `config plan` | `{running, plan{session, layoutChanged, fields[], agents[]{agent, action, fields}}, interrupted[]}` |',
  '| `layout list` | `{layouts[]{name, description, file}, problems[]}` |',
  '| `layout preview` | `{layout, size, windows[]{width, height, panes[]}}` |',
  '| `doctor` | `{ok, project, checks[]{name, level, message, fix}}` |',
  '| `reload` | as `up` and `up --dry-run` |',
  '| `config history` | `[]{n, time, by, session, profile, file, agents}` |',
  '| `config diff` | `{from, to, text[], plan}`; `text` is null when one of the texts was not kept |',
  '| `config rollback` | as `up` |',
  '| `config sync` | `{from, to, file, agents[]{agent, action, fields[]}, fields[], written, still{agents[], fields[]}}`; `still` is what differs after it |',
  '| `init` | `{file, found[], backup}` |',
  '| `import` | `{file, backup, session, agents[], left[]{line, column, option, agent, why, instead}, problems[]}`; with `--stdout` `text` in place of `file` and `backup` |',
  '| `version` | `{version, protocol, node, tmux}` |',
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
  // A group is none by itself, unless it takes options.
  const runs = children.length === 0 || command.options.length > 0;
  const usage = ['orchestra', path, ...command.registeredArguments.map(argumentText)].join(' ');
  return [
    `### \`orchestra ${path}\``,
    '',
    command.description(),
    '',
    ...(runs ? ['```', `${usage} [options]`, '```', '', ...optionLines(command)] : []),
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
