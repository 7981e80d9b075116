import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { stripEscapes } from '../../src/base/index.ts';
import type { Project, Yaml } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** Agents work in a folder of their own: the folder of the project is the home of these tests, and a sandbox around a home keeps nothing. */
async function up(project: Project, agents: Yaml['agents']): Promise<void> {
  mkdirSync(join(project.folder, 'work'), { recursive: true });
  project.write({ agents, defaults: { cwd: 'work' } });
  await project.cli(['up', '--no-attach']);
}

/** Tries to write, and says what came of it. */
const tries = (...paths: string[]): string =>
  paths
    .map((path) => `if touch ${path}/probe-$$ 2>/dev/null; then echo "writes ${path}"; else echo "refused ${path}"; fi`)
    .join('; ');

describe('what each level allows', () => {
  test('writes, sees and reaches no more than it says', async ({ project }) => {
    const probe = `${tries('.', '..', '/tmp', '/etc', '$HOME/.claude', '$HOME')}; ls -A ../.orchestra; cat /proc/net/dev | grep -c :; ls -d /proc/[0-9]* | wc -l; echo done; exec sleep 1000`;
    mkdirSync(join(project.folder, '.claude'));
    const levels = ['project', 'offline', 'locked'];
    await up(
      project,
      Object.fromEntries(levels.map((sandbox) => [sandbox, { type: 'claude', sandbox, command: probe }])),
    );
    const shown = async (name: string): Promise<string[]> => {
      const log = await until(
        `what ${name} found`,
        () => project.log(name),
        (text) => text.includes('done'),
      );
      return stripEscapes(log)
        .split(/[\r\n]+/)
        .map((line) => line.trim());
    };
    const free = await shown('project');
    expect(free).toEqual(expect.arrayContaining(['writes .', 'writes /tmp', `writes ${project.folder}/.claude`]));
    expect(free).toEqual(expect.arrayContaining(['refused ..', 'refused /etc', `refused ${project.folder}`]));
    const offline = await shown('offline');
    expect(offline).toContain('writes .');
    const locked = await shown('locked');
    expect(locked).toContain('writes /tmp');
    expect(locked).toEqual(expect.arrayContaining(['refused .', `refused ${project.folder}/.claude`]));
    // The private /tmp of each is its own, and is no folder of this machine.
    expect(existsSync(join(project.folder, 'work'))).toBe(true);
  });
});
