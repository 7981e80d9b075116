import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectIn,
  environmentOf,
  FifoWriter,
  listenIn,
  lockHolders,
  makeFifos,
  ProcessScan,
  readFifo,
  replaceFile,
  run,
  systemRandom,
} from '../../src/platform/index.ts';
import { type ProbeTarget, watchLiveness, watchReady } from '../../src/watchdog/probes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { allProcesses, isUp, kill } from '../support/processes.ts';
import { until } from '../support/until.ts';

let folder = '';
const children: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'));
});
afterEach(() => {
  for (const pid of children.splice(0)) kill(pid);
  rmSync(folder, { recursive: true, force: true });
});

function start(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): ReturnType<typeof spawn> {
  const child = spawn(argv[0] as string, argv.slice(1), { env, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child.pid as number);
  return child;
}

describe('processes', () => {
  it('finds every lock, however many there are', async () => {
    const script = `for i in $(seq 150); do exec {fd}>"${folder}/lock-$i"; flock -n $fd || exit 1; done; echo all; read x`;
    const child = start(['bash', '-c', script]);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const holders = lockHolders();
    const mine = readdirSync(folder).filter((name) => holders.get(statSync(join(folder, name)).ino) !== undefined);
    expect(mine).toHaveLength(150);
  });

  it('reads a variable out of a large environment, in any script', async () => {
    const many = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`AA_${n}`, 'x'.repeat(100_000)]));
    const child = start(['cat'], { ...many, ORCHESTRA_TREE: '/tmp/プロ ジェクト#a', ZZ: 'last' });
    const pid = child.pid as number;
    await until(
      'cat',
      () => environmentOf(pid, 'ZZ'),
      (value) => value === 'last',
    );
    expect(environmentOf(pid, 'ORCHESTRA_TREE')).toBe('/tmp/プロ ジェクト#a');
    expect(environmentOf(pid, 'TREE')).toBeNull();
    expect(environmentOf(2 ** 30, 'ZZ')).toBeNull();
  });

  it('a claim is kept by a shell that becomes a shell, and gone with the process', async () => {
    const scan = new ProcessScan('COOKIE');
    const child = start(['sh', '-c', 'read x; COOKIE=v exec sh -c "echo there; read y"']);
    const pid = child.pid as number;
    await until(
      'its shell',
      () => allProcesses().find((each) => each.pid === pid)?.comm,
      (comm) => comm === 'sh',
    );
    scan.claim(pid, 'v');
    scan.update();
    child.stdin?.write('\n');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    scan.refresh();
    expect(scan.cookie(pid)).toBe('v');
    child.stdin?.write('\n');
    await once(child, 'close');
    scan.refresh();
    expect(scan.cookie(pid)).toBeUndefined();
    expect(scan.rows.has(pid)).toBe(false);
  });
});

describe('programs that are run', () => {
  const bounded = { timeout: 5_000 };
  it.each([
    [['no-such-program'], 'ENOENT'],
    [['true', 'a\0b'], 'ERR_INVALID_ARG_VALUE'],
    [['true', 'x'.repeat(3_000_000)], 'E2BIG'],
    [['/'], 'EACCES'],
  ])('%#: fail as data', async (argv, error) => expect(await run(argv, bounded)).toMatchObject({ code: null, error }));

  it('are ended with their children when they take too long', async () => {
    const began = performance.now();
    const result = await run(['sh', '-c', 'sleep 987654 & echo $!; wait'], { timeout: 300 });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    expect(performance.now() - began).toBeLessThan(3_000);
    await until(
      'the end of the child',
      () => isUp(Number(result.stdout)),
      (up) => !up,
    );
  });

  it('tell what they said, up to a limit, and take input they do not want', async () => {
    const most = 100_000;
    const result = await run(['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x; exit 3'], {
      ...bounded,
      most,
      input: 'y'.repeat(500_000),
    });
    expect(result.code).toBe(3);
    expect(result.stdout.length).toBeGreaterThanOrEqual(most);
    expect(result.stdout.length).toBeLessThan(2 * most);
  });
});

describe('files, fifos and sockets', () => {
  it('a socket lies at any depth', async () => {
    const deep = join(folder, 'd'.repeat(120), 'カエデ'.repeat(20));
    mkdirSync(deep, { recursive: true });
    // A letter that comes in two parts is one all the same.
    const [first, second] = [Buffer.from('カ').subarray(0, 1), Buffer.from('カ').subarray(1)];
    const server = await listenIn(deep, 's.sock', (socket) => {
      socket.write(first);
      socket.once('data', () => socket.end(second));
    });
    const said: string[] = [];
    const socket = await connectIn(deep, 's.sock', (text) => {
      said.push(text);
      if (text === '') socket.write('go on');
    });
    await once(socket, 'close');
    expect(said).toEqual(['', 'カ']);
    server.close();
  });

  it('a fifo takes the place of anything else, and one that is there stays', async () => {
    const path = join(folder, 'a.go');
    writeFileSync(path, 'a file');
    expect(await makeFifos([path])).toBeNull();
    const { ino } = statSync(path);
    expect(await makeFifos([path, join(folder, 'b.go')])).toBeNull();
    expect(statSync(path).ino).toBe(ino);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await makeFifos([join(folder, 'nowhere', 'c.go')])).toContain('nowhere');
  });

  it('a writer never waits for a reader, and what nobody read can be thrown away', async () => {
    const path = join(folder, 'f');
    await makeFifos([path]);
    const writer = new FifoWriter(path);
    let written = 0;
    while (writer.writeLine('x'.repeat(999)) && written < 1000) written++;
    expect(written).toBeLessThan(100);
    writer.drain();
    const lines: string[] = [];
    const reader = readFifo(path, (line) => lines.push(line));
    writer.writeLine('after');
    await until(
      'the line',
      () => lines,
      (all) => all.length > 0,
    );
    expect(lines).toEqual(['after']);
    reader.close();
    writer.close();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a full disk leaves the old text in place (needs root: a tmpfs is mounted)',
    () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      try {
        const path = join(folder, 'file');
        replaceFile(path, 'old');
        expect(() => replaceFile(path, 'x'.repeat(200_000))).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
        expect(readFileSync(path, 'utf8')).toBe('old');
        expect(readdirSync(folder)).toEqual(['file']);
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    },
  );
});

