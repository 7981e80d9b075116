import { describe, expect, it } from 'vitest';
import { GARDEN, load, problems, withAgents } from '../../test/support/config-load.ts';
import { formatProblems, type Problem } from './index.ts';

const one = async (text: string, around?: Parameters<typeof problems>[1]): Promise<string[]> =>
  (await problems(text, around)).map(
    (each) => `${each.line}:${each.column} ${each.path}: ${each.message} | ${each.hint}`,
  );

const HEAD = 'version: 1\nsession: garden\n';

/** Each a file with one mistake and what is said about it. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  [
    'unknown key',
    withAgents('a: { type: worker, restrat: always }'),
    '4:22 agents.a.restrat: unknown key `restrat` | did you mean `restart`?',
  ],
  [
    'unknown top key',
    `${HEAD}agent: {}\nagents: { a: { type: worker } }`,
    '3:1 agent: unknown key `agent` | did you mean `agents`?',
  ],
  [
    'wrong kind',
    withAgents('a: { type: worker, skills: shell }'),
    '4:30 agents.a.skills: this must be a list, not text',
  ],
  ['agent is a list', withAgents('a: [worker]'), '4:6 agents.a: this must be a map, not a list'],
  [
    'unknown type',
    withAgents('a: { type: cluade }'),
    '4:14 agents.a.type: `cluade` is not possible here | did you mean `claude`?',
  ],
  [
    'bare duration',
    withAgents('a: { type: worker, stop: { timeout: 10 } }'),
    'timeout: this must be a duration with its unit, not `10` | did you mean 10s?',
  ],
  [
    'union: the scalar branch',
    withAgents('a: { type: worker, restart: alwys }'),
    '4:31 agents.a.restart: `alwys` is not possible here | did you mean `always`?',
  ],
  [
    'union: the map branch',
    withAgents('a: { type: worker, restart: { backof: off } }'),
    '4:33 agents.a.restart.backof: unknown key `backof` | did you mean `backoff`?',
  ],
  [
    'union inside a union',
    withAgents('a: { type: worker, restart: { backoff: { max: 1 } } }'),
    'agents.a.restart.backoff.max: this must be a duration with its unit, not `1` | did you mean 1s?',
  ],
  ['union: no branch', withAgents('a: { type: worker, restart: [always] }'), '4:31 agents.a.restart: this must be'],
  [
    'backoff: on',
    withAgents('a: { type: worker, restart: { backoff: true } }'),
    'this must be `off` or a map, not true or false',
  ],
  [
    'an unquoted word of YAML',
    withAgents('a: { type: worker, role: true }'),
    '4:28 agents.a.role: this must be text, not `true` | put quotes around it',
  ],
  [
    'duplicate key',
    withAgents('a: { type: worker }', 'a: { type: claude }'),
    '5:3 agents.a: `a` is there twice | it is on line 4 already',
  ],
  ['syntax', `${HEAD}agents: { a: [`, 'closing bracket'],
  ['tabs', `${HEAD}agents:\n\ta: { type: worker }`, 'a tab is used for indentation'],
  ['two documents', `${HEAD}agents: { a: { type: worker } }\n---\nx: 1`, 'more than one document'],
  ['empty', '', '1:1 : the file is empty | `orchestra init` writes one'],
  ['a scalar', 'hello', '1:1 : this must be a map, not text'],
  [
    'no version',
    'session: s\nagents: { a: { type: worker } }',
    'version: `version` is missing | add the line version: 1',
  ],
  [
    'version as text',
    'version: "1"\nsession: s\nagents: { a: { type: worker } }',
    '1:10 version: this must be the number 1, not `1`',
  ],
  ['no agents', HEAD, '`agents` is missing'],
  ['no agent', `${HEAD}agents: {}`, 'there are no agents'],
  [
    'session name',
    'version: 1\nsession: my.session\nagents: { a: { type: worker } }',
    '2:10 session: the session name `my.session` is not possible | did you mean `my-session`?',
  ],
  [
    'capital name',
    withAgents('Kaede: { type: worker }'),
    '4:3 agents.Kaede: the name `Kaede` is not possible | did you mean `kaede`?',
  ],
  ['name with ;', withAgents('"a;b": { type: worker }'), 'the name `a;b` is not possible | did you mean `a-b`?'],
  ['name with $()', withAgents('"$(reboot)": { type: worker }'), 'the name `$(reboot)` is not possible'],
  ['name with newline', withAgents('"a\\nb": { type: worker }'), 'the name `a\\nb` is not possible'],
  ['name with an escape', withAgents('"\\e[31mred": { type: worker }'), 'the name `\\e[31mred` is not possible'],
  ['reserved name', withAgents('dashboard: { type: worker }'), 'the name `dashboard` is one that orchestra keeps'],
  ['prototype', withAgents('__proto__: { type: worker }'), 'the key `__proto__` is not allowed'],
  [
    'replica takes a name',
    withAgents('w-2: { type: worker }', 'w: { type: worker, replicas: 2 }'),
    '5:3 agents.w: `w-2` is there twice',
  ],
  [
    'replica name too long',
    withAgents(`${'a'.repeat(31)}: { type: worker, replicas: 1 }`),
    'has a name that is too long',
  ],
  ['no replicas', withAgents('a: { type: worker, replicas: 0 }'), '4:32 agents.a.replicas: no replicas at all'],
  [
    'too many replicas',
    withAgents('a: { type: worker, replicas: 600 }', 'b: { type: worker, replicas: 600 }'),
    'there are 1,200 agents; a session has at most 1,000',
  ],
  [
    'cycle',
    withAgents(
      'a: { type: worker, depends_on: [b] }',
      'b: { type: worker, depends_on: [c] }',
      'c: { type: worker, depends_on: [a] }',
    ),
    '6:35 agents.c.depends_on.0: agents wait for each other: a -> b -> c -> a',
  ],
  ['cycle with itself', withAgents('w: { type: worker, replicas: 2, depends_on: [w-1] }'), 'w -> w'],
  [
    'unknown dependency',
    withAgents('kaede: { type: worker }', 'b: { type: worker, depends_on: [keade] }'),
    '5:35 agents.b.depends_on.0: there is no agent `keade` to depend on | did you mean `kaede`?',
  ],
  [
    'unknown condition',
    withAgents('a: { type: worker }', 'b: { type: worker, depends_on: { a: redy } }'),
    '`redy` is not possible here | did you mean `ready`?',
  ],
  [
    'missing cwd',
    withAgents('a: { type: worker, cwd: nowhere }'),
    '4:27 agents.a.cwd: the folder `nowhere` does not exist',
  ],
  ['cwd is a file', withAgents('a: { type: worker, cwd: orchestra.yaml }'), 'is a file, not a folder'],
  [
    'missing env_file',
    withAgents('a: { type: worker, env_file: [.env] }'),
    '4:33 agents.a.env_file.0: the env file `.env` does not exist',
  ],
  [
    'missing variable',
    withAgents('a: { type: worker, env: { T: "${TOKEN}" } }'),
    'agents.a.env.T: the environment variable `TOKEN` is not set',
  ],
  ['broken reference', withAgents('a: { type: worker, env: { T: "${TOKEN" } }'), 'a ${ is not closed'],
  [
    'variable name',
    withAgents('a: { type: worker, env: { "A B": x } }'),
    '4:29 agents.a.env: this is not the name of a variable',
  ],
  [
    'boolean variable',
    withAgents('a: { type: worker, env: { A: true } }'),
    'agents.a.env.A: the value must be text | put quotes around it',
  ],
  [
    'no command',
    withAgents('claud: {}'),
    'the agent `claud` has neither a `type` nor a `command` | did you mean { type: claude }?',
  ],
  ['type command alone', withAgents('a: { type: command }'), 'is of type command and has no `command`'],
  ['empty command', withAgents('a: { command: "  " }'), 'this command is empty'],
  ['empty argv', withAgents('a: { command: [] }'), 'this command is empty'],
  ['command of a worker', withAgents('a: { type: worker, command: top }'), 'a worker is built in and takes no command'],
  ['NUL', withAgents('a: { command: "a\\0b" }'), 'text may not hold the character'],
  [
    'two probes',
    withAgents('a: { type: worker, ready: { log: a, file: b } }'),
    '4:39 agents.a.ready.file: `log` and `file` exclude each other',
  ],
  [
    'no probe',
    withAgents('a: { type: worker, ready: { timeout: 1s } }'),
    '`ready` needs one of log, file, exec, http, tcp, delay',
  ],
  [
    'stray interval',
    withAgents('a: { type: worker, ready: { log: a, interval: 1s } }'),
    '`interval` only goes with `exec`',
  ],
  [
    'regular expression',
    withAgents('a: { type: worker, ready: { log: "(" } }'),
    'this is not a regular expression: unterminated group',
  ],
  [
    'regular expression that takes for ever',
    withAgents('a: { type: worker, ready: { log: "(a+)+$" } }'),
    '4:36 agents.a.ready.log: this regular expression takes for ever on some lines | a repetition inside a repetition, as in (a+)+',
  ],
  [
    'key in words',
    withAgents('a: { type: worker, stop: { keys: [Ctrl-C] } }'),
    'tmux would type this out as letters | did you mean C-c?',
  ],
  [
    'steps too long',
    withAgents('a: { type: worker, stop: { timeout: 1s, steps: { int: 5s } } }'),
    'the steps take longer than `timeout` allows',
  ],
  [
    'size',
    withAgents('a: { type: worker, limits: { memory: 2gb } }'),
    'this must be a size with its unit, not `2gb` | did you mean 2GB?',
  ],
  [
    'backoff upside down',
    withAgents('a: { type: worker, restart: { backoff: { initial: 2m } } }'),
    '`initial` is longer than `max`',
  ],
  [
    'control characters in display',
    withAgents('a: { type: worker, display: "\\e[2J" }'),
    'this text holds control characters',
  ],
  [
    'direction override in role',
    withAgents('a: { type: worker, role: "\\u202Eevil" }'),
    'this text holds control characters',
  ],
  [
    'unknown layout',
    `${HEAD}layout: nin\nagents: { a: { type: worker } }`,
    '3:9 layout: there is no layout `nin` | did you mean `nine`?',
  ],
  [
    'missing layout file',
    `${HEAD}layout: ./mine.yaml\nagents: { a: { type: worker } }`,
    '3:9 layout: the layout `./mine.yaml` does not exist',
  ],
  [
    'in a profile that is not asked for',
    `${GARDEN.replace('env_file: .env.codex', '')}  dev: { layuot: five }\n`,
    '23:10 profiles.dev.layuot: unknown key `layuot` | did you mean `layout`?',
  ],
  ['tag', withAgents('a: !x { type: worker }'), 'tags (!name) are not supported'],
  ['no anchor', withAgents('a: *x'), 'before this alias'],
];

describe('a mistake is said once, where it is', () => {
  it.each(MISTAKES)('%s', async (_, text, expected) => {
    const said = await one(text);
    expect(said.join('\n')).toContain(expected);
    expect(said).toHaveLength(1);
  });
});

describe('profiles', () => {
  const file = `${HEAD}agents: { a: { type: worker } }\nprofiles:\n  production: { agents: { a: { cwd: gone } } }\n`;
  it('an unknown one', async () =>
    expect(await one(file, { profile: 'prodution' })).toEqual([
      '5:3 profiles: there is no profile `prodution` | did you mean `production`?',
    ]));
  it('a name that acts on a terminal is spelled out in the list of them', async () => {
    const text = `${HEAD}agents: { a: { type: worker } }\nprofiles: { "\\e[2J": {} }\n`;
    expect(await one(text, { profile: 'zzzzzz' })).toEqual([expect.stringContaining('| there are: \\e[2J')]);
  });
  it('shows a problem where the profile has it', async () =>
    expect(await one(file, { profile: 'production' })).toEqual([
      expect.stringMatching(/^5:37 profiles\.production\.agents\.a\.cwd: the folder `gone` does not exist/),
    ]));
  it('a missing file', async () => {
    const { loadConfig } = await import('./index.ts');
    const { memoryPorts } = await import('../../test/support/config-ports.ts');
    const result = await loadConfig('/garden/none.yaml', {}, memoryPorts({}));
    expect(result.ok ? [] : result.problems).toMatchObject([{ line: 0, message: 'the configuration does not exist' }]);
  });
});

describe('many at once', () => {
  it('come all, in order, and a problem of the defaults once', async () => {
    const text = `${HEAD}defaults: { cwd: gone, stop: { timeout: 3 } }\nagents:\n  a: { type: worker, x: 1 }\n  b: { type: wrker }\n`;
    expect((await problems(text)).map((each) => [each.line, each.path])).toEqual([
      [3, 'defaults.cwd'],
      [3, 'defaults.stop.timeout'],
      [5, 'agents.a.x'],
      [6, 'agents.b.type'],
    ]);
  });

  it('are cut when printed', () => {
    const problem: Problem = { file: '/a\x1b[31m', line: 1, column: 2, path: 'p', message: 'm', hint: 'h' };
    const printed = formatProblems(Array.from({ length: 23 }, () => problem));
    expect(printed.split('\n')).toHaveLength(41);
    expect(printed).toMatch(/^\/a\\e\[31m:1:2: p: m\n {2}h\n/);
    expect(printed).toMatch(/and 3 more problems$/);
  });
});

describe('secrets', () => {
  it.each([
    withAgents('a: { type: worker, env: { T: [hunter2] } }'),
    withAgents('a: { type: worker, env: { "T=hunter2": x } }'),
    withAgents('a: { type: worker, env: hunter2 }'),
    withAgents('a: { type: worker, env: { T: "${A:-hunter2" } }'),
    withAgents('a: { type: worker, env_file: T=hunter2 }'),
    withAgents('a: { type: worker, env_file: { T: hunter2 } }'),
    withAgents('a: { type: worker, env_file: keys }'),
    withAgents('a:', '  env:', '    T: "hunter2'),
    withAgents('a:', '  env:', '    T: *hunter2x y'),
  ])('are in no problem: %#', async (text) => {
    const found = await problems(text, { files: { '/garden/keys': 'A=1\nhunter2\nB="hunter2\n' } });
    expect(found.length).toBeGreaterThan(0);
    expect(
      JSON.stringify(found.map((each) => ({ ...each, message: each.message.replace('`&hunter2x`', '') }))),
    ).not.toContain('hunter2');
  });
});

describe('too much', () => {
  // Processor time: on a machine that is busy with something else the clock on the wall says nothing about us.
  const timed = async (text: string): Promise<{ said: string[]; ms: number }> => {
    const start = process.cpuUsage();
    const said = await one(text);
    const { user, system } = process.cpuUsage(start);
    return { said, ms: (user + system) / 1_000 };
  };

  it('ten thousand agents are refused with one sentence', async () => {
    const { said, ms } = await timed(
      withAgents(...Array.from({ length: 10_000 }, (_, n) => `a${n}: { type: worker, skills: [shell] }`)),
    );
    expect(said).toEqual([
      '4:3 agents: there are 10,000 agents; a session has at most 1,000 | use fewer, or several projects',
    ]);
    expect(ms).toBeLessThan(2_000);
  });

  it('a thousand are fine', async () => {
    const result = await load(withAgents(...Array.from({ length: 1_000 }, (_, n) => `a${n}: { type: worker }`)));
    expect(result.ok).toBe(true);
  });

  it('a file over 1 MiB', async () => expect((await one(`#${'x'.repeat(1 << 20)}`))[0]).toContain('larger than 1 MiB'));

  it('an alias bomb', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `x${n + 1}: &x${n + 1} [${Array(9).fill(`*x${n}`).join(', ')}]`,
    );
    const { said, ms } = await timed(`x0: &x0 [a]\n${levels.join('\n')}`);
    expect(said.join('\n')).toContain('aliases (*name) repeat too much');
    expect(ms).toBeLessThan(1_000);
  });

  it('an alias inside of what it names', async () => expect((await one('a: &x [*x, *x]')).length).toBeGreaterThan(0));

  it.each([
    [']', 'closing brackets that nothing opened'],
    ['%\n', 'too many lines that begin with %'],
    ['[', 'brackets are nested more than 64 deep'],
  ])('%j is refused before the parser takes seconds for it', async (piece, expected) => {
    expect((await one(piece.repeat(10_000))).join()).toContain(expected);
  });

  it.each([
    '[',
    ']',
    '{a: ',
    '- ',
    '? ',
    'a: ',
    '&a ',
    '*a ',
    '!!x ',
    '"',
    '%\n',
    'a:\n',
    '\n',
    '#\n',
    ': ',
    '}',
    '|\n',
  ])('a megabyte of %j', async (piece) => {
    const { said, ms } = await timed(piece.repeat(Math.floor(1_000_000 / piece.length)));
    expect(said.length).toBeGreaterThan(0);
    expect(ms).toBeLessThan(2_000);
  });
});
