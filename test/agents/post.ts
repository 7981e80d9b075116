import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from 'vitest';
import type { OrchestraEvent } from '../../src/protocol/index.ts';
import { startStub, type Stub } from '../stub/index.ts';
import { Project } from '../support/project.ts';
import { until } from '../support/until.ts';
import { type CrewOptions, keyOf, realAgent } from './crew.ts';

/** A real agent under orchestra, up and idle, and the stub it asks. */
export class Post {
  readonly project = new Project();
  readonly name: 'claude' | 'codex';
  readonly stub: Stub;

  private constructor(name: 'claude' | 'codex', stub: Stub) {
    this.name = name;
    this.stub = stub;
  }

  static async open(name: 'claude' | 'codex', options: CrewOptions = {}): Promise<Post> {
    const post = new Post(name, await startStub());
    try {
      const { project, stub } = post;
      project.write({ layout: 'focus', agents: { [name]: realAgent(project, name, name, stub.url, options) } });
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

export const postTest = base.extend<{ open: (name: 'claude' | 'codex', options?: CrewOptions) => Promise<Post> }>({
  open: async ({ task }, use) => {
    const posts: Post[] = [];
    await use(async (name, options) => {
      const post = await Post.open(name, options);
      posts.push(post);
      return post;
    });
    for (const post of posts) {
      if (task.result?.state === 'fail') console.error(await post.story());
      await post.close();
    }
  },
});
