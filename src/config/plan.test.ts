import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GARDEN, GARDEN_FILES, loaded, withAgents } from '../../test/support/config-load.ts';
import {
  type AgentSpec,
  DEFAULT_MESSAGES,
  NO_LIMITS,
  type PlannedChange,
  type SessionSpec,
} from '../protocol/index.ts';
import { adHocAgent, planChange } from './index.ts';

let garden: SessionSpec;
beforeAll(async () => {
  garden = await loaded(GARDEN, { files: GARDEN_FILES });
});

const changing = (change: Partial<AgentSpec>, from: Partial<AgentSpec> = {}): PlannedChange | undefined => {
  const [first, ...rest] = garden.agents as readonly [AgentSpec, ...AgentSpec[]];
  const before = { ...garden, agents: [{ ...first, ...from }, ...rest] };
  const after = { ...garden, agents: [{ ...first, ...from, ...change }, ...rest] };
  return planChange(before, after).agents[0];
};

/** One other value for every field: the type makes a new field of AgentSpec fail to compile here. */
const OTHER: { readonly [K in keyof Required<AgentSpec>]: readonly [AgentSpec[K], PlannedChange['action'], string] } = {
  name: ['other', 'add', ''],
  display: ['x', 'update', 'display'],
  type: ['codex', 'restart', 'type'],
  role: ['x', 'update', 'role'],
  skills: [['x'], 'update', 'skills'],
  command: [{ kind: 'shell', script: 'x' }, 'restart', 'command'],
  cwd: ['/', 'restart', 'cwd'],
  env: [{ A: 'hunter2' }, 'restart', 'env'],
  envFiles: [['/x'], 'restart', 'env_file'],
  dependsOn: [[{ agent: 'kaede', condition: 'ready' }], 'update', 'depends_on'],
  ready: [{ kind: 'delay', delay: 1, timeout: 1 }, 'update', 'ready'],
  liveness: [{ kind: 'silence', maxAge: 1 }, 'update', 'liveness'],
  restart: [
    {
      policy: 'never',
      successCodes: [0],
      stopCodes: [78],
      healthyAfter: 10_000,
      backoff: null,
      breaker: { exits: 5, within: 600_000, retry: null },
      maxAge: 1,
      schedule: { cron: '0 3 * * *', zone: null },
      watch: { paths: ['/x'], ignore: [], delay: 1, flaps: null },
      strategy: 'rest_for_one',
    },
    'update',
    'restart.policy restart.stop_codes restart.max_age restart.cron restart.watch restart.strategy restart.backoff restart.breaker',
  ],
  stop: [{ keys: ['C-d'], keysFor: 1, intFor: 2, termFor: 3 }, 'update', 'stop.keys stop.timeout'],
  limits: [NO_LIMITS, 'update', 'limits.memory'],
  sandbox: ['project', 'restart', 'sandbox'],
  user: ['builder', 'restart', 'user'],
  group: ['builder', 'restart', 'group'],
  delivery: ['inbox', 'update', 'delivery'],
  resume: [false, 'update', 'resume'],
  account: ['other', 'update', 'account'],
  adHoc: [true, 'update', 'agents'],
};

