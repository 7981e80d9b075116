import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node-pty';
import { describe, expect } from 'vitest';
import { kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { Service, slackAnswer } from '../support/services.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

/** A crew with one agent that works and one that dies until it is broken. */
const crew = (notices: object, momiji: object = { command: ['sh', '-c', 'exit 3'] }) =>
  JSON.stringify({
    version: 1,
    session: 'garden',
    layout: 'grid',
    defaults: {
      stop: { keys: [], timeout: '900ms' },
      restart: { backoff: 'off', breaker: { exits: 3, within: '1m' } },
    },
    agents: { kaede: { command: ['sleep', '1000'] }, momiji },
    notices,
  });

const test = base.extend<{ slack: Service }>({
  // The project is ended first: what it has still to tell is told to somebody.
  slack: async ({ task: _ }, use) => {
    const slack = await new Service(slackAnswer).start();
    await use(slack);
    await slack.close();
  },
});

const TEAM = { team: { slack: { url: '${SLACK_WEBHOOK}' } } };
const SECRET = 'sesame-0c7a';

/** Brings it up with the address in its environment, which every later command does without. */
async function up(project: Project, slack: Service, text: string): Promise<void> {
  project.writeText(text);
  const env = { ...project.env, SLACK_WEBHOOK: slack.url(`/services/T0/B0/${SECRET}`) };
  const ran = await project.cli(['up', '--no-attach'], { env });
  // An agent that breaks at once makes it 9.
  expect([0, 9], ran.stderr).toContain(ran.code);
}

const textsOf = (slack: Service): string[] => slack.bodies.map(({ text }) => String(text));
const told = (slack: Service, what: string | RegExp): Promise<string[]> =>
  until(
    `a notice of ${what}`,
    () => textsOf(slack),
    (texts) => texts.some((text) => text.match(what)),
  );

describe('notices of a session', () => {
  test('an agent becomes broken, and Slack hears of it; its address is nowhere', async ({ project, slack }) => {
    await up(
      project,
      slack,
      crew({ channels: TEAM, rules: [{ events: ['agent.broken'], to: ['team'] }], group_wait: '100ms' }),
    );
    await told(slack, 'broken');
    expect(textsOf(slack)).toEqual([
      expect.stringMatching(/^🔴 garden: momiji: is broken: died 3 times within 60 s, last: .*3/),
    ]);
    expect(slack.asked[0]?.path).toBe(`/services/T0/B0/${SECRET}`);
    // Sent once, and known to be: nothing of it is left to be told.
    const list = await until(
      'the list',
      () => project.ok('notices', 'list'),
      (text) => /team +slack +sent 20/.test(text),
    );
    expect(list).toContain('agent.broken');
    expect(JSON.parse(await project.ok('notices', 'list', '--json'))).toMatchObject({
      running: true,
      channels: [{ channel: 'team', kind: 'slack', waiting: 0, trouble: null, quiet_until: null }],
      rules: [{ events: ['agent.broken'], severity: 'info', agents: null, to: ['team'] }],
    });
    const config = await project.cli(['config', 'show'], {
      env: { ...project.env, SLACK_WEBHOOK: slack.url(`/${SECRET}`) },
    });
    expect(config.stdout).toContain('url: "***"');
    const said = [list, config.stdout, JSON.stringify(await project.events()), JSON.stringify(await project.status())];
    await project.down();
    for (const file of filesBelow(project.paths.root)) said.push(readFileSync(file, 'latin1'));
    expect(said.length).toBeGreaterThan(6);
    for (const text of said) expect(text).not.toContain(SECRET);
  });

  test('a controller that is killed in the group window tells it later, once', async ({ project, slack }) => {
    await up(
      project,
      slack,
      crew(
        { channels: TEAM, rules: [{ events: ['agent.crashed'], agents: ['momiji'], to: ['team'] }], group_wait: '3s' },
        { command: ['sleep', '1000'], restart: { breaker: 'off' } },
      ),
    );
    kill(await project.pidOf('momiji'));
    await until(
      'the event',
      () => project.journal(),
      (events) => events.some(({ type }) => type === 'agent.exited'),
    );
    await until(
      'it to be kept',
      () => stateOf(project),
      (state) => state.includes('agent.crashed'),
    );
    const { controller } = await project.status();
    kill(controller.pid);
    await told(slack, 'momiji');
    const next = await project.until('another controller', (snapshot) => snapshot.controller.pid !== controller.pid);
    kill(next.controller.pid);
    await project.until('a third controller', (snapshot) => snapshot.controller.pid !== next.controller.pid);
    kill(await project.pidOf('momiji'));
    await until(
      'the second notice',
      () => textsOf(slack),
      (texts) => texts.length > 1,
    );
    const crash = expect.stringMatching(/^🟠 garden: momiji: ended after .*: signal, status 137$/);
    expect(textsOf(slack)).toEqual([crash, crash]);
  });

  test('what was on its way when the controller was killed is not sent again, and that is said', async ({
    project,
    slack,
  }) => {
    slack.answering(() => 'silent');
    const rules = [{ events: ['agent.broken'], to: ['team'] }];
    await up(project, slack, crew({ channels: TEAM, rules, group_wait: '0s' }));
    await told(slack, 'broken');
    const { controller } = await project.status();
    kill(controller.pid);
    slack.answering(slackAnswer);
    await project.until('another controller', (snapshot) => snapshot.controller.pid !== controller.pid);
    const events = await until(
      'the word of it',
      () => project.events(),
      (all) => all.some(({ type }) => type === 'notice.failed'),
    );
    expect(events.filter(({ type }) => type === 'notice.failed')).toMatchObject([
      { data: { channel: 'team', why: expect.stringContaining('may have arrived, and is not sent again') } },
    ]);
    await project.ok('notices', 'test');
    expect(textsOf(slack).map((text) => text.includes('broken'))).toEqual([true, false]);
  });

  test('what is stopped has not crashed, and the end of the session is told of before it is over', async ({
    project,
    slack,
  }) => {
    const rules = [{ events: ['session.*', 'agent.crashed', 'agent.broken'], to: ['team'] }];
    await up(project, slack, crew({ channels: TEAM, rules, group_wait: '1m' }, { command: ['sleep', '1000'] }));
    await project.ok('stop', 'momiji');
    await project.down();
    expect(textsOf(slack)).toEqual([
      expect.stringMatching(
        /^🔵 garden: 2 events\nsession garden is up with 2 agents\nsession garden taken down by \w+$/,
      ),
    ]);
    await up(project, slack, crew({ channels: TEAM, rules, group_wait: '100ms' }, { command: ['sleep', '1000'] }));
    await told(slack, /^🔵 garden: session garden is up/);
    expect(textsOf(slack)).toHaveLength(2);
  });

  test('a channel that fails is in the status until it works, and in the journal once', async ({ project, slack }) => {
    slack.answering(() => ({ status: 404, body: 'no_service' }));
    const rules = [{ events: ['agent.restarted'], to: ['team'] }];
    await up(
      project,
      slack,
      crew({ channels: TEAM, rules, group_wait: '0s' }, { command: ['sleep', '1000'], restart: { breaker: 'off' } }),
    );
    kill(await project.pidOf('momiji'));
    const trouble = 'notices to team: 127.0.0.1 answers 404: no_service';
    await project.until('trouble', ({ controller }) => controller.degraded.includes(trouble));
    slack.answering(slackAnswer);
    kill(await project.pidOf('momiji'));
    await project.until('no trouble', ({ controller }) => controller.degraded.length === 0);
    expect(textsOf(slack).at(-1)).toContain('1 earlier one could not be sent');
    const failed = (await project.events()).filter(({ type }) => type === 'notice.failed');
    expect(failed).toMatchObject([
      { data: { channel: 'team', attempts: 1, why: '127.0.0.1 answers 404: no_service' } },
    ]);
  });

  test('other rules are applied without touching an agent', async ({ project, slack }) => {
    const momiji = { command: ['sleep', '1000'], restart: { breaker: 'off' } };
    project.writeText(crew({}, momiji));
    await project.ok('up', '--no-attach');
    const pid = await project.pidOf('kaede');
    const rules = [{ events: ['agent.crashed'], to: ['team'] }];
    const changed = crew({ channels: TEAM, rules, group_wait: '0s' }, momiji);
    project.writeText(changed);
    const env = { ...project.env, SLACK_WEBHOOK: slack.url() };
    const plan = await project.cli(['config', 'plan'], { env });
    expect(plan.stdout).toContain('the session will change  (notices.channels, notices.rules, notices.group_wait)');
    expect(plan.stdout).toContain('interrupts nobody');
    await project.cli(['up', '--no-attach'], { env });
    expect(await project.pidOf('kaede')).toBe(pid);
    // The session was brought up by a shell without it: said, not guessed.
    expect(await project.cli(['notices', 'test'])).toMatchObject({
      code: 9,
      stdout:
        '✖ team  the environment variable `SLACK_WEBHOOK` is not set in the shell the session was brought up in\n',
    });
    expect(slack.asked).toEqual([]);
  });
});

describe('orchestra notices test', () => {
  test('goes through the controller, by its environment', async ({ project, slack }) => {
    await up(
      project,
      slack,
      crew({ channels: { ...TEAM, mine: { command: ['./none'] } } }, { command: ['sleep', '1000'] }),
    );
    const ran = await project.cli(['notices', 'test', '--json']);
    expect(ran.code).toBe(9);
    expect(JSON.parse(ran.stdout)).toEqual({
      running: true,
      results: [
        { channel: 'team', kind: 'slack', ok: true, message: '127.0.0.1 took it' },
        {
          channel: 'mine',
          kind: 'command',
          ok: false,
          message: './none is not there: correct the channel',
        },
      ],
    });
    expect(textsOf(slack)).toEqual(['🔵 garden: a test of notices\nWhen you can read this, notices get here.']);
    expect(await project.cli(['notices', 'test', 'team'])).toMatchObject({
      code: 0,
      stdout: '✔ team  127.0.0.1 took it\n',
    });
    expect(await project.cli(['notices', 'test', 'tean'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean team?'),
    });
  });

  test('works before there is a session', async ({ project, slack }) => {
    project.writeText(crew({ channels: TEAM }));
    const env = { ...project.env, SLACK_WEBHOOK: slack.url() };
    expect(await project.cli(['notices', 'test', '--json'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"running": false'),
    });
    expect(textsOf(slack)).toHaveLength(1);
    expect((await project.cli(['notices', 'list'], { env })).stdout).toMatch(
      /team +slack +not running +nothing: no rule names it/,
    );
    slack.answering(() => ({ status: 404, body: 'no_service' }));
    expect(await project.cli(['notices', 'test'], { env })).toMatchObject({ code: 9 });
    expect((await project.cli(['notices', 'test'])).code).toBe(3);
  });
});

describe('the bell', () => {
  test('rings in every terminal that is attached', async ({ project, slack }) => {
    await up(project, slack, crew({ channels: { ring: 'bell' } }, { command: ['sleep', '1000'] }));
    expect(await project.ok('notices', 'test')).toBe('✔ ring  no terminal is attached: nobody heard it\n');
    const { socket } = (await project.status()).tmux;
    const terminals = [0, 1].map(() =>
      spawn('tmux', ['-u', '-S', socket, 'attach'], {
        cols: 100,
        rows: 30,
        env: { ...project.env, TERM: 'xterm-256color' },
      }),
    );
    const heard = terminals.map((terminal) => {
      const sounds = { bells: 0 };
      // A BEL also ends the title a terminal is given (OSC): those do not ring.
      let rest = '';
      terminal.onData((data) => {
        rest += data;
        sounds.bells = rest.replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '').split('\x07').length - 1;
      });
      return sounds;
    });
    try {
      await until(
        'two clients',
        () => project.tmux('list-clients', '-F', '#{client_tty}'),
        (lines) => lines.filter(Boolean).length === 2,
      );
      expect(await project.ok('notices', 'test')).toBe('✔ ring  rang in 2 terminals\n');
      await until(
        'the bells',
        () => heard.map(({ bells }) => bells),
        (bells) => bells.every((count) => count === 1),
      );
    } finally {
      for (const terminal of terminals) terminal.kill();
    }
  });
});

const stateOf = (project: Project): string =>
  ['', '-wal'].map((end) => readFileSync(`${project.paths.database}${end}`, 'latin1')).join('');

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path);
    return stat.isDirectory() ? filesBelow(path) : stat.isFile() ? [path] : [];
  });
}
