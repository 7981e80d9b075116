import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { anAgent, CONFIGURATION, fakeSession } from '../support/fake-session.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test } from '../support/test.ts';

const has = (shell: string): boolean => spawnSync('which', [shell]).status === 0;

/** Runs shell text where `orchestra` is on PATH and the fake session is in the working directory. */
async function inShell(project: Project, shell: string, script: string): Promise<string> {
  const bin = join(project.base, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'orchestra'), `#!/bin/sh\nexec '${process.execPath}' '${ORCHESTRA}' "$@"\n`);
  chmodSync(join(bin, 'orchestra'), 0o755);
  const { spawn } = await import('node:child_process');
  const child = spawn(shell, ['-c', script], {
    cwd: project.folder,
    env: { ...project.env, PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

/** What bash would offer for the last of these words. */
const inBash = (project: Project, words: string[]): Promise<string> =>
  inShell(
    project,
    'bash',
    `source <(orchestra completion bash); COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _orchestra; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );

describe('bash', () => {
  test.for<[string[], string]>([
    [['orchestra', 'st'], 'status\nstart\nstop\n'],
    [['orchestra', 'config', 's'], 'show\nsync\nschema\n'],
    [['orchestra', 'config', 'show', '--pro'], '--profile\n'],
    [['orchestra', 'restart', 'ka'], 'kaede\n'],
    [['orchestra', 'restart', 'kaede', 's'], 'sakura\n'],
    [['orchestra', 'logs', '--follow', ''], 'kaede\nsakura\n'],
    [['orchestra', 'events', '--agent', 's'], 'sakura\n'],
    [['orchestra', 'up', '-f', 'orch'], 'orchestra.yaml\n'],
    [['orchestra', 'completion', ''], 'bash\nzsh\nfish\n'],
    [['orchestra', 'layout', 'preview', 'g'], 'grid\n'],
    [['orchestra', 'run', 'x', '--', 'st'], '\n'],
  ])('%j', async ([words, expected], { project }) => {
    project.writeText(CONFIGURATION);
    const session = await fakeSession(project.folder, [anAgent('kaede'), anAgent('sakura')]);
    expect(await inBash(project, words)).toBe(expected);
    await session.close();
  });
});

test.skipIf(!has('zsh'))('zsh parses its script and calls it', async ({ project }) => {
  expect(
    await inShell(
      project,
      'zsh',
      'autoload -Uz compinit; compinit -u -D; source <(orchestra completion zsh); whence -w _orchestra; echo $_comps[orchestra]',
    ),
  ).toBe('_orchestra: function\n_orchestra\n');
});

test.skipIf(!has('fish'))('fish offers commands, options and agents', async ({ project }) => {
  project.writeText(CONFIGURATION);
  const session = await fakeSession(project.folder, [anAgent('kaede'), anAgent('sakura')]);
  const offers = (line: string): Promise<string> =>
    inShell(project, 'fish', `orchestra completion fish | source; complete -C '${line}' | cut -f1`);
  expect(await offers('orchestra con')).toBe('config\n');
  expect(await offers('orchestra config p')).toBe('plan\n');
  expect(await offers('orchestra stop k')).toBe('kaede\n');
  expect(await offers('orchestra up --dry')).toBe('--dry-run\n');
  await session.close();
});
