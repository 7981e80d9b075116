import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  constants,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driverOf, hookRecord, parseHook } from '../../src/drivers/index.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/hook.sh', import.meta.url));
let run: string;

beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'hook-'));
  mkdirSync(join(run, 'status'), { mode: 0o700 });
  execFileSync('mkfifo', [join(run, 'notify')]);
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const hook = (event: string, input: string, args: readonly string[] = []) =>
  spawnSync('sh', [SCRIPT, run, 'kaede', event, ...args], {
    input,
    env: { PATH: process.env.PATH, ORCHESTRA_INCARNATION: '7' },
    timeout: 5_000,
    encoding: 'utf8',
  });
const records = (): string[] => readdirSync(join(run, 'status')).sort();
const quiet = { status: 0, stdout: '', stderr: '' };

test('a record is a new file, whole, for its owner alone; each hook leaves one', () => {
  const payload = JSON.stringify({ session_id: 'x', prompt: 'カエデ "quoted" \\n' });
  expect(hook('UserPromptSubmit', payload)).toMatchObject(quiet);
  expect(hook('Stop', payload)).toMatchObject(quiet);
  const names = records();
  expect(names.map((name) => hookRecord(name))).toMatchObject([
    { agent: 'kaede', incarnation: 7, event: 'Stop' },
    { agent: 'kaede', incarnation: 7, event: 'UserPromptSubmit' },
  ]);
  const path = join(run, 'status', names[1] as string);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(parseHook(driverOf('claude', {}), 'UserPromptSubmit', readFileSync(path, 'utf8')).prompt).toBe(
    'カエデ "quoted" \\n',
  );
});

test('a payload may come as a word', () => {
  expect(hook('notify', '', ['{"type":"agent-turn-complete"}'])).toMatchObject(quiet);
  expect(readFileSync(join(run, 'status', records()[0] as string), 'utf8')).toBe('{"type":"agent-turn-complete"}');
});

test('64 KB of a long payload are kept, and all of it is read', () => {
  expect(hook('PostToolUse', 'y'.repeat(3_000_000))).toMatchObject(quiet);
  expect(statSync(join(run, 'status', records()[0] as string)).size).toBe(65_536);
});

test('the fifo hears of it when somebody reads', () => {
  const fifo = openSync(join(run, 'notify'), constants.O_RDWR | constants.O_NONBLOCK);
  try {
    expect(hook('Stop', '{}')).toMatchObject(quiet);
    const heard = Buffer.alloc(100);
    expect(heard.toString('utf8', 0, readSync(fifo, heard))).toBe('hook kaede\n');
  } finally {
    closeSync(fifo);
  }
});

test('an agent never waits for a controller that does not read', () => {
  const fifo = openSync(join(run, 'notify'), constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const line = Buffer.alloc(4_096, 'x');
    for (let full = false; !full; ) {
      try {
        writeSync(fifo, line);
      } catch {
        full = true;
      }
    }
    const { signal, ...end } = hook('Stop', '{}');
    expect([signal, end.status]).toEqual([null, 0]);
  } finally {
    closeSync(fifo);
  }
});

test('no reader, no folder, nobody who ever read: still no failure', () => {
  for (let index = 0; index < 1_001; index++) writeFileSync(join(run, 'status', `kaede.7.Stop.${index}-1`), '');
  expect(hook('Stop', '{}')).toMatchObject(quiet);
  expect(records().length).toBe(1_001);
  rmSync(run, { recursive: true });
  expect(hook('Stop', '{}')).toMatchObject(quiet);
});

test('many at once lose none', async () => {
  const payload = JSON.stringify({ session_id: 'x' });
  await Promise.all(
    Array.from(
      { length: 40 },
      () =>
        new Promise<void>((resolve) => {
          const child = spawn('sh', [SCRIPT, run, 'kaede', 'Stop', payload], {
            stdio: 'ignore',
            env: { PATH: process.env.PATH },
          });
          child.on('close', () => resolve());
        }),
    ),
  );
  expect(records().filter((name) => hookRecord(name)?.incarnation === 0).length).toBe(40);
});
