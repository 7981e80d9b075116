import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from 'node-pty';
import { describe, expect } from 'vitest';
import type { MailEntry } from '../../src/protocol/index.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { Terminal } from '../support/terminal.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

const AGENTS = ['kaede', 'momiji', 'sakura', 'tsubaki', 'hinoki'] as const;

/** Most of the session's window is the dashboard's. */
const LAYOUT = `root:
  column:
    - agents: grid
      columns: auto
    - pane: dashboard
      size: 30
`;

/** A person at a terminal that is attached to the session, where the dashboard has a pane. */
class Person {
  readonly #project: Project;
  readonly #terminal: IPty;

  constructor(project: Project) {
    this.#project = project;
    const size = { cols: 150, rows: 50, name: 'xterm-256color' };
    this.#terminal = spawn(process.execPath, [ORCHESTRA, 'attach'], {
      ...size,
      cwd: project.folder,
      env: project.env,
    });
  }

  /** Where the dashboard's pane is: its id, and its upper left cell, counted from 0. */
  async #pane(): Promise<{ id: string; left: number; top: number }> {
    const panes = await this.#project.tmux('list-panes', '-a', '-F', '#{@label},#{pane_id},#{pane_left},#{pane_top}');
    const [, id = '', left, top] = panes.find((line) => line.startsWith('dashboard,'))?.split(',') ?? [];
    return { id, left: Number(left), top: Number(top) };
  }

  async screen(): Promise<string[]> {
    return this.#project.tmux('capture-pane', '-p', '-t', (await this.#pane()).id);
  }

  async shows(text: string | RegExp): Promise<string> {
    const good = (screen: string): boolean => (typeof text === 'string' ? screen.includes(text) : text.test(screen));
    return until(`${text} in the dashboard`, async () => (await this.screen()).join('\n'), good);
  }

  press(keys: string): void {
    this.#terminal.write(keys);
  }

  /** What a terminal reports of the mouse at a cell of the dashboard, counted from 0 (xterm's SGR mode). */
  async #mouse(button: number, x: number, y: number, ...ends: readonly string[]): Promise<void> {
    const { left, top } = await this.#pane();
    for (const end of ends) this.#terminal.write(`\x1b[<${button};${left + x + 1};${top + y + 1}${end}`);
  }

  click = (x: number, y: number): Promise<void> => this.#mouse(0, x, y, 'M', 'm');

  wheel = (way: 'up' | 'down', x: number, y: number): Promise<void> => this.#mouse(way === 'up' ? 64 : 65, x, y, 'M');

  /** The row of the dashboard a text stands in. */
  async rowOf(text: string): Promise<number> {
    await this.shows(text);
    return (await this.screen()).findIndex((line) => line.includes(text));
  }

  leave(): void {
    this.#terminal.kill('SIGKILL');
  }
}

const test = base.extend<{ terminal: Terminal; person: Person }>({
  terminal: async ({ project }, use) => {
    const terminal = new Terminal(project);
    await project.up({ agents: { kaede: { type: 'worker' }, sakura: { type: 'worker', display: 'サクラ' } } });
    terminal.open(project.folder, 130, 24, 'dashboard');
    await terminal.shows(/sakura +サクラ +idle/);
    await use(terminal);
    terminal.close();
  },
  person: async ({ project }, use) => {
    writeFileSync(join(project.folder, 'wide.yaml'), LAYOUT);
    await project.up({
      layout: './wide.yaml',
      agents: Object.fromEntries(AGENTS.map((name) => [name, { type: 'worker' }])),
    });
    const person = new Person(project);
    await person.shows(/hinoki +idle/);
    await use(person);
    person.leave();
  },
});

const mailTo = (project: Project, agent: string): Promise<readonly MailEntry[]> =>
  project.rpc((client) => client.mail({ agent }));

/** How far each message to an agent got, by its text. */
const states = async (project: Project, agent: string): Promise<Record<string, string>> =>
  Object.fromEntries((await mailTo(project, agent)).map(({ message, state }) => [message.payload.text, state]));

/** Messages that lie in a mailbox until somebody lets them go. */
async function letters(project: Project, agent: string, count: number): Promise<string[]> {
  await project.ok('pause', agent);
  const texts = Array.from({ length: count }, (_, index) => `letter ${String(index + 1).padStart(2, '0')} of ${count}`);
  await project.rpc(async (client) => {
    for (const text of texts) await client.send({ type: 'note', to: agent, payload: { text } });
  });
  return texts;
}

