import { describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../protocol/index.ts';
import { agent, GARDEN, GARDEN_FILES, loaded, withAgents } from '../../test/support/config-load.ts';

const garden = (profile?: string) =>
  loaded(GARDEN, { files: GARDEN_FILES, ...(profile === undefined ? {} : { profile }) });
const names = async (text: string, profile?: string): Promise<string[]> =>
  (await loaded(text, profile === undefined ? {} : { profile })).agents.map((each) => each.name);

describe('a whole file', () => {
  it('has every agent in order, replicas numbered', async () => {
    const spec = await garden();
    expect(spec).toMatchObject({
      version: 1,
      session: 'garden',
      project: '/garden',
      profile: null,
      layout: { name: 'nine' },
    });
    expect(spec.agents.map((each) => each.name)).toEqual([
      'conductor',
      'kaede',
      'sakura',
      'tsubaki',
      ...[1, 2, 3, 4, 5].map((n) => `workers-${n}`),
    ]);
  });

  it('makes everything explicit', async () => {
    const [, kaede, sakura, tsubaki, worker] = (await garden()).agents;
    expect(kaede).toEqual({
      name: 'kaede',
      display: 'カエデ',
      type: 'codex',
      role: '',
      skills: ['codegen'],
      command: { kind: 'argv', argv: ['codex'] },
      cwd: '/garden',
      env: {},
      envFiles: ['/garden/.env.codex'],
      dependsOn: [],
      ready: null,
      liveness: null,
      restart: {
        policy: 'always',
        successCodes: [0],
        healthyAfter: 10_000,
        backoff: { initial: 1_000, max: 60_000, factor: 2, jitter: 0.2, resetAfter: 60_000 },
        breaker: { exits: 5, within: 600_000, retry: { after: 300_000, factor: 2, max: 3_600_000 } },
        stopCodes: [],
        maxAge: null,
        schedule: null,
        watch: null,
        strategy: 'one_for_one',
      },
      stop: { keys: ['C-c'], keysFor: 3_333, intFor: 3_333, termFor: 3_334 },
      limits: { ...NO_LIMITS, memory: 2e9 },
      sandbox: 'none',
      user: null,
      group: null,
      delivery: 'idle',
      resume: true,
      account: 'codex',
      adHoc: false,
    });
    expect(sakura?.dependsOn).toEqual([{ agent: 'conductor', condition: 'ready' }]);
    expect(tsubaki).toMatchObject({ type: 'command', command: { kind: 'argv', argv: ['npm', 'run', 'watch'] } });
    expect(tsubaki?.ready).toEqual({ kind: 'log', pattern: 'compiled', timeout: 60_000 });
    expect(tsubaki?.restart).toMatchObject({ policy: 'on-failure', healthyAfter: 10_000, breaker: { exits: 5 } });
    expect(worker?.command).toEqual({ kind: 'builtin', name: 'worker' });
  });

  it('has the same defaults when none are written', async () => {
    const [kaede] = (await garden()).agents;
    const bare = await agent('{ type: worker }');
    expect({ restart: bare.restart, stop: bare.stop }).toEqual({ restart: kaede?.restart, stop: kaede?.stop });
    expect(bare.limits).toEqual(NO_LIMITS);
  });

  it('survives a round trip through JSON', async () => {
    const spec = await garden('production');
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(JSON.stringify(spec)).not.toContain('sk-secret');
  });
});

describe('profiles', () => {
  it('merge maps deep and leave the rest', async () => {
    const spec = await garden('production');
    expect(spec.profile).toBe('production');
    expect(spec.agents.every((each) => each.limits.memory === 4e9)).toBe(true);
    expect(spec.agents[0]?.role).toBe('lead');
  });

  const PROFILES = `version: 1
session: garden
defaults: { restart: { healthy_after: 1m }, ready: { log: up } }
agents:
  a: { type: worker, skills: [x, y], depends_on: [b], stop: { timeout: 3s } }
  b: { type: worker, ready: { file: pid } }
profiles:
  p:
    session: other
    defaults: { restart: never }
    agents:
      a: { skills: [z], depends_on: { c: ready } }
      b: null
      c: { command: top }
`;
  it('replace lists, take agents away, add others, and keep what a shorthand does not say', async () => {
    const { session, agents } = await loaded(PROFILES, { profile: 'p' });
    expect(session).toBe('other');
    expect(agents.map((each) => each.name)).toEqual(['a', 'c']);
    expect(agents[0]).toMatchObject({ skills: ['z'], dependsOn: [{ agent: 'c', condition: 'ready' }] });
    expect(agents[0]?.restart).toMatchObject({ policy: 'never', healthyAfter: 60_000 });
    expect(agents[0]?.stop).toMatchObject({ keysFor: 1_000, intFor: 1_000, termFor: 1_000 });
  });

  it('are not needed to read the rest', async () => expect(await names(PROFILES)).toEqual(['a', 'b']));

  it('a probe of another kind replaces the inherited one', async () => {
    const [a, b] = (await loaded(PROFILES)).agents;
    expect(a?.ready).toMatchObject({ kind: 'log' });
    expect(b?.ready).toEqual({ kind: 'file', path: '/garden/pid', timeout: 60_000 });
  });
});

describe('one agent', () => {
  it.each(['off', 'false', "'off'"])('backoff: %s restarts at once', async (off) => {
    expect((await agent(`{ type: worker, restart: { backoff: ${off}, breaker: ${off} } }`)).restart).toMatchObject({
      backoff: null,
      breaker: null,
    });
  });

  it.each([
    ['3', ['kaede-1', 'kaede-2', 'kaede-3']],
    ['1', ['kaede-1']],
    ['max', ['kaede-1', 'kaede-2']],
    ['-1', ['kaede-1']],
    ['-7', ['kaede-1']],
  ])('replicas: %s', async (replicas, expected) => {
    expect(await names(withAgents(`kaede: { type: worker, replicas: ${replicas} }`))).toEqual(expected);
  });

  it('depends on all replicas, or on one', async () => {
    const file = withAgents(
      'w: { type: worker, replicas: 2 }',
      'a: { type: worker, depends_on: [w] }',
      'b: { type: worker, depends_on: { w-2: ready } }',
    );
    const [, , a, b] = (await loaded(file)).agents;
    expect(a?.dependsOn).toEqual(['w-1', 'w-2'].map((name) => ({ agent: name, condition: 'started' })));
    expect(b?.dependsOn).toEqual([{ agent: 'w-2', condition: 'ready' }]);
  });

  it('numbers the display names of replicas', async () => {
    const { agents } = await loaded(withAgents('w: { type: worker, replicas: 2, display: 庭師 }'));
    expect(agents.map((each) => each.display)).toEqual(['庭師 1', '庭師 2']);
  });

  it('a string is for sh, a known type can be replaced by another command', async () => {
    expect((await agent('{ command: "npm test | tee log" }')).command).toEqual({
      kind: 'shell',
      script: 'npm test | tee log',
    });
    expect(await agent('{ type: claude, command: [claude, --resume] }')).toMatchObject({
      type: 'claude',
      command: { argv: ['claude', '--resume'] },
    });
  });

  it.each([
    ['{ keys: [], timeout: 4s }', { keys: [], keysFor: 0, intFor: 2_000, termFor: 2_000 }],
    ['{ timeout: 30s, steps: { keys: 20s } }', { keysFor: 20_000, intFor: 5_000, termFor: 5_000 }],
    ['{ timeout: 10s, steps: { int: 0s } }', { keysFor: 5_000, intFor: 0, termFor: 5_000 }],
    ['{ steps: { keys: 1s, int: 2s, term: 30s } }', { keysFor: 1_000, intFor: 2_000, termFor: 30_000 }],
    ['{ keys: [/quit, Enter, C-c] }', { keys: ['/quit', 'Enter', 'C-c'] }],
  ])('stop: %s', async (stop, expected) => {
    expect((await agent(`{ type: worker, stop: ${stop} }`)).stop).toMatchObject(expected);
  });

  it.each([
    ['ready: { delay: 0s, timeout: 1s }', { ready: { kind: 'delay', delay: 0, timeout: 1_000 } }],
    [
      'ready: { exec: [test, -e, x] }',
      { ready: { kind: 'exec', argv: ['test', '-e', 'x'], interval: 1_000, timeout: 60_000 } },
    ],
    ['ready: { exec: test -e x }', { ready: { argv: ['sh', '-c', 'test -e x'] } }],
    ['cwd: sub, ready: { file: pid }', { cwd: '/garden/sub', ready: { path: '/garden/sub/pid' } }],
    ['cwd: ~/tasks', { cwd: '/home/hana/tasks' }],
    ['liveness: { silence: 10m }', { liveness: { kind: 'silence', maxAge: 600_000 } }],
    [
      'liveness: { heartbeat: { file: beat, max_age: 5s } }',
      { liveness: { kind: 'heartbeat', path: '/garden/beat', maxAge: 5_000 } },
    ],
    [
      'liveness: { exec: [curl, localhost], failures: 2 }',
      { liveness: { kind: 'exec', argv: ['curl', 'localhost'], interval: 30_000, timeout: 10_000, failures: 2 } },
    ],
  ])('%s', async (text, expected) => {
    const files = { '/garden/sub/x': '', '/home/hana/tasks/x': '' };
    expect(await agent(`{ type: worker, ${text} }`, { files })).toMatchObject(expected);
  });

  it('an inherited probe or limit can be taken away', async () => {
    const [a] = (
      await loaded(
        `version: 1\nsession: s\ndefaults: { limits: { memory: 1GB }, liveness: { silence: 1m }, ready: { delay: 1s } }\nagents: { a: { type: worker, limits: { memory: off }, liveness: off, ready: false } }`,
      )
    ).agents;
    expect(a).toMatchObject({ limits: { memory: null }, liveness: null, ready: null });
  });

  it('keeps references to the environment as they are, and numbers as written', async () => {
    const env = { TOKEN: 'hunter2' };
    const kaede = await agent('{ type: worker, env: { A: "${TOKEN}", B: "${NONE:-x}", V: 1.10, P: 8080 } }', { env });
    expect(kaede.env).toEqual({ A: '${TOKEN}', B: '${NONE:-x}', V: '1.10', P: '8080' });
  });

  it('anchors and aliases work', async () => {
    const [a, b] = (await loaded(withAgents('a: &x { type: worker, skills: [s] }', 'b: *x'))).agents;
    expect(b).toEqual({ ...a, name: 'b' });
  });
});
