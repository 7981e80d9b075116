import { compileFunction } from 'node:vm';
import { expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';

interface Program {
  readonly name: string;
  readonly takes: string;
  readonly without: readonly string[];
}
const { assertWithout, PROGRAMS } = (await import(new URL('../../scripts/programs.mjs', import.meta.url).href)) as {
  PROGRAMS: readonly Program[];
  assertWithout(metafile: unknown, program: Program): void;
};

const picked = (...words: string[]): Program => {
  const found = PROGRAMS.find(({ takes }) => compileFunction(`return ${takes}`, ['words'])(words) === true);
  if (found === undefined) throw new Error(`nothing for ${words.join(' ')}`);
  return found;
};

/** Those that are left out lie in files of their names. */
const fileOf = (command: string): string => `src/cli/commands/${command}.ts`;

it('runs every command in a program that has it', () => {
  const names = buildProgram(() => async () => {}).commands.map((command) => command.name());
  expect(names).toContain('status');
  for (const name of names) expect(picked(name).without, name).not.toContain(fileOf(name));
  for (const words of [
    ['dashboard', '--theme', 'dark'],
    ['-V', 'dashboard'],
    ['help', 'dashboard'],
  ]) {
    expect(picked(...words).without, words.join(' ')).not.toContain('src/bin/dashboard.ts');
  }
  for (const words of [['mcp', 'install', 'codex'], ['mcp'], ['-V', 'mcp']]) {
    expect(picked(...words).without, words.join(' ')).not.toContain('src/bin/mcp.ts');
  }
});

it('takes a small one for what agents and people do all day', () => {
  const small = [['status'], ['send', 'kaede', 'the', 'dashboard', 'is', 'up'], ['worker'], ['inbox'], ['logs', 'mcp']];
  for (const words of small) expect(picked(...words).without).toContain('src/bin/dashboard.ts');
  for (const words of small) expect(picked(...words).without).toContain('src/cli/commands/up.ts');
});

it('leaves what it does not know to a program that has every command', () => {
  for (const words of [[], ['--help'], ['statsu'], ['help', 'status'], ['complete', 'layouts']]) {
    expect(picked(...words).without).not.toContain('src/cli/commands/up.ts');
  }
});

it('refuses a bundle in which something else needs what was left out, or that holds it all the same', () => {
  const program = { name: 'small', takes: 'true', without: ['src/cli/commands/up.ts', 'src/bin/dashboard.ts'] };
  const importing = (file: string) => ({
    inputs: { [file]: { imports: [{ path: 'src/cli/commands/up.ts', kind: 'dynamic-import' }] } },
  });
  expect(() => assertWithout(importing('src/cli/program-session.ts'), program)).not.toThrow();
  expect(() => assertWithout(importing('src/cli/commands/attach.ts'), program)).toThrow(/attach\.ts imports it/);
  const holding = { inputs: { 'node_modules/blessed/lib/blessed.js': { imports: [] } } };
  expect(() => assertWithout(holding, program)).toThrow(/blessed/);
});
