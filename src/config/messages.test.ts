import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agent, GARDEN, GARDEN_FILES, loaded, withAgents } from '../../test/support/config-load.ts';
import { DEFAULT_MESSAGES, type MessagesSpec } from '../protocol/index.ts';

const mail = async (text: string, profile?: string): Promise<MessagesSpec> =>
  (await loaded(text, { files: GARDEN_FILES, ...(profile === undefined ? {} : { profile }) })).messages;

const CREW = withAgents('a: { type: worker }', 'b: { type: worker }', 'w: { type: worker, replicas: 2 }');

describe('messages', () => {
  it('have their defaults when nothing is written', async () => expect(await mail(CREW)).toEqual(DEFAULT_MESSAGES));
  it('have them also when an empty map is', async () =>
    expect(await mail(`${CREW}messages: { backoff: {} }`)).toEqual(DEFAULT_MESSAGES));

  it('are explicit in a whole file', async () =>
    expect(await mail(GARDEN)).toEqual({
      depth: 1_000,
      ttl: 86_400_000,
      attempts: 5,
      backoff: { initial: 1_000, max: 60_000, factor: 2 },
      lease: 600_000,
      keep: 604_800_000,
      groups: {
        reviewers: ['sakura', 'kaede'],
        workers: ['workers-1', 'workers-2', 'workers-3', 'workers-4', 'workers-5'],
      },
      policy: [
        { allow: true, from: ['conductor'], to: ['*'], types: [] },
        { allow: false, from: ['*', 'external'], to: ['conductor', '@workers'], types: ['task_assign'] },
      ],
    }));

  it('a profile changes some of it', async () => {
    const changed = await mail(GARDEN, 'production');
    expect(changed).toMatchObject({ ttl: null, attempts: 5, lease: 600_000, policy: [] });
    expect(changed.groups).toEqual({ reviewers: ['sakura', 'kaede'], 'all-of-us': ['kaede'] });
  });

  it.each(['off', 'false'])('%s takes a time away', async (off) =>
    expect(await mail(`${CREW}messages: { ttl: ${off}, lease: ${off} }`)).toMatchObject({ ttl: null, lease: null }),
  );
});

describe('groups', () => {
  it('name each member once, replicas by the name of all or of one', async () =>
    expect((await mail(`${CREW}groups: { g: [w-2, b, w, b] }`)).groups).toEqual({ g: ['w-2', 'b', 'w-1'] }));

  it('may be called like an agent: the @ keeps them apart', async () => {
    const { groups, policy } = await mail(`${CREW}groups: { a: [b] }\npolicy: [{ deny: { from: a, to: '@a' } }]`);
    expect(groups).toEqual({ a: ['b'] });
    expect(policy).toEqual([{ allow: false, from: ['a'], to: ['@a'], types: [] }]);
  });

  it('hold agents of the session only, whatever is written', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'w', 'w-1', 'w-2'), { minLength: 1 }), async (members) => {
        const spec = await loaded(`${CREW}groups: { g: ${JSON.stringify(members)} }`);
        const group = spec.messages.groups.g ?? [];
        expect(spec.agents.map((each) => each.name)).toEqual(expect.arrayContaining([...group]));
        expect(new Set(group).size).toBe(group.length);
        for (const member of members) expect(group).toContain(member === 'w' ? 'w-1' : member);
      }),
      { numRuns: 50 },
    ));
});

describe('policy', () => {
  it('means everybody where it names nobody, and replicas one by one', async () =>
    expect(
      (await mail(`${CREW}policy: [{ deny: {} }, { allow: { from: [w, external], to: external, types: [note] } }]`))
        .policy,
    ).toEqual([
      { allow: false, from: ['*'], to: ['*'], types: [] },
      { allow: true, from: ['w-1', 'w-2', 'external'], to: ['external'], types: ['note'] },
    ]));
});

describe('agent types', () => {
  const typed = (types: string, text = '{ type: mybot }') => loaded(`${withAgents(`a: ${text}`)}agent_types: ${types}`);

  it('are explicit, with nothing where nothing is written', async () => {
    const { agentTypes } = await loaded(GARDEN, { files: GARDEN_FILES });
    expect(agentTypes).toEqual({
      mybot: {
        extends: 'claude',
        command: ['mybot'],
        screen: { busy: ['^⠋'] },
        title: { idle: ['^✳'] },
        composer: '^> $',
        submit: { keys: ['Enter'], wait: 300 },
        quit: ['C-c', 'C-c'],
      },
    });
    const none = { extends: null, screen: {}, title: {}, composer: null, submit: null, quit: null };
    expect((await typed('{ mybot: { command: [x] } }')).agentTypes).toEqual({ mybot: { ...none, command: ['x'] } });
    expect((await typed('{ claude: { submit: {} } }', '{ type: claude }')).agentTypes).toEqual({
      claude: { ...none, extends: 'claude', command: null, submit: { keys: ['Enter'], wait: 300 } },
    });
    expect((await loaded(GARDEN, { files: GARDEN_FILES, profile: 'production' })).agentTypes).toEqual({});
  });

  it.each([
    ['{ mybot: { command: [x, -y] } }', '{ type: mybot }', { kind: 'argv', argv: ['x', '-y'] }],
    ['{ mybot: { command: x -y } }', '{ type: mybot }', { kind: 'argv', argv: ['sh', '-c', 'x -y'] }],
    ['{ mybot: { extends: codex } }', '{ type: mybot }', { kind: 'argv', argv: ['codex'] }],
    ['{ mybot: { extends: codex } }', '{ type: mybot, command: z }', { kind: 'shell', script: 'z' }],
    ['{ codex: { command: [x] } }', '{ type: codex }', { kind: 'argv', argv: ['x'] }],
    ['{ constructor: { extends: command, command: [x] } }', '{ type: constructor }', { kind: 'argv', argv: ['x'] }],
  ])('%s gives %s its command', async (types, text, command) => {
    const [a] = (await typed(types, text)).agents;
    expect(a?.command).toEqual(command);
  });

  it('is the account of an agent that names none', async () => {
    expect((await agent('{ type: claude }')).account).toBe('claude');
    expect((await agent('{ type: claude, account: team@example.org }')).account).toBe('team@example.org');
    expect((await agent('{ command: top }')).account).toBe('command');
  });
});

describe('delivery and resume', () => {
  it('are inherited', async () => {
    const file = `version: 1\nsession: s\ndefaults: { delivery: inbox, resume: false }\nagents: { a: { type: worker }, b: { type: worker, delivery: now, resume: true } }`;
    const { agents, defaults } = await loaded(file);
    expect(agents).toMatchObject([
      { delivery: 'inbox', resume: false },
      { delivery: 'now', resume: true },
    ]);
    expect(defaults).toMatchObject({ delivery: 'inbox', resume: false });
  });
});