describe('planChange', () => {
  it('a new session adds all', () => {
    const plan = planChange(null, garden);
    expect(plan).toMatchObject({ session: 'new', layoutChanged: false });
    expect(plan.agents.every((each) => each.action === 'add')).toBe(true);
  });

  it('the same file changes nothing', async () => {
    const again = await loaded(GARDEN, { files: GARDEN_FILES });
    const plan = planChange(garden, JSON.parse(JSON.stringify(again)));
    expect(plan).toMatchObject({ session: 'same', layoutChanged: false, fields: [] });
    expect(plan.agents).toEqual(garden.agents.map(({ name }) => ({ agent: name, action: 'keep', fields: [] })));
  });

  it.each(Object.entries(OTHER))('a change of %s is seen', (field, [value, action, fields]) => {
    expect(changing({ [field]: value })).toMatchObject({ action, fields: fields === '' ? [] : fields.split(' ') });
  });

  it('sees every leaf of every field, and a field nobody knows yet', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { minKeys: 1 }), (extra) => {
        fc.pre(!Object.keys(extra).some((key) => key in OTHER || key === '__proto__'));
        expect(changing(extra as Partial<AgentSpec>)?.action).not.toBe('keep');
        expect(changing(JSON.parse(JSON.stringify(extra)), extra as Partial<AgentSpec>)?.action).toBe('keep');
      }),
    ));

  it.each<[string, Partial<SessionSpec>]>([
    ['messages.ttl', { messages: { ...DEFAULT_MESSAGES, ttl: 1 } }],
    ['messages.backoff', { messages: { ...DEFAULT_MESSAGES, backoff: { initial: 1, max: 1, factor: 1 } } }],
    ['groups', { messages: { ...DEFAULT_MESSAGES, groups: { g: ['kaede'] } } }],
    ['policy', { messages: { ...DEFAULT_MESSAGES, policy: [{ allow: false, from: ['*'], to: ['*'], types: [] }] } }],
    ['agent_types.mybot', { agentTypes: {} }],
  ])('a change of %s is one of the session, and touches no agent', (field, change) => {
    const before = field.startsWith('agent') ? garden : { ...garden, messages: DEFAULT_MESSAGES };
    const plan = planChange(before, { ...before, ...change });
    expect(plan.fields).toEqual([field]);
    expect(plan.agents.every((each) => each.action === 'keep')).toBe(true);
  });

  it('another command of its type starts an agent again, another sign does not', async () => {
    const file = (type: string): string => `${withAgents('a: { type: mybot }')}agent_types: { mybot: ${type} }`;
    const [plain, command, sign] = await Promise.all(
      ['{ command: [x] }', '{ command: [y] }', '{ command: [x], composer: "^> $" }'].map((type) => loaded(file(type))),
    );
    const changes = [command, sign].map((next) => planChange(plain as SessionSpec, next as SessionSpec).agents[0]);
    expect(changes).toMatchObject([{ action: 'restart', fields: ['command'] }, { action: 'keep' }]);
  });

  it('shows no value', () => expect(JSON.stringify(changing({ env: { A: 'hunter2' } }))).not.toContain('hunter2'));

  it('removes, keeps what was added by hand, and sees another order', async () => {
    const base = await loaded(withAgents('a: { type: worker }', 'b: { type: worker }', 'c: { type: worker }'));
    const running = { ...base, agents: [...base.agents, adHocAgent('extra', ['top'], base)] };
    const next = await loaded(withAgents('c: { type: worker }', 'a: { type: worker }'));
    expect(planChange(running, next)).toEqual({
      session: 'same',
      layoutChanged: true,
      fields: [],
      agents: [
        { agent: 'c', action: 'keep', fields: [] },
        { agent: 'a', action: 'keep', fields: [] },
        { agent: 'b', action: 'remove', fields: [] },
        { agent: 'extra', action: 'keep', fields: [] },
      ],
    });
    expect(planChange(base, { ...base, session: 'x', layout: { ...base.layout, name: 'y' } })).toMatchObject({
      session: 'renamed',
      layoutChanged: true,
    });
  });
});

describe('adHocAgent', () => {
  it('inherits the defaults of the session', () => {
    const extra = adHocAgent('extra', ['npm', 'run', 'x'], garden, { cwd: 'sub' });
    expect(extra).toMatchObject({
      command: { kind: 'argv', argv: ['npm', 'run', 'x'] },
      type: 'command',
      cwd: '/garden/sub',
      limits: { memory: 2e9 },
      adHoc: true,
    });
    expect(extra.restart).toEqual(garden.defaults.restart);
    expect(Object.keys(extra).sort()).toEqual(Object.keys(garden.agents[0] ?? {}).sort());
  });

  it('may be of a built-in type or one of the file, and of no other', () => {
    expect(adHocAgent('extra', ['x'], garden, { type: 'mybot' })).toMatchObject({ type: 'mybot', account: 'mybot' });
    expect(adHocAgent('extra', ['x'], garden, { type: 'codex' })).toMatchObject({ type: 'codex' });
    const wrong = { code: 'usage', hint: 'did you mean `mybot`?' };
    expect(() => adHocAgent('extra', ['x'], garden, { type: 'mybto' })).toThrow(expect.objectContaining(wrong));
  });

  it.each([
    ['a;b', ['x'], 'usage'],
    ['all', ['x'], 'usage'],
    ['kaede', ['x'], 'conflict'],
    ['new', [], 'usage'],
    ['new', [''], 'usage'],
  ])('refuses %s %j', (name, command, code) => {
    expect(() => adHocAgent(name, command, garden)).toThrow(expect.objectContaining({ code }));
  });
});
