import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CONFIGURATION } from '../support/fake-session.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test } from '../support/test.ts';

/** A PATH with these programs, and node. */
function machine(project: Project, ...programs: string[]): Record<string, string> {
  const bin = join(project.base, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of programs) {
    writeFileSync(join(bin, name), '#!/bin/sh\n');
    chmodSync(join(bin, name), 0o755);
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  project.writeText(CONFIGURATION);
  return { ...project.env, PATH: bin };
}

const text = (project: Project, file: string): string => readFileSync(join(project.folder, file), 'utf8');

test('writes what each program found here reads, once, and takes it out again', async ({ project }) => {
  const env = machine(project, 'claude', 'codex', 'gemini');
  const install = (...args: string[]) => project.cli(['mcp', 'install', ...args], { env });
  const first = await install();
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toMatch(
    /^✔ claude .*\.mcp\.json {2}written\n✔ codex .*config\.toml {2}written\n✔ gemini .*written\n$/,
  );
  const written = JSON.parse(text(project, '.mcp.json')) as { mcpServers: { orchestra: { args: string[] } } };
  expect(written.mcpServers.orchestra).toMatchObject({ command: process.execPath, args: [ORCHESTRA, 'mcp'] });
  expect(text(project, '.codex/config.toml')).toContain('[mcp_servers.orchestra]');
  expect(existsSync(join(project.folder, '.qwen'))).toBe(false);

  const again = await install('--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ dryRun: false, files: Array(3).fill({ change: 'unchanged' }) });
  const out = await install('--remove');
  expect(out.stdout.match(/taken out/g)).toHaveLength(3);
  expect(JSON.parse(text(project, '.mcp.json'))).toEqual({ mcpServers: {} });
  expect(text(project, '.codex/config.toml')).toBe('');
});

test('is called by its name where the shell finds it', async ({ project }) => {
  const env = machine(project, 'claude', 'orchestra');
  await project.cli(['mcp', 'install'], { env });
  expect(JSON.parse(text(project, '.mcp.json'))).toMatchObject({
    mcpServers: { orchestra: { command: 'orchestra', args: ['mcp'] } },
  });
});

test('--dry-run shows the change and makes none', async ({ project }) => {
  const env = machine(project, 'claude');
  writeFileSync(join(project.folder, '.mcp.json'), '{\n  "mcpServers": {}\n}\n');
  const { code, stdout } = await project.cli(['mcp', 'install', '--dry-run'], { env });
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/would be changed\n {6}\{\n {4}- {3}"mcpServers": \{\}\n {4}\+ {3}"mcpServers": \{/),
  ]);
  expect(text(project, '.mcp.json')).toBe('{\n  "mcpServers": {}\n}\n');
});

test('keeps who may read a file, and what a link points at', async ({ project }) => {
  const env = machine(project, 'claude');
  const real = join(project.base, 'shared.json');
  writeFileSync(real, '{"a":1}', { mode: 0o640 });
  symlinkSync(real, join(project.folder, '.mcp.json'));
  expect((await project.cli(['mcp', 'install'], { env })).code).toBe(0);
  expect(lstatSync(join(project.folder, '.mcp.json')).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ a: 1, mcpServers: {} });
});

test('writes nothing at all when one of the files cannot be read', async ({ project }) => {
  const env = machine(project, 'claude', 'gemini');
  mkdirSync(join(project.folder, '.gemini'));
  writeFileSync(join(project.folder, '.gemini/settings.json'), '{ "theme": "x", // mine\n}');
  const { code, stderr } = await project.cli(['mcp', 'install'], { env });
  expect([code, stderr]).toEqual([3, expect.stringContaining('.gemini/settings.json was left alone')]);
  expect(existsSync(join(project.folder, '.mcp.json'))).toBe(false);
});

test('says what is wrong with what was asked', async ({ project }) => {
  const env = machine(project);
  const none = await project.cli(['mcp', 'install'], { env });
  expect([none.code, none.stderr]).toEqual([7, expect.stringContaining('--type')]);
  const typo = await project.cli(['mcp', 'install', '--type', 'claud'], { env });
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('did you mean claude?')]);
  expect((await project.cli(['mcp', 'install', '--type', 'qwen', 'opencode'], { env })).code).toBe(0);
  expect(existsSync(join(project.folder, 'opencode.json'))).toBe(true);
  expect((await project.cli(['mcp', '--agent', 'Nobody'], { env })).stderr).toContain('is no name of an agent');
});
