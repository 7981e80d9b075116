import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseDraft } from '../../src/mailbox/index.ts';
import { DEAD_REASONS, DELIVERY_MODES, EXIT_STATUS, MESSAGE_STATES, MESSAGE_TYPES } from '../../src/protocol/index.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/messages.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map((match) => match[1] ?? '');
const rows = [...text.matchAll(/^\| `?([a-z0-9_]+)`? \|/gim)].map((match) => match[1] ?? '');

describe('docs/messages.md', () => {
  test('the script drops a message that is one', ({ project }) => {
    const intake = join(project.paths.intake);
    for (const folder of ['tmp', 'new']) mkdirSync(join(intake, folder), { recursive: true, mode: 0o700 });
    const script = blocks('sh').find((each) => each.includes('intake')) ?? '';
    execFileSync('sh', ['-eu', '-c', script], { cwd: project.folder, env: project.env });
    expect(readdirSync(join(intake, 'tmp'))).toEqual([]);
    const [name = '', ...more] = readdirSync(join(intake, 'new'));
    expect(more).toEqual([]);
    expect(parseDraft(readFileSync(join(intake, 'new', name)))).toMatchObject({
      ok: true,
      value: { type: 'note', to: 'kaede', payload: { text: 'the build is green' } },
    });
  });

  test('what the script drops reaches its agent, with and without a session running', async ({ project }) => {
    const script = blocks('sh').find((each) => each.includes('intake')) ?? '';
    const drop = (): void => void execFileSync('sh', ['-eu', '-c', script], { cwd: project.folder, env: project.env });
    await project.up({ agents: { kaede: { type: 'worker' } } });
    drop();
    await project.down();
    drop();
    await project.up();
    const states = async (): Promise<string[]> => {
      const { entries } = JSON.parse(await project.ok('queue', 'ls', 'kaede', '--all', '--json'));
      return entries.map((each: { state: string }) => each.state);
    };
    await until('both messages answered', states, (seen) => seen.join() === 'answered,answered');
  });

  test('the agent type of the example is valid', async ({ project }) => {
    project.writeText(`version: 1\nsession: garden\n${blocks('yaml').join('')}`);
    await project.ok('config', 'check');
  });

  test.for([
    ['state', MESSAGE_STATES],
    ['reason', DEAD_REASONS],
    ['mode', DELIVERY_MODES],
    ['result', ['submitted', 'busy', 'dialog', 'draft', 'gone', 'ambiguous']],
    ['field', ['id', 'type', 'to', 'payload', 'from', 'timestamp', 'ttl', 'priority', 'replyTo', 'delivery', 'mac']],
    ['exit status', [0, 4, 5, 6, 10, 13, 14, 15].map(String)],
  ] as const)('every %s has its row', ([, words]) => {
    for (const word of words) expect(rows).toContain(word);
    for (const type of MESSAGE_TYPES) expect(text).toContain(`\`${type}\``);
  });

  test('the exit statuses are those of the program', () => {
    expect([
      EXIT_STATUS['not-running'],
      EXIT_STATUS['unknown-agent'],
      EXIT_STATUS.timeout,
      EXIT_STATUS.storage,
      EXIT_STATUS.refused,
      EXIT_STATUS.full,
      EXIT_STATUS.dead,
    ]).toEqual([4, 5, 6, 10, 13, 14, 15]);
  });
});
