import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';

// The built program against files of other tools, whole and broken ones: what is written, and what is left alone.

const ECOSYSTEM = "module.exports = { apps: [{ name: 'kaede', script: './a.js', pid_file: 'x.pid' }] };\n";

function put(project: Project, name: string, text: string | Uint8Array): void {
  writeFileSync(join(project.folder, name), text);
}

const result = (project: Project): string => join(project.folder, 'orchestra.yaml');

describe('orchestra import', () => {
  test.for<[format: string, name: string, text: string, agents: number]>([
    ['pm2', 'ecosystem.config.js', ECOSYSTEM, 1],
    ['procfile', 'Procfile', 'web: node a.js\nworker: node b.js\n', 2],
    ['tmuxp', 'work.yaml', 'session_name: work\nwindows:\n  - window_name: a\n    panes: [vim, top]\n', 2],
    ['tmuxinator', 'site.yml', 'name: site\nwindows:\n  - a: vim\n  - b: top\n', 2],
    ['compose', 'compose.yaml', 'services:\n  a: { command: x }\n  db: { image: postgres }\n', 2],
  ])('from %s: the result passes the check', async ([format, name, text, agents], { project }) => {
    put(project, name, text);
    const { code, stdout, stderr } = await project.cli(['import', format, name]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`wrote orchestra.yaml: ${agents} agent`);
    const check = await project.cli(['config', 'check']);
    expect([check.code, check.stderr]).toEqual([0, '']);
    expect(check.stdout).toContain(`, ${agents} agents`);
  });

  test('runs: the agents of a Procfile come up', async ({ project }) => {
    put(project, 'Procfile', 'web: exec sleep 1000\nworker: exec sleep 1001\n');
    await project.ok('import', 'procfile', 'Procfile');
    await project.ok('up', '--no-attach');
    expect((await project.status()).agents.map(({ name, state }) => [name, state])).toEqual([
      ['web', 'running'],
      ['worker', 'running'],
    ]);
  });

  test('tells what has no counterpart, for people and for programs', async ({ project }) => {
    put(project, 'ecosystem.config.js', ECOSYSTEM);
    const told = await project.cli(['import', 'pm2', 'ecosystem.config.js', '--stdout']);
    expect(told.stdout).toContain('agents:\n');
    expect(told.stderr).toContain(
      'ecosystem.config.js:1:72 apps.0.pid_file (kaede): no file holds the process of an agent',
    );
    expect(existsSync(result(project))).toBe(false);
    const json = JSON.parse(await project.ok('import', 'pm2', 'ecosystem.config.js', '--json')) as object;
    expect(json).toMatchObject({
      file: result(project),
      backup: null,
      agents: ['kaede'],
      left: [{ line: 1, column: 72, option: 'apps.0.pid_file', agent: 'kaede' }],
      problems: [],
    });
    const text = JSON.parse(await project.ok('import', 'pm2', 'ecosystem.config.js', '--json', '--stdout')) as object;
    expect(text).toMatchObject({ text: expect.stringContaining('agents:\n') as string });
  });

  test('what the result lacks on this machine is told at once', async ({ project }) => {
    put(project, 'e.config.js', "module.exports = [{ name: 'kaede', script: 'a.js', cwd: '/no/such/folder' }];");
    const { code, stdout } = await project.cli(['import', 'pm2', 'e.config.js']);
    expect([code, stdout.includes('the folder `/no/such/folder` does not exist')]).toEqual([0, true]);
  });

  test('leaves an existing file alone, until it is told to replace it', async ({ project }) => {
    put(project, 'Procfile', 'web: x\n');
    project.writeText('mine\n');
    const refused = await project.cli(['import', 'procfile', 'Procfile']);
    expect([refused.code, refused.stderr]).toEqual([8, expect.stringContaining('it was left alone')]);
    expect(readFileSync(result(project), 'utf8')).toBe('mine\n');
    await project.ok('import', 'procfile', 'Procfile', '--force');
    expect(readFileSync(`${result(project)}.bak`, 'utf8')).toBe('mine\n');
    expect(readFileSync(result(project), 'utf8')).toContain('web:');
    await project.ok('import', 'procfile', 'Procfile', '-o', 'other.yaml');
    expect(readdirSync(project.folder).sort()).toEqual([
      'Procfile',
      'orchestra.yaml',
      'orchestra.yaml.bak',
      'other.yaml',
    ]);
  });

  test('never writes through a link that leads elsewhere', async ({ project }) => {
    put(project, 'Procfile', 'web: x\n');
    put(project, 'precious', 'precious\n');
    symlinkSync('precious', result(project));
    expect((await project.cli(['import', 'procfile', 'Procfile'])).code).toBe(8);
    await project.ok('import', 'procfile', 'Procfile', '--force');
    expect(readFileSync(join(project.folder, 'precious'), 'utf8')).toBe('precious\n');
  });

  test('reads a linked file, and what comes by a pipe', async ({ project }) => {
    put(project, 'real', 'web: x\n');
    symlinkSync('real', join(project.folder, 'Procfile'));
    await project.ok('import', 'procfile', 'Procfile', '-o', 'a.yaml');
    expect(readFileSync(join(project.folder, 'a.yaml'), 'utf8')).toContain('web:');
    expect((await project.cli(['import', 'procfile', '-', '-o', 'b.yaml'])).code).toBe(3); // nothing comes
  });
});

