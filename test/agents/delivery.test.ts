import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, describe, expect } from 'vitest';
import type { OrchestraEvent } from '../../src/protocol/index.ts';
import { startStub, type Stub } from '../stub/index.ts';
import { Project } from '../support/project.ts';
import { until } from '../support/until.ts';
import { keyOf, realAgent } from './crew.ts';

/** A real agent under orchestra, up and idle, and the stub it asks. */
class Post {
  readonly project = new Project();
  readonly name: 'claude' | 'codex';
  readonly stub: Stub;

  private constructor(name: 'claude' | 'codex', stub: Stub) {
    this.name = name;
    this.stub = stub;
  }

  static async open(name: 'claude' | 'codex'): Promise<Post> {
    const post = new Post(name, await startStub());
    try {
      const { project, stub } = post;
      project.write({ layout: 'focus', agents: { [name]: realAgent(project, name, name, stub.url) } });
      expect(await project.cli(['up', '--no-attach'])).toMatchObject({ code: 0 });
      await post.untilIs('idle');
      return post;
    } catch (error) {
      await post.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.project.close();
    await this.stub.close();
  }

  async send(text: string): Promise<string> {
    const { stdout } = await this.project.cli(['send', this.name, text, '--json']);
    return (JSON.parse(stdout) as { id: string }).id;
  }

  untilIs(activity: string, within = 40_000): Promise<unknown> {
    const look = async () => (await this.project.status()).agents[0]?.activity;
    return until(`${this.name} to be ${activity}`, look, (seen) => seen === activity, within, 50);
  }

  untilEvent(what: (event: OrchestraEvent) => boolean, within = 40_000): Promise<readonly OrchestraEvent[]> {
    return until(
      'an event',
      () => this.project.events(),
      (events) => events.some(what),
      within,
      50,
    );
  }

  /** What was submitted, in order: the messages' own text. */
  get said(): string[] {
    return this.stub.received.filter(({ key }) => key === keyOf(this.name)).map(({ text }) => text);
  }

  untilSaid(text: string, within = 40_000): Promise<string[]> {
    return until(
      `${text} at the stub`,
      () => this.said,
      (said) => said.some((each) => each.includes(text)),
      within,
      50,
    );
  }

  async tmux(args: readonly string[]): Promise<void> {
    const { tmux } = await this.project.status();
    await promisify(execFile)('tmux', ['-S', tmux.socket, ...args]);
  }

  async pane(): Promise<string> {
    return (await this.project.status()).agents[0]?.pane as string;
  }

  /** Everything that was told, for who looks for the reason of a failure. */
  async story(): Promise<string> {
    const events = await this.project.events();
    const screen = await this.project.cli(['peek', this.name]);
    const lines = events.map(({ time, type, data }) => `${time.slice(14)} ${type} ${JSON.stringify(data)}`);
    return [...lines, screen.stdout].join('\n');
  }

  /** Its conversation's transcript once a turn is whole in it. A CLI writes it a moment later: what is not in it is nobody's to bring back. */
  async transcript(): Promise<string> {
    const told = await this.untilEvent(({ type }) => type === 'agent.conversation');
    const [begun] = told.flatMap((event) => (event.type === 'agent.conversation' ? [event.data.id] : []));
    const home = join(this.project.folder, 'agents', this.name, 'home');
    const files = () =>
      readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(`${begun}.jsonl`));
    const whole = () => files().find((file) => readFileSync(join(home, file), 'utf8').includes('Understood.'));
    const file = await until('its transcript', whole, (found) => found !== undefined);
    return join(home, file as string);
  }

  get work(): string {
    return join(this.project.folder, 'agents', this.name, 'work');
  }
}

const test = base.extend<{ open: (name: 'claude' | 'codex') => Promise<Post> }>({
  open: async ({ task }, use) => {
    const posts: Post[] = [];
    await use(async (name) => {
      const post = await Post.open(name);
      posts.push(post);
      return post;
    });
    for (const post of posts) {
      if (task.result?.state === 'fail') console.error(await post.story());
      await post.close();
    }
  },
});

