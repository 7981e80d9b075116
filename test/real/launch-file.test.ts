import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shellQuote } from '../../src/base/index.ts';
import { launchFile } from '../../src/watchdog/launch-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const REPORT =
  'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env.FIRST, process.env.SECOND, process.cwd()]))';

const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          "'",
          '"',
          '\\',
          '\n',
          '\r',
          '$',
          '`',
          '$(id)',
          '!',
          ' ',
          '\t',
          '\u001b[0m',
          '日本',
          '😀',
          '-',
          '#',
          ';',
          '%s',
        ),
        { maxLength: 10 },
      )
      .map((parts) => parts.join('')),
  )
  .map((value) => value.replaceAll('\0', '').replace(/\p{Cs}/gu, ''));

/** What a shim does with it. */
function launched(source: string): unknown {
  const path = join(folder, 'agent');
  writeFileSync(path, source);
  const ran = spawnSync('sh', ['-c', '. "$1"', 'sh', path], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TMUX: 'x', TMUX_PANE: '%1' },
  });
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout);
}

it('hands over words and variables byte by byte', () =>
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), text, text, (words, FIRST, SECOND) => {
      const argv = [process.execPath, '-e', REPORT, '--', ...words];
      expect(launched(launchFile({ argv, cwd: folder, env: { FIRST, SECOND } }))).toEqual([
        words,
        FIRST,
        SECOND,
        folder,
      ]);
    }),
    { numRuns: 25 },
  ));

it('hands over nothing of tmux, and no variable whose name sh would run', () => {
  const argv = [
    process.execPath,
    '-e',
    'process.stdout.write(JSON.stringify(Object.keys(process.env).filter(n => /TMUX|x/.test(n))))',
  ];
  expect(launched(launchFile({ argv, cwd: folder, env: { 'x;id': '1', 'x y': '2', '': '3', '1x': '4' } }))).toEqual([]);
});

it('a folder that is gone is 126, not the agent somewhere else', () => {
  writeFileSync(join(folder, 'lost'), launchFile({ argv: ['true'], cwd: '/no/such folder', env: {} }));
  const ran = spawnSync('sh', ['-c', '. "$1"', 'sh', join(folder, 'lost')], { encoding: 'utf8' });
  expect(ran.status).toBe(126);
  expect(ran.stderr).toContain('/no/such folder');
});

it('shellQuote makes one word of anything', () =>
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
      const ran = spawnSync('sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`]);
      expect(ran.stdout.toString('utf8').split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 50 },
  ));
