import type { Command } from 'commander';

/** A command line, and what it is good for. */
export type Example = readonly [line: string, what: string];

const all = new WeakMap<Command, readonly Example[]>();

/** Gives a command its examples: shown below its help, and in docs/cli.md. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  all.set(command, examples);
  const longest = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(longest)}  # ${what}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

export const examplesOf = (command: Command): readonly Example[] => all.get(command) ?? [];
