import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { passOn } from './pass-on.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pass-on-'));
  for (const each of ['from', 'intake/tmp', 'intake/new', 'other']) mkdirSync(join(folder, each), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const pass = (): void => passOn(join(folder, 'from'), join(folder, 'intake'), 100);

it('moves files and removes all else, unread', () => {
  writeFileSync(join(folder, 'other/secret'), 'secret');
  writeFileSync(join(folder, 'from/a'), 'one');
  writeFileSync(join(folder, 'from/long'), 'x'.repeat(101));
  symlinkSync(join(folder, 'other/secret'), join(folder, 'from/link'));
  mkdirSync(join(folder, 'from/deep'));
  execFileSync('mkfifo', [join(folder, 'from/fifo')]);
  pass();
  expect(readdirSync(join(folder, 'from'))).toEqual([]);
  expect(readdirSync(join(folder, 'intake/tmp'))).toEqual([]);
  expect(
    readdirSync(join(folder, 'intake/new')).map((file) => readFileSync(join(folder, 'intake/new', file), 'utf8')),
  ).toEqual(['one']);
  expect(existsSync(join(folder, 'other/secret'))).toBe(true);
});

it('does not follow a link in the place of the folder', () => {
  writeFileSync(join(folder, 'other/mine'), 'mine');
  rmSync(join(folder, 'from'), { recursive: true });
  symlinkSync(join(folder, 'other'), join(folder, 'from'));
  expect(pass).toThrow('ENOTDIR');
  expect(readdirSync(join(folder, 'other'))).toEqual(['mine']);
});
