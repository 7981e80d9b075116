import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imported, leftOf, read, refusals } from '../../../test/support/imports.ts';

/** What `script` comes to as the only argument of an app's program. */
async function args(expression: string, before = '', env: Readonly<Record<string, string>> = {}) {
  const text = `${before}\nmodule.exports = { apps: [{ name: 'x', script: 'a.js', args: [${expression}] }] };`;
  const made = await imported('pm2', text, { env, files: { '/garden/sub/x': '' } });
  const { command } = made.agent('x');
  return {
    made,
    words: command.kind === 'argv' ? command.argv.slice(2) : command.kind === 'shell' ? command.script : '',
  };
}

describe('what is read as data', () => {
  it.each<[expression: string, expected: unknown, before?: string]>([
    ["'a' + 'b' + 1", ['ab1']],
    ['`a${1}b`', ['a1b']],
    ['2 * 3 + 1', ['7']],
    ['-5, +5', ['-5', '5']],
    ['__dirname', ['/garden']],
    ["path.join(__dirname, 'sub', '..', 'x')", ['/garden/x'], "const path = require('path');"],
    ["join(__dirname, 'x')", ['/garden/x'], "const { join } = require('node:path');"],
    ["p.resolve('x')", ['/garden/x'], "const p = require('path')"],
    ['process.cwd()', ['/garden']],
    ['name, more.deep.er, list[1]', ['n', 'd', '2'], "const name = 'n', more = { deep: { er: 'd' } }, list = [1, 2];"],
    ['...list, 3', ['1', '2', '3'], 'const list = [1, 2];'],
    ["['a', 'b'].join('-')", ['a-b']],
    ['String(4), Number("5")', ['4', '5']],
    ["true ? 'a' : 'b'", ['a']],
    ["undefined ?? 'a', '' || 'b', 'c' || 'd'", ['a', 'b', 'c']],
    ["(1, 'x')", [], ''],
  ])('%s', async (expression, expected, before) => {
    expect((await args(expression, before)).words).toEqual(expected);
  });

  it('variables of the environment stay variables', async () => {
    expect((await args('process.env.PORT')).words).toBe('node a.js "${PORT}"');
    expect((await args("process.env['PORT'] || '3000'")).words).toBe('node a.js "${PORT:-3000}"');
    expect((await args('`--p=${process.env.PORT ?? 3000}`')).words).toBe('node a.js --p="${PORT:-3000}"');
    const made = await imported(
      'pm2',
      "module.exports = [{ name: 'x', script: 'a.js', env: { A: process.env.A, B: `x${process.env.B || 'y'}` } }]",
      { env: { A: 'hunter2' } },
    );
    expect(made.agent('x').env).toEqual({ A: '${A}', B: 'x${B:-y}' });
    expect(made.text).not.toContain('hunter2');
  });

  it('a dollar sign is a dollar sign', async () => {
    const made = await imported(
      'pm2',
      "module.exports = [{ name: 'x', script: 'a.js', env: { A: '${HOME}', B: '$$', C: '$', D: `$${process.env.X}` } }]",
    );
    expect(made.agent('x').env).toEqual({ A: '$${HOME}', B: '$$$$', C: '$$', D: '$$${X:-}' });
  });

  it('what hangs on the environment is read as that is now, and told', async () => {
    const { made, words } = await args("process.env.NODE_ENV === 'production' ? 'p' : 'd'", '', {
      NODE_ENV: 'production',
    });
    expect([words, leftOf(made)]).toEqual([['p'], ['2 ']]);
    expect((await args("process.env.CI ? 'ci' : 'no'")).words).toEqual(['no']);
  });

  it.each([
    ['exports = module.exports = { apps: [{ script: "a.js" }] }'],
    ['exports.apps = [{ script: "a.js" }]'],
    ['module.exports.apps = [{ script: "a.js" }]'],
    ['export default { apps: [{ script: "a.js" }] }'],
    ['export const apps = [{ script: "a.js" }]'],
    ["import path from 'node:path';\nexport default { apps: [{ script: path.join('.', 'a.js') }] }"],
    ["#!/usr/bin/env node\n'use strict'\nconst apps = [{ script: 'a.js' }];\nmodule.exports = { apps }"],
    ["const base = { script: 'a.js' };\nmodule.exports = { apps: [{ ...base }] }"],
  ])('%s', async (text) => expect((await imported('pm2', text)).agents).toEqual(['a']));
});