describe('files that are none', () => {
  const FORMATS = ['pm2', 'procfile', 'tmuxp', 'tmuxinator', 'compose'];
  test.for<[what: string, make: (path: string) => void, message: string]>([
    ['missing', () => {}, 'does not exist'],
    ['a folder', (path) => mkdirSync(path), 'is a folder'],
    ['binary', (path) => writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2])), 'is no text file'],
    ['not UTF-8', (path) => writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe, 0xe9])), 'is no text in UTF-8'],
    ['of 10 MB', (path) => writeFileSync(path, 'a: b\n'.repeat(2_000_000)), 'is larger than 1 MiB'],
    ['a link to itself', (path) => symlinkSync('it', path), 'is a link that leads to itself'],
    ['a link to nothing', (path) => symlinkSync('nothing', path), 'does not exist'],
    ['an endless device', (path) => symlinkSync('/dev/zero', path), 'is a device'],
    ['empty', (path) => writeFileSync(path, ''), 'has a problem'],
    ['broken', (path) => writeFileSync(path, '{{{{ %%% \n\t- ['), 'has '],
    ['deep', (path) => writeFileSync(path, '['.repeat(200_000)), 'has a problem'],
    ['an escape sequence', (path) => writeFileSync(path, '\x1b]0;pwned\x07\x1b[2J: [\n'), 'has '],
  ])('%s', { timeout: 120_000 }, async ([, make, message], { project }) => {
    make(join(project.folder, 'it'));
    for (const format of FORMATS) {
      const { code, stdout, stderr } = await project.cli(['import', format, 'it']);
      expect([format, code, stdout]).toEqual([format, 3, '']);
      expect(stderr).toContain(message);
      expect(stderr).toContain('nothing was written');
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stderr).not.toContain('\x1b');
      expect(stderr).not.toContain('should not have happened');
    }
    expect(readdirSync(project.folder).filter((name) => name !== 'it')).toEqual([]);
  });

  test('a place that can not be written to', async ({ project }) => {
    put(project, 'Procfile', 'web: x\n');
    mkdirSync(join(project.folder, 'dir'));
    for (const [target, code] of [
      ['dir', 2],
      ['no/such/x.yaml', 2],
      ['Procfile', 8],
      ['Procfile/x.yaml', 2],
    ] as const) {
      const ran = await project.cli(['import', 'procfile', 'Procfile', '-o', target]);
      expect([target, ran.code, ran.stdout]).toEqual([target, code, '']);
    }
    expect(readdirSync(project.folder).sort()).toEqual(['Procfile', 'dir']);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a full disk leaves nothing behind, and the old file in its place',
    async ({ project }) => {
      const disk = join(project.folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
      try {
        put(project, 'Procfile', `${Array.from({ length: 900 }, (_, n) => `w${n}: ${'x'.repeat(100)}`).join('\n')}\n`);
        writeFileSync(join(disk, 'old.yaml'), 'mine\n');
        const ran = await project.cli(['import', 'procfile', 'Procfile', '-o', 'disk/new.yaml']);
        expect([ran.code, ran.stderr]).toEqual([10, expect.stringContaining('make room on the disk')]);
        expect((await project.cli(['import', 'procfile', 'Procfile', '-o', 'disk/old.yaml', '--force'])).code).toBe(10);
        expect(readdirSync(disk)).toEqual(['old.yaml']);
        expect(readFileSync(join(disk, 'old.yaml'), 'utf8')).toBe('mine\n');
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );

  test.for([
    [['import', 'pm3', 'x'], 'there is no import from "pm3"'],
    [['import', 'pm2'], "missing required argument 'FILE'"],
    [['import', 'pm2', 'x', '--stdout', '-o', 'y'], '--stdout and --output exclude each other'],
  ] as const)('%j', async ([args, message], { project }) => {
    const { code, stderr } = await project.cli([...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
