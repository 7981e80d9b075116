import { expect, it } from 'vitest';
import { problems, withAgents } from '../../test/support/config-load.ts';

/** A file with one agent, whose next line is the fifth. */
const A = withAgents('kaede: { type: worker }');

/** Each a file with one mistake about messages or agent types, and what is said about it. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['a number as type', withAgents('a: { type: 7 }'), '4:14 agents.a.type: this must be text, not `7`'],
  [
    'a type of the own file, misspelled',
    `${withAgents('a: { type: mybto }')}agent_types: { mybot: { command: mybot } }`,
    '4:14 agents.a.type: `mybto` is not possible here | did you mean `mybot`?',
  ],
  [
    'a type without a command',
    `${withAgents('a: { type: mybot }')}agent_types: { mybot: { quit: [C-c] } }`,
    '4:3 agents.a: the agent `a` is of type mybot, which has no command | add a `command`, here or under agent_types.mybot',
  ],
  [
    'delivery',
    withAgents('a: { type: worker, delivery: inobx }'),
    '4:32 agents.a.delivery: `inobx` is not possible here | did you mean `inbox`?',
  ],
  [
    'resume',
    withAgents('a: { type: worker, resume: never }'),
    'agents.a.resume: this must be true or false, not `never`',
  ],
  [
    'account',
    withAgents('a: { type: worker, account: "my key" }'),
    '4:31 agents.a.account: this is not the name of an account | letters, digits',
  ],
  ['account is no default', `${A}defaults: { account: x }`, '5:13 defaults.account: unknown key `account`'],
  [
    'depth',
    `${A}messages: { depth: 0 }`,
    '5:20 messages.depth: this must be a whole number from 1 to 1,000,000, not `0`',
  ],
  [
    'ttl',
    `${A}messages: { ttl: 60 }`,
    '5:18 messages.ttl: this must be `off` or a duration with its unit, not a number | did you mean',
  ],
  ['lease', `${A}messages: { lease: 0s }`, '5:20 messages.lease: this duration must be longer than 0'],
  ['keep is never off', `${A}messages: { keep: off }`, '5:19 messages.keep: this must be a duration with its unit'],
  [
    'messages: backoff',
    `${A}messages: { backoff: { initial: 2m } }`,
    '5:22 messages.backoff: `initial` is longer than `max`',
  ],
  [
    'group member',
    `${A}groups: { g: [akede, kaede] }`,
    '5:15 groups.g.0: there is no agent `akede` | did you mean `kaede`?',
  ],
  ['group in a group', `${A}groups: { g: [kaede], h: ['@g'] }`, '5:27 groups.h.0: a group cannot hold another group'],
  ['all as a group', `${A}groups: { g: ['*'] }`, '5:15 groups.g.0: `*` is not a member | a message to `broadcast`'],
  ['empty group', `${A}groups: { g: [] }`, '5:14 groups.g: this group is empty | name its members, or remove it'],
  ['group: no list', `${A}groups: { g: kaede }`, '5:14 groups.g: this must be a list, not text'],
  [
    'group name with @',
    `${A}groups: { '@g': [kaede] }`,
    '5:11 groups.@g: the name `@g` is not possible | did you mean `g`?',
  ],
  ['reserved group', `${A}groups: { all: [kaede] }`, '5:11 groups.all: the name `all` is one that orchestra keeps'],
  [
    'rule without a verb',
    `${A}policy: [{}]`,
    '5:10 policy.0: this rule has neither `allow` nor `deny` | write - deny: { to: [kaede] }',
  ],
  [
    'rule with two verbs',
    `${A}policy: [{ allow: {}, deny: {} }]`,
    '5:10 policy.0: `allow` and `deny` exclude each other | write two rules',
  ],
  ['rule: verb', `${A}policy: [{ dney: {} }]`, '5:12 policy.0.dney: unknown key `dney` | did you mean `deny`?'],
  [
    'rule: key',
    `${A}policy: [{ deny: { form: '*' } }]`,
    '5:20 policy.0.deny.form: unknown key `form` | did you mean `from`?',
  ],
  [
    'rule: agent',
    `${A}policy: [{ deny: { from: akede } }]`,
    '5:26 policy.0.deny.from: there is no agent `akede` | did you mean `kaede`?',
  ],
  [
    'rule: group',
    `${A}groups: { team: [kaede] }\npolicy: [{ deny: { to: ['@taem'] } }]`,
    '6:25 policy.0.deny.to.0: there is no group `@taem` | did you mean `@team`?',
  ],
  [
    'rule: group without @',
    `${A}groups: { team: [kaede] }\npolicy: [{ deny: { to: [team] } }]`,
    '6:25 policy.0.deny.to.0: `team` is a group | did you mean `@team`?',
  ],
  [
    'rule: broadcast',
    `${A}policy: [{ deny: { to: [broadcast] } }]`,
    "`broadcast` is not possible here | write '*' for all",
  ],
  [
    'rule: type',
    `${A}policy: [{ deny: { types: [task_asign] } }]`,
    '5:28 policy.0.deny.types.0: `task_asign` is not possible here | did you mean `task_assign`?',
  ],
  ['rule: unquoted *', `${A}policy: [{ deny: { to: [*] } }]`, 'put quotes around text that begins with *'],
  [
    'agent type: extends',
    `${A}agent_types: { b: { extends: cluade } }`,
    '5:30 agent_types.b.extends: `cluade` is not possible here | did you mean `claude`?',
  ],
  [
    'agent type: a built-in one extends another',
    `${A}agent_types: { claude: { extends: codex } }`,
    '5:35 agent_types.claude.extends: the built-in type `claude` extends itself',
  ],
  ['agent type: worker', `${A}agent_types: { worker: {} }`, '5:16 agent_types.worker: the type `worker` is built in'],
  ['agent type: name', `${A}agent_types: { My Bot: {} }`, 'the name `My Bot` is not possible | did you mean `my-bot`?'],
  [
    'agent type: activity',
    `${A}agent_types: { b: { screen: { bsuy: [x] } } }`,
    '5:31 agent_types.b.screen.bsuy: unknown key `bsuy` | did you mean `busy`?',
  ],
  [
    'agent type: pattern',
    `${A}agent_types: { b: { title: { idle: ['('] } } }`,
    '5:37 agent_types.b.title.idle.0: this is not a regular expression: unterminated group',
  ],
  [
    'agent type: escape',
    `${A}agent_types: { b: { composer: '\\- ' } }`,
    '5:31 agent_types.b.composer: this is not a regular expression: invalid escape | put \\ before special characters only',
  ],
  [
    'agent type: empty line',
    `${A}agent_types: { b: { screen: { busy: ['^ *$'] } } }`,
    '5:38 agent_types.b.screen.busy.0: this matches an empty line | every screen has some',
  ],
  [
    'agent type: key',
    `${A}agent_types: { b: { quit: [Ctrl-C] } }`,
    '5:28 agent_types.b.quit.0: tmux would type this out as letters | did you mean C-c?',
  ],
  [
    'agent type: no key',
    `${A}agent_types: { b: { submit: { keys: [] } } }`,
    'submit.keys: there is no key that submits',
  ],
  [
    'agent type: wait',
    `${A}agent_types: { b: { submit: { wait: 1m } } }`,
    '5:37 agent_types.b.submit.wait: this duration is longer than 10s',
  ],
];

it.each(MISTAKES)('%s is said once, where it is', async (_, text, expected) => {
  const said = (await problems(text)).map(
    (each) => `${each.line}:${each.column} ${each.path}: ${each.message} | ${each.hint}`,
  );
  expect(said.join('\n')).toContain(expected);
  expect(said).toHaveLength(1);
});

it('too many groups are refused with one sentence', async () => {
  const groups = Array.from({ length: 600 }, (_, n) => `g${n}: [kaede]`).join(', ');
  expect((await problems(`${A}groups: { ${groups} }`)).map((each) => each.message)).toEqual([
    'there are 600 groups; a session has at most 500',
  ]);
});

it.each([
  ['groups: { taem: null }', 'there is no group `taem` to leave out', 'did you mean `team`?'],
  ['agent_types: { mybto: null }', 'there is no agent type `mybto` to leave out', 'did you mean `mybot`?'],
])('a profile leaves out what is there: %s', async (change, message, hint) => {
  const file = `${A}groups: { team: [kaede] }\nagent_types: { mybot: {} }\nprofiles: { p: { ${change} } }`;
  expect(await problems(file, { profile: 'p' })).toMatchObject([{ line: 7, message, hint }]);
});
