import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile, resolveEnv } from './index.ts';
import { substitute } from './substitute.ts';

const env = (text: string) => {
  const parsed = parseEnvFile(text, '/garden/.env');
  return parsed.ok
    ? parsed.env
    : parsed.problems.map((each) => `${each.line}:${each.column} ${each.path}: ${each.message}`);
};

describe('env files', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['\ufeffexport A = b c \r\n# note\r\n\r\nB=', { A: 'b c', B: '' }],
    ['A=pass#word # note', { A: 'pass#word' }],
    ['A=# note', { A: '' }],
    ["A='it is $HOME \\n' # x", { A: 'it is $HOME \\n' }],
    ['A="one\\ntwo \\"q\\" \\$x $(reboot)"', { A: 'one\ntwo "q" $x $(reboot)' }],
    ['A="two\nlines"\nB=`reboot`', { A: 'two\nlines', B: '`reboot`' }],
    ['A=1\nA=2', { A: '2' }],
    ['a.b-c=ü', { 'a.b-c': 'ü' }],
    ['A="\\q"', { A: '\\q' }],
  ])('reads %j', (text, expected) => expect(env(text)).toEqual(expected));

  it.each([
    ['A="x\ny"\nnonsense', ['3:1 : this line is no assignment']],
    ['A="open\n\n', ['1:3 A: the quote is not closed']],
    ["A='x' y", ['1:3 A: there is text after the closing quote']],
    ['1A=x\nB C=x', ['1:1 : this line is no assignment', '2:1 : this line is no assignment']],
    ['A=a\0b', ['1:3 A: the value holds the character \\u0000']],
    ['__proto__=x', ['1:1 : this name is not allowed']],
  ])('refuses %j', (text, expected) => expect(env(text)).toEqual(expected));

  it('takes any text without throwing, in time', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('A', '=', '"', "'", '\\', '\n', ' #', '$', 'x', 'export '), { size: 'large' }),
        (parts) => {
          const start = performance.now();
          env(parts.join(''));
          expect(performance.now() - start).toBeLessThan(1_000);
        },
      ),
    ));

  it('reads back any value it is given in quotes', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        fc.pre(!/[\0\r]/.test(value));
        const quoted = value.replace(/[\\"$]/g, '\\$&');
        expect(env(`A="${quoted}"`)).toEqual({ A: value });
      }),
    ));
});

describe('references', () => {
  const known = { A: 'one', EMPTY: '' };
  it.each([
    ['${A}/${A}', 'one/one'],
    ['${B:-two}', 'two'],
    ['${EMPTY:-two}${EMPTY}', 'two'],
    ['${B:-}', ''],
    ['$$ $${A} $A $', '$ ${A} $A $'],
    ['${NOPE:-d$$x}', 'd$x'],
  ])('%s', (text, expected) => expect(substitute(text, known)).toEqual({ ok: true, text: expected }));

  it.each(['${B}', '${', '${A', '${1}', '${A-b}'])('refuses %s', (text) =>
    expect(substitute(text, known).ok).toBe(false),
  );
});

describe('the environment of an agent', () => {
  it('takes files in order, then its own', () => {
    const agent = { name: 'a', env: { B: 'own', C: '${HOME}' } };
    const files = [
      { path: '/1', text: 'A=1\nB=1' },
      { path: '/2', text: 'A=2' },
    ];
    expect(resolveEnv(agent, files, { HOME: '/h', SECRET: 'x' })).toEqual({
      ok: true,
      env: { A: '2', B: 'own', C: '/h' },
    });
  });

  it('names a missing variable, and no value', () => {
    const files = [{ path: '/1', text: 'K=hunter2' }];
    const result = resolveEnv({ name: 'a', env: { T: 'hunter2${TOKEN}' } }, files, {});
    expect(result.ok ? '' : result.message).toMatch(/^env\.T of a: the environment variable `TOKEN` is not set/);
    expect(JSON.stringify(result)).not.toContain('hunter2');
    const broken = resolveEnv({ name: 'a', env: {} }, [{ path: '/1', text: 'A=1\nhunter2' }], {});
    expect(broken).toEqual({ ok: false, message: '/1:2:1: this line is no assignment' });
  });
});