describe('what is not run', () => {
  it.each([
    ['find()', '2 apps.0.args.0'],
    ["require('./x').y", '2 apps.0.args.0'],
    ['nobody', '2 apps.0.args.0'],
    ['() => 1', '2 apps.0.args.0'],
    ['/x/', '2 apps.0.args.0'],
    ['new Date()', '2 apps.0.args.0'],
    ['a', '2 apps.0.args.0', 'let a = 1; a = 2;'],
    ['a', '1 apps.0.args.0', 'const a = b, b = a;'],
  ])('%s is left out and told with its place', async (expression, left, before = '') => {
    const { made, words } = await args(expression, before);
    expect(words).toEqual([]);
    expect(leftOf(made)).toContain(left);
  });

  it('a statement that would change something is told', async () => {
    const made = await imported(
      'pm2',
      "const config = { apps: [{ script: 'a.js' }] };\nconfig.apps.push({ script: 'b.js' });\nrequire('dotenv').config();\nfor (;;) {}\nmodule.exports = config;",
    );
    expect(made.agents).toEqual(['a']);
    expect(made.left.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('a program that would do harm does none', async () => {
    (globalThis as { harm?: number }).harm = 0;
    await read(
      'pm2',
      "globalThis.harm = 1; module.exports = { apps: [{ script: (globalThis.harm = 2, 'a.js'), name: (() => { globalThis.harm = 3 })() }], get x() { globalThis.harm = 4 } }",
    );
    expect((globalThis as { harm?: number }).harm).toBe(0);
  });

  it('keys that mean something to JavaScript mean nothing', async () => {
    const made = await imported(
      'pm2',
      "module.exports = { apps: [{ script: 'a.js', __proto__: { cwd: '/nowhere' }, constructor: 1, env: { __proto__: { A: '1' }, toString: 'x' } }] }",
    );
    expect(made.agent('a')).toMatchObject({ cwd: '/garden', env: { toString: 'x' } });
    expect(({} as { A?: string }).A).toBeUndefined();
  });
});

describe('hostile files', () => {
  it('constants that spread each other come to an end', async () => {
    const lines = Array.from({ length: 60 }, (_, n) => `const a${n + 1} = [...a${n}, ...a${n}];`);
    const begun = Date.now();
    expect(
      await read('pm2', `const a0 = [{ script: 'a.js' }];\n${lines.join('\n')}\nmodule.exports = a60;`),
    ).toMatchObject({ ok: false });
    const texts = Array.from({ length: 60 }, (_, n) => `const t${n + 1} = t${n} + t${n};`);
    expect(
      await read('pm2', `const t0 = 'aaaaaaaa';\n${texts.join('\n')}\nmodule.exports = [{ script: t60 }];`),
    ).toMatchObject({ ok: false });
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it.each([
    `module.exports = ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `module.exports = ${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
    `module.exports = [{ script: ${"'a' + ".repeat(100_000)}'b' }]`,
    `module.exports = [{ script: 'a' ${'.a'.repeat(100_000)} }]`,
  ])('nested without end: %.40s', async (text) => {
    const [first] = await refusals('pm2', text);
    expect(first).toMatch(/^\d+:\d+ /);
  });

  it('nothing that is written throws', async () => {
    const piece = fc.constantFrom(
      'module.exports',
      '=',
      '{',
      '}',
      '[',
      ']',
      'apps',
      ':',
      "'a.js'",
      'script',
      ',',
      '...',
      'process.env.X',
      '||',
      '`${',
      '}`',
      '(',
      ')',
      '=>',
      'const a',
      ';',
      '\n',
      '/*',
      '//',
      '1',
      'null',
      '?',
      '.',
      'import',
      'export default',
      'args',
      'env',
      '<<',
      '&a',
      '*a',
      '-',
      ' ',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(' ')),
    );
    const format = fc.constantFrom('pm2', 'procfile', 'tmuxp', 'tmuxinator', 'compose' as const);
    await fc.assert(
      fc.asyncProperty(format, text, async (which, written) => {
        const made = await read(which as 'pm2', written);
        if (!made.ok) expect(made.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_500 },
    );
  });
});