describe('probes under a wall clock that jumps', () => {
  const target = (launchedWall: number): ProbeTarget => ({
    agent: 'a',
    cwd: folder,
    env: {},
    log: join(folder, 'log'),
    logFrom: 0,
    launchedWall,
  });
  const told: [string, string | null][] = [];
  const ports = (clock: FakeClock) => ({
    clock,
    run: () => Promise.reject(new Error('not here')),
    reach: () => Promise.reject(new Error('not here')),
    degraded: (what: string, message: string | null) => void told.push([what, message]),
  });

  it('a heartbeat that goes on is alive, one that stops is not', () => {
    const clock = new FakeClock();
    const path = join(folder, 'beat');
    const said: string[] = [];
    writeFileSync(path, '');
    const cancel = watchLiveness({ kind: 'heartbeat', path, maxAge: 1_000 }, target(0), ports(clock), {
      onGood: () => {},
      onUnfit: (detail) => said.push(detail),
    });
    for (let beat = 1; beat <= 10; beat++) {
      // Now a day ahead, now ten years back.
      utimesSync(path, beat, beat % 2 === 0 ? Date.now() / 1000 + 86_400 : beat);
      clock.wallAhead += beat % 2 === 0 ? 86_400_000 : -10 * 365 * 86_400_000;
      clock.pass(900);
    }
    expect(said).toEqual([]);
    clock.pass(2_000);
    expect(said).toHaveLength(1);
    cancel();
    expect(clock.pending).toBe(0);
  });

  it('a ready file is seen although the clock was set back after the launch', () => {
    const clock = new FakeClock();
    const path = join(folder, 'ready');
    writeFileSync(path, '');
    utimesSync(path, 1_000, 1_000);
    let ready = 0;
    const later = Date.now() + 3_600_000; // launched when the clock was an hour ahead
    watchReady({ kind: 'file', path, timeout: 1 }, target(later), ports(clock), () => ready++);
    clock.pass(500);
    expect(ready, 'a file of an earlier life').toBe(0);
    writeFileSync(path, 'x');
    clock.pass(500);
    expect(ready).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('a log line is found over chunks, escapes and rotation', () => {
    const clock = new FakeClock();
    const log = join(folder, 'log');
    writeFileSync(log, 'compiled\n'.repeat(10));
    let ready = 0;
    watchReady(
      { kind: 'log', pattern: '^com.iled$', timeout: 1 },
      { ...target(0), logFrom: 90 },
      ports(clock),
      () => ready++,
    );
    clock.pass(200);
    expect(ready, 'of an earlier life').toBe(0);
    writeFileSync(log, 'rotated\n\u001b[32mcomp');
    clock.pass(200);
    writeFileSync(log, 'iled\u001b[0m\n', { flag: 'a' });
    clock.pass(200);
    expect(ready).toBe(1);
  });

  it('a log pattern that is slow on a long line is tried on pieces of it, one that is slow on these too is given up', () => {
    const clock = new FakeClock();
    const log = join(folder, 'log');
    let ready = 0;
    const watch = (pattern: string): void =>
      void watchReady({ kind: 'log', pattern, timeout: 1 }, target(0), ports(clock), () => ready++);
    // 64 KiB without a line break, as a screen that is drawn anew and anew leaves it.
    writeFileSync(log, `${'.'.repeat(60_000)}up on 80`);
    watch('.*.*up on \\d+');
    clock.pass(100);
    expect(ready).toBe(1);
    told.length = 0;
    writeFileSync(log, `${'a'.repeat(60)}!\n`.repeat(400));
    watch('(a+)+$');
    clock.pass(1_000);
    expect(told).toEqual([
      ['ready.log of a', null],
      ['ready.log of a', '"(a+)+$" takes too long to match: make it simpler'],
    ]);
    expect(ready).toBe(1);
  });
});

it('random bytes are as many as asked for, and others each time', () => {
  // Up to 256 come from the device, more do not.
  for (const bytes of [0, 10, 256, 300]) expect(systemRandom(bytes)).toHaveLength(bytes);
  const drawn = Array.from({ length: 100 }, () => Buffer.from(systemRandom(10)).toString('hex'));
  expect(new Set(drawn).size).toBe(100);
});