describe('keys of the messages', () => {
  test('y answers the chosen message, c writes anew to who wrote it', async ({ project, terminal }) => {
    await project.ok('send', 'sakura', 'are you there?');
    terminal.press('3');
    // The newest is chosen: what sakura answered.
    await terminal.shows(/external .*echo: are you there\?/);
    const [echo] = await mailTo(project, 'external');
    terminal.press('y');
    await terminal.shows('to sakura');
    terminal.type('I am here');
    terminal.press('Enter');
    await until(
      'the answer at sakura',
      () => mailTo(project, 'sakura'),
      (mail) => mail.some(({ message }) => message.payload.text === 'I am here'),
    );
    const answer = (await mailTo(project, 'sakura')).find(({ message }) => message.payload.text === 'I am here');
    expect(answer?.message).toMatchObject({ from: 'external', to: 'sakura', replyTo: echo?.message.id });
    await until(
      'what was answered',
      () => states(project, 'external'),
      (all) => all['echo: are you there?'] === 'answered',
    );

    // An answer to an answer is not echoed: the newest is what went to sakura.
    await terminal.shows(/sakura .*I am here/);
    terminal.press('c');
    await terminal.shows('to sakura');
    terminal.type('something else');
    terminal.press('Enter');
    const anew = await until(
      'the new one at sakura',
      async () => (await mailTo(project, 'sakura')).find(({ message }) => message.payload.text === 'something else'),
      (mail) => mail?.state === 'answered',
    );
    expect(anew?.message).toMatchObject({ from: 'external', to: 'sakura', replyTo: null });
  });

  test('f shows those to a person, those that wait, those that were given up', async ({ project, terminal }) => {
    await project.ok('send', 'sakura', 'are you there?');
    const [first, second] = (await letters(project, 'kaede', 2)) as [string, string];
    terminal.press('3');
    const listed = async (mark: string, ...texts: string[]): Promise<void> => {
      await terminal.shows(mark);
      const all = ['echo: are you there?', first, second];
      await until(
        `of all texts just ${texts.join(', ')}`,
        () => terminal.screen(),
        (screen) => all.every((text) => screen.includes(text) === texts.includes(text)),
      );
    };
    await listed('[all]', 'echo: are you there?', first, second);
    terminal.press('f');
    await listed('[for you]', 'echo: are you there?');
    // Reading what was written to a person takes it in.
    expect(await states(project, 'external')).toEqual({ 'echo: are you there?': 'queued' });
    terminal.press('Enter');
    await until(
      'it is taken in',
      () => states(project, 'external'),
      (all) => all['echo: are you there?'] === 'acked',
    );
    // By itself: Esc and a letter at once are one key, Alt with it.
    terminal.press('Escape');
    await terminal.shows('[for you]');
    terminal.press('f');
    await listed('[queued 2]', first, second);
    terminal.press('Down', 'x');
    expect(await terminal.shows('throw away this message to kaede?')).toContain(first);
    terminal.press('y');
    await until(
      'the first is given up',
      () => states(project, 'kaede'),
      (all) => all[first] === 'dead' && all[second] === 'queued',
    );
    await listed('[queued 1]', second);
    terminal.press('f');
    await listed('[dead 1]', first);
    terminal.press('R');
    await until(
      'it waits again',
      () => states(project, 'kaede'),
      (all) => all[first] === 'queued',
    );
    terminal.press('f');
    await listed('[all]', 'echo: are you there?', first, second);
  });
});

describe('the mouse of who is attached', () => {
  test('chooses an agent in the crew, and the wheel the third below', async ({ project, person }) => {
    await person.click(10, await person.rowOf('momiji'));
    person.press('s');
    await person.shows('stop momiji?');
    person.press('y');
    await project.untilAgent('momiji', 'stopped', ({ state }) => state === 'stopped');
    await person.shows('stopped momiji');
    await person.wheel('down', 10, 3);
    person.press('s');
    await person.shows('stop hinoki?');
    person.press('y');
    await project.untilAgent('hinoki', 'stopped', ({ state }) => state === 'stopped');
    const { agents } = await project.status();
    expect(agents.filter(({ state }) => state === 'running').map(({ name }) => name)).toEqual([
      'kaede',
      'sakura',
      'tsubaki',
    ]);
  });

  test('chooses a message, opens it with another press, and the wheel goes through all', async ({
    project,
    person,
  }) => {
    const texts = await letters(project, 'sakura', 40);
    await person.click(10, 2);
    person.press('3');
    const newest = texts.at(-1) as string;
    const third = texts.at(-3) as string;
    await person.shows(newest);
    await person.click(10, await person.rowOf(third));
    person.press('x');
    expect(await person.shows('throw away this message to sakura?')).toContain(third);
    person.press('y');
    await until(
      'the third newest is given up',
      () => states(project, 'sakura'),
      (all) => all[third] === 'dead',
    );
    // From the chosen one 4 times 3 lines further, one of which is none any more in the list of those that wait.
    person.press('ff');
    await person.shows('[queued 39]');
    expect((await person.screen()).join('\n')).not.toContain(third);
    for (let turn = 0; turn < 12; turn++) await person.wheel('down', 10, 10);
    const found = texts.filter((text) => text !== third).at(-1 - 36) as string;
    await person.click(10, await person.rowOf(found));
    // It was chosen by the wheel already: the press opened it.
    await person.shows(/sent +\d{4}-/);
    person.press('x');
    expect(await person.shows('throw away this message to sakura?')).toContain(found);
    person.press('y');
    await until(
      'the one the wheel went to',
      () => states(project, 'sakura'),
      (all) => all[found] === 'dead',
    );
    expect(Object.values(await states(project, 'sakura')).filter((state) => state === 'queued')).toHaveLength(38);
  });

  test('scrolls the events: they stand still then, and one that is pressed is shown', async ({ project, person }) => {
    for (const agent of AGENTS) await project.ok('send', agent, 'hello');
    await until(
      'all answers',
      () => mailTo(project, 'external'),
      (mail) => mail.length === AGENTS.length,
    );
    await person.click(10, 2);
    person.press('5');
    await person.shows(/answered/);
    for (let turn = 0; turn < 20; turn++) await person.wheel('up', 10, 10);
    await person.shows('controller.started');
    const before = await person.screen();
    await project.ok('pause', 'kaede');
    const events = await until(
      'the event',
      () => project.events(),
      (all) => all.at(-1)?.type === 'agent.paused',
    );
    await person.shows(`of ${events.length}`);
    expect((await person.screen()).slice(2, -1)).toEqual(before.slice(2, -1));
    // The wheel has chosen the oldest: the first press chooses another, the second shows it.
    const row = await person.rowOf('session.up');
    await person.click(10, row);
    await person.click(10, row);
    const up = events.find(({ type }) => type === 'session.up');
    await person.shows(`(${up?.time})`);
  });
});
