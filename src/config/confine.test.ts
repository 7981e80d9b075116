import { describe, expect, it } from 'vitest';
import { agent, load } from '../../test/support/config-load.ts';
import { memoryPorts } from '../../test/support/config-ports.ts';
import { NO_LIMITS } from '../protocol/index.ts';
import { loadConfig } from './load.ts';
import { coresOf } from './scalars.ts';

describe('limits', () => {
  it.each([
    ['memory: 64MiB', { memory: 64 * 1024 * 1024 }],
    ['cpu: 1.5', { cpu: 1.5 }],
    ['cpu: 50%', { cpu: 0.5 }],
    ['processes: 20', { processes: 20 }],
    ['open_files: 4096', { openFiles: 4096 }],
    ['nice: -5', { nice: -5 }],
    ['cpu: off, memory: off', {}],
  ])('%s', async (yaml, limits) => {
    expect((await agent(`{ type: worker, limits: { ${yaml} } }`)).limits).toEqual({ ...NO_LIMITS, ...limits });
  });

  it.each([
    'cpu: 0',
    'cpu: fast',
    'cpu: -1',
    'processes: 0',
    'processes: 1.5',
    'open_files: 3',
    'nice: 20',
    'memory: 5',
  ])('%s is refused', async (yaml) => {
    const loaded = await load(`version: 1\nsession: s\nagents: { a: { type: worker, limits: { ${yaml} } } }`);
    expect(loaded).toMatchObject({ ok: false, problems: [{ path: expect.stringMatching(/^agents\.a\.limits/) }] });
  });

  it('counts processors and shares of one', () => {
    expect([2, '2', '150%', '0.25', ' 1% '].map(coresOf)).toEqual([2, 2, 1.5, 0.25, 0.01]);
    expect(['', '%', '1e9', 0, -1, '9999', 'NaN'].map(coresOf)).toEqual([null, null, null, null, null, null, null]);
  });
});

/** One agent, checked by somebody: problems, or warnings, as sentences. */
async function said(yaml: string, machine: { uid?: number; known?: boolean; bwrap?: boolean }) {
  const text = `version: 1\nsession: s\nagents: { a: { command: x, ${yaml} }, b: { command: y, ${yaml} } }`;
  const loaded = loadConfig(
    '/garden/orchestra.yaml',
    {},
    {
      ...memoryPorts({ '/garden/orchestra.yaml': text, '/home/hana/garden/x': '' }),
      uid: machine.uid ?? 1000,
      account: () => machine.known ?? true,
      has: () => machine.bwrap ?? true,
    },
  );
  const found = loaded.ok ? loaded.warnings : loaded.problems;
  return {
    ok: loaded.ok,
    lines: found.map(({ message, hint }) => `${message}: ${hint}`),
    spec: loaded.ok ? loaded.spec : null,
  };
}

describe('user and group', () => {
  it.each(['user', 'group'])('%s is for sessions of root', async (key) => {
    const refused = await said(`${key}: builder`, {});
    expect(refused.lines).toHaveLength(2);
    expect(refused.lines[0]).toContain(`only a session that root runs can start agents as another ${key}`);
    expect((await said(`${key}: builder`, { uid: 0 })).spec?.agents[0]).toMatchObject({ [key]: 'builder' });
    expect((await said(`${key}: 1001`, { uid: 0 })).spec?.agents[0]).toMatchObject({ [key]: '1001' });
    const unknown = await said(`${key}: builder`, { uid: 0, known: false });
    expect(unknown.lines[0]).toContain(`there is no ${key} \`builder\` on this machine`);
    expect((await said(`${key}: '-x'`, { uid: 0 })).ok).toBe(false);
  });
});

describe('a sandbox', () => {
  it.each(['none', 'project', 'offline', 'locked'])('%s', async (sandbox) => {
    const read = await said(`sandbox: ${sandbox}`, {});
    expect(read).toMatchObject({ ok: true, lines: [] });
    expect(read.spec?.agents[0]?.sandbox).toBe(sandbox);
  });

  it('of another name is refused', async () => expect((await said('sandbox: jail', {})).ok).toBe(false));

  it('without bwrap is a warning, said once; the others start', async () => {
    const read = await said('sandbox: project', { bwrap: false });
    expect(read.ok).toBe(true);
    expect(read.lines).toEqual([
      'a sandbox takes bwrap, which is not installed: no agent with one can start: sudo apt-get install -y bubblewrap',
    ]);
    expect((await said('sandbox: none', { bwrap: false })).lines).toEqual([]);
  });

  it.each(['/', '/home', '/home/hana'])('around %s would keep nothing', async (cwd) => {
    expect((await said(`sandbox: project, cwd: ${cwd}`, {})).lines[0]).toContain('your home folder is in it');
    expect((await said(`sandbox: none, cwd: ${cwd}`, {})).ok).toBe(true);
  });

  it('below it is fine', async () =>
    expect((await said('sandbox: project, cwd: /home/hana/garden', {})).ok).toBe(true));
});
