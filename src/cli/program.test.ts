import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram, forEachCommand } from './program.ts';

const act = () => async (): Promise<void> => {};

/** All that is shown of a command, and of those below it. */
function shownOf(command: Command | undefined): string {
  let shown = '';
  if (command === undefined) return shown;
  forEachCommand(command, (each) => {
    each.configureOutput({ writeOut: (text) => (shown += text) });
    each.outputHelp();
  });
  return shown;
}

describe('a command by itself', () => {
  const all = buildProgram(act).commands;

  it.each(all.map((command) => command.name()))('%s is what it is among all', (name) => {
    const { commands } = buildProgram(act, name);
    expect(commands.map((command) => command.name())).toEqual([name]);
    expect(shownOf(commands[0])).toBe(shownOf(all.find((command) => command.name() === name)));
  });

  it('is none for a word that is no command', () => expect(buildProgram(act, 'statsu').commands).toEqual([]));
});
