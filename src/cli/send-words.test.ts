import { expect, it } from 'vitest';
import { SEND_WORDS } from './commands/send.ts';
import { buildProgram } from './program.ts';

it('the quick way knows the options that commander knows', () => {
  const send = buildProgram(() => async () => {}).commands.find((command) => command.name() === 'send');
  const known = send?.options.map(({ long, short, required }) => ({
    name: long?.replace(/^--/, ''),
    short: short?.replace(/^-/, ''),
    type: required ? 'string' : 'boolean',
  }));
  const quick = Object.entries(SEND_WORDS).map(([name, word]) => ({
    name,
    short: 'short' in word ? word.short : undefined,
    type: word.type,
  }));
  expect(new Set(quick)).toEqual(new Set(known));
});