describe.each(['claude', 'codex'] as const)('%s', (name) => {
  test('gets each message whole, once, when it is idle', async ({ open }) => {
    const post = await open(name);
    await post.send('first [[slow 3000]]');
    await post.untilIs('busy');
    await post.send('/second !with @signs #and; カエデ 🍁');
    await post.send('third;');
    const said = await post.untilSaid('third;');
    expect(said).toHaveLength(3);
    expect(said[1]).toContain('/second !with @signs #and; カエデ 🍁');
    // None of its turns was cut short by the next message.
    expect(post.stub.turns.filter(({ key, outcome }) => key === keyOf(name) && outcome === 'aborted')).toEqual([]);
  });

  test('a dialog is never answered by a message, which comes when it is gone', async ({ open }) => {
    const post = await open(name);
    await post.send('run it [[shell touch ran]]');
    await post.untilIs('approval');
    const id = await post.send('for later');
    await post.untilEvent((event) => event.type === 'message.queued' && event.data.id === id);
    // A person says no. Until then nothing was pressed.
    expect((await post.project.status()).agents[0]?.activity).toBe('approval');
    await post.tmux(['send-keys', '-t', await post.pane(), 'Escape']);
    await post.untilSaid('for later');
    expect(existsSync(join(post.work, 'ran'))).toBe(false);
  });

  test("a person's draft is not sent, and not lost", async ({ open }) => {
    const post = await open(name);
    const typed = await post.project.cli(['type', name, 'half a thought', '--no-enter']);
    if (typed.code !== 0) console.log(typed.stderr, (await post.project.cli(['peek', name])).stdout);
    expect(typed).toMatchObject({ code: 0 });
    const id = await post.send('from the crew');
    await post.untilEvent(
      (event) => event.type === 'message.deferred' && event.data.id === id && event.data.why === 'draft',
    );
    expect((await post.project.cli(['peek', name])).stdout).toContain('half a thought');
    expect(post.said).toEqual([]);
    await post.tmux(['send-keys', '-t', await post.pane(), 'Enter']);
    const said = await post.untilSaid('from the crew');
    expect(said[0]).toBe('half a thought');
    expect(said).toHaveLength(2);
  });

  test('copy mode is left for a message', async ({ open }) => {
    const post = await open(name);
    await post.tmux(['copy-mode', '-t', await post.pane()]);
    await post.send('into the pane');
    const said = await post.untilSaid('into the pane');
    expect(said).toHaveLength(1);
  });

  test('killed, it goes on with its own conversation', async ({ open }) => {
    const post = await open(name);
    await post.send('remember the number 4711');
    await post.untilSaid('4711');
    await post.untilIs('idle');
    const before = await post.untilEvent((event) => event.type === 'agent.conversation');
    const [born] = before.filter((event) => event.type === 'agent.conversation');
    await post.transcript();
    const pid = (await post.project.status()).agents[0]?.pid as number;
    process.kill(pid, 'SIGKILL');
    await post.project.untilReplaced(name, pid);
    await post.untilIs('idle');
    await post.send('which number was it');
    await post.untilSaid('which number was it');
    const asked = post.stub.requests.findLast(({ text }) => text.includes('which number was it'));
    expect(asked?.prompts.join('\n')).toContain('remember the number 4711');
    expect(born).toMatchObject({ data: { resumed: false } });
  });

  test('whose conversation was lost, it begins a new one', async ({ open }) => {
    const post = await open(name);
    await post.send('remember the number 4711');
    await post.untilSaid('4711');
    await post.untilIs('idle');
    truncateSync(await post.transcript());
    const pid = (await post.project.status()).agents[0]?.pid as number;
    process.kill(pid, 'SIGKILL');
    await post.project.untilReplaced(name, pid);
    await post.send('here again');
    await post.untilSaid('here again');
    const exits = (await post.project.events()).filter(({ type }) => type === 'agent.exited');
    // The kill, then the one start that found nothing.
    expect(exits).toHaveLength(2);
  });
});
