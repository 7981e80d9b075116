import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { kill } from '../support/processes.ts';
import { test } from '../support/test.ts';

const root = process.getuid?.() === 0;
const CREW = { a: { command: ['sleep', '100000'] }, b: { command: 'echo hello; sleep 100001' } };

describe.skipIf(!root)('a disk that is full (needs root: a tmpfs is mounted)', () => {
  test('stops no agent, and everything is right again when there is room', async ({ project }) => {
    const { root: disk } = project.paths;
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', disk]);
    try {
      await project.up({ agents: CREW });
      fill(join(disk, 'ballast'));
      const before = await project.status();
      for (let round = 0; round < 3; round++) {
        for (const name of ['a', 'b']) {
          const pid = await project.pidOf(name);
          kill(pid);
          await project.untilReplaced(name, pid, 20_000);
        }
      }
      const full = await project.until(
        'the trouble to be told',
        ({ controller }) => controller.degraded.length > 0,
        15_000,
      );
      expect(full.controller.pid).toBe(before.controller.pid);
      const stopped = await project.cli(['stop', 'a']);
      expect(stopped.code, stopped.stderr).toBe(0);
      await project.ok('start', 'a');
      rmSync(join(disk, 'ballast'));
      await project.until('an end of the trouble', ({ controller }) => controller.degraded.length === 0, 20_000);
      await assertConsistent(project);
      await project.down();
    } finally {
      await project.reap();
      execFileSync('umount', ['-l', disk]);
    }
  });

  test('is told by up, which leaves nothing behind', async ({ project }) => {
    const { root: disk } = project.paths;
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', disk]);
    try {
      fill(join(disk, 'ballast'));
      project.write({ agents: CREW });
      const ran = await project.cli(['up', '--no-attach'], { timeout: 60_000 });
      expect(ran.code).not.toBe(0);
      expect(ran.code).not.toBe(1);
      expect(ran.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(ran.stderr).toMatch(/full|space|ENOSPC|SQLITE_FULL/);
      rmSync(join(disk, 'ballast'));
      await project.ok('up', '--no-attach');
      await project.down();
    } finally {
      await project.reap();
      execFileSync('umount', ['-l', disk]);
    }
  });
});

/** Writes until nothing more goes in. */
function fill(path: string): void {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {}
  }
}

describe('a folder one may not write to', () => {
  test.skipIf(root)('is told by up', async ({ project }) => {
    project.write({ agents: CREW });
    chmodSync(project.folder, 0o500);
    const ran = await project.cli(['up', '--no-attach']);
    chmodSync(project.folder, 0o700);
    expect(ran.code).toBe(10);
    expect(ran.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });

  test('in place of .orchestra there is a file', async ({ project }) => {
    project.write({ agents: CREW });
    writeFileSync(project.paths.root, 'no folder');
    const ran = await project.cli(['up', '--no-attach']);
    expect(ran.code, ran.stderr).toBe(8);
    expect(ran.stderr).toContain('not a folder');
    await project.assertNothingLeft();
  });
});
