import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect } from 'vitest';
import { verify } from '../../src/mailbox/index.ts';
import type { MessageDraft } from '../../src/protocol/index.ts';
import { aCrew, type FakeSession, fakeSession } from '../support/fake-session.ts';
import { FakeMail } from '../support/fake-mail.ts';
import { isUp } from '../support/processes.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

// The built server as an agent program starts it, asked by the SDK's own client, with a controller that is a fake.

const TOKEN = 'ab'.repeat(32);

class Desk {
  readonly mail = new FakeMail('sakura', 'kaede', 'momiji');
  readonly project: Project;
  session: FakeSession | null = null;
  pid = 0;
  #client: Client | null = null;

  constructor(project: Project) {
    this.project = project;
  }

  async open(): Promise<void> {
    this.session = await fakeSession(this.project.folder, aCrew(), {}, this.mail);
  }

  async start(
    args: readonly string[] = [],
    env: Record<string, string> = { ORCHESTRA_AGENT: 'kaede', ORCHESTRA_TOKEN: TOKEN },
    cwd = this.project.folder,
  ): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [ORCHESTRA, 'mcp', ...args],
      env: { ...this.project.env, ...env },
      cwd,
      stderr: 'inherit',
    });
    await client.connect(transport);
    this.pid = transport.pid ?? 0;
    this.#client = client;
    return client;
  }

  async call(name: string, given: Record<string, unknown> = {}): Promise<{ text: string; failed: boolean }> {
    const result = await this.#client?.callTool({ name, arguments: given });
    const content = result?.content as { type: string; text: string }[];
    expect(content).toHaveLength(1);
    return { text: content[0]?.text ?? '', failed: result?.isError === true };
  }

  sent(): MessageDraft {
    return this.mail.calls.findLast(([method]) => method === 'send')?.[1] as MessageDraft;
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.session?.close();
  }
}

const test = base.extend<{ desk: Desk }>({
  desk: async ({ project }, use) => {
    const desk = new Desk(project);
    await desk.open();
    await use(desk);
    await desk.close();
  },
});

describe('the tools', () => {
  test('are described for a model', async ({ desk }) => {
    const client = await desk.start();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'send_message',
      'read_inbox',
      'read_message',
      'ack_message',
      'reply_message',
      'list_agents',
      'list_queue',
      'redrive_messages',
      'purge_messages',
      'peek_agent',
      'type_into_agent',
    ]);
    for (const { description, inputSchema } of tools) {
      expect(description?.length).toBeGreaterThan(40);
      expect(inputSchema.type).toBe('object');
    }
    expect(client.getInstructions()).toContain('You are the agent "kaede"');
    expect(client.getServerVersion()).toMatchObject({ name: 'orchestra' });
  });

  test('send_message sends in the agent’s name, signed', async ({ desk }) => {
    await desk.start();
    const { text, failed } = await desk.call('send_message', {
      to: 'sakura',
      text: 'look at this',
      type: 'escalation',
      priority: 'high',
      payload: { where: 'src' },
    });
    const draft = desk.sent();
    expect([failed, text]).toEqual([false, `Sent to sakura. Its id is ${draft.id}.`]);
    expect(draft).toMatchObject({
      from: 'kaede',
      to: 'sakura',
      type: 'escalation',
      priority: 'high',
      payload: { where: 'src', text: 'look at this' },
    });
    expect(verify(draft, (agent) => (agent === 'kaede' ? TOKEN : null))).toEqual({ ok: true, value: 'kaede' });
  });

  test('says nothing in the name of an agent that has no token', async ({ desk }) => {
    await desk.start([], { ORCHESTRA_AGENT: 'kaede' });
    const { text, failed } = await desk.call('send_message', { to: 'sakura', text: 'hello' });
    expect([failed, text]).toEqual([true, expect.stringContaining('there is no token of kaede')]);
    expect(desk.mail.calls.filter(([what]) => what === 'send')).toEqual([]);
  });

  test('send_message passes on how long it is of use, and how it is to be delivered', async ({ desk }) => {
    await desk.start();
    const given = { to: 'sakura', text: 'now', priority: 'urgent', delivery: 'now', ttl_seconds: 90 };
    expect((await desk.call('send_message', given)).failed).toBe(false);
    expect(desk.sent()).toMatchObject({ delivery: 'now', ttl: 90_000 });
    expect((await desk.call('send_message', { ...given, ttl_seconds: 0 })).failed).toBe(true);
  });

  test('list_queue, redrive_messages and purge_messages are those of the command line', async ({ desk }) => {
    const dead = desk.mail.put('sakura', { from: 'kaede', state: 'dead', reason: 'attempts' }).message;
    const waits = desk.mail.put('momiji', { from: 'sakura' }).message;
    desk.mail.put('momiji', { from: 'sakura', state: 'acked' });
    await desk.start();
    const all = (await desk.call('list_queue')).text;
    expect(all.startsWith('2 messages:')).toBe(true);
    expect(all).toContain(`Message ${waits.id} from sakura to momiji: note, queued`);
    expect((await desk.call('list_queue', { dead_only: true })).text).toContain(`${dead.id} from kaede`);
    expect((await desk.call('list_queue', { agent: 'kaede' })).text).toBe('No messages.');
    expect((await desk.call('redrive_messages', { id: dead.id })).text).toBe('1 message will be delivered again.');
    expect(desk.mail.calls).toContainEqual(['redrive', { id: dead.id }, 'kaede']);
    expect((await desk.call('purge_messages', { id: waits.id })).text).toBe('2 messages thrown away.');
    expect(desk.mail.calls).toContainEqual(['purge', { id: waits.id }, 'kaede']);
    expect((await desk.call('purge_messages')).failed).toBe(true);
  });

  test('peek_agent and type_into_agent work on the screen of another', async ({ desk }) => {
    desk.mail.screen = { lines: ['$ make', '\x1b[31mred'], title: 'building' };
    await desk.start();
    const { text } = await desk.call('peek_agent', { agent: 'sakura' });
    expect(text.split('\n')).toEqual([
      'The screen of sakura (idle, titled building):',
      '',
      '  $ make',
      expect.stringMatching(/^ {2}\S*red$/),
    ]);
    expect(text).not.toContain('\x1b');
    expect((await desk.call('type_into_agent', { agent: 'sakura', text: 'go on' })).text).toContain('took it');
    expect(desk.mail.calls).toContainEqual(['type', 'sakura', 'go on', { submit: true, force: false }]);
    desk.mail.typed = 'dialog';
    expect((await desk.call('type_into_agent', { agent: 'sakura', text: 'yes' })).text).toContain('Nothing was typed');
  });

  test('read_inbox, read_message, ack_message and reply_message', async ({ desk }) => {
    const long = Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n');
    const first = desk.mail.put('kaede', { from: 'sakura', payload: { text: `${long}\x1b[2J` } }).message;
    const task = desk.mail.put('kaede', { from: 'momiji', type: 'task_assign', payload: { command: 'make' } }).message;
    desk.mail.put('kaede', { from: 'sakura', state: 'acked' });
    desk.mail.put('sakura', { from: 'momiji' });
    await desk.start();
    const inbox = await desk.call('read_inbox');
    expect(inbox.text.split('\n').slice(0, 3)).toEqual([
      '2 messages, oldest first.',
      '',
      `Message ${first.id} from sakura to kaede: note, queued, sent 1m 01s ago`,
    ]);
    expect(inbox.text).toContain('  (28 more lines: read_message)');
    expect(inbox.text).toContain(`Message ${task.id} from momiji to kaede: task_assign`);
    expect(inbox.text).toContain('command: make');
    expect(inbox.text).not.toContain('\x1b');
    expect((await desk.call('read_inbox', { include_done: true, limit: 1 })).text).toContain('1 message, oldest');

    expect((await desk.call('read_message', { id: first.id })).text).toContain('  line 39');
    expect((await desk.call('ack_message', { ids: [first.id] })).text).toBe(`Acknowledged: ${first.id}.`);
    expect(desk.mail.calls).toContainEqual(['ack', 'kaede', first.id, 'kaede']);
    expect((await desk.call('reply_message', { id: task.id.toUpperCase(), text: 'done' })).failed).toBe(false);
    expect(desk.sent()).toMatchObject({ to: 'momiji', replyTo: task.id, payload: { text: 'done' }, from: 'kaede' });
    expect((await desk.call('read_inbox')).text).toBe('No messages.');
  });

  test('list_agents tells who is there, on lines that nobody can break', async ({ desk }) => {
    await desk.start();
    const lines = (await desk.call('list_agents')).text.split('\n');
    expect(lines).toHaveLength(1 + aCrew().length);
    expect(lines[1]).toBe('- conductor: "指揮"; worker; running, busy');
    expect(lines[2]).toMatch(/^- kaede \(you\): /);
    expect(lines.join('')).not.toContain('\x1b');
  });

  test.for<[string, Record<string, unknown>, string]>([
    ['send_message', { to: 'sakura' }, 'text is missing.'],
    ['send_message', { to: 'sakura', text: 7 }, 'text must be a string.'],
    ['send_message', { to: 'sakura', message: 'x' }, 'There'],
    ['send_message', { to: 'sakura', text: 'x', type: 'notes' }, 'it is one of: task_assign'],
    ['send_message', { to: 'sakura', text: 'x', payload: [1] }, 'payload must be a JSON object.'],
    ['send_message', { to: 'nobody', text: 'x' }, 'there is no agent nobody. look again.'],
    ['read_message', { id: 'x' }, 'ids stand in the header'],
    ['read_message', { id: '01900000-0000-7000-8000-00000000ffff' }, 'there is no message'],
    ['ack_message', { ids: 'x' }, '"x" is no message id'],
    ['ack_message', {}, 'ids must be a list'],
    ['read_inbox', { limit: 'many' }, 'limit must be a whole number'],
    ['sned', {}, 'there is no tool "sned"'],
  ])('%s %j is answered with what is wrong', async ([name, given, why], { desk }) => {
    await desk.start();
    const { text, failed } = await desk.call(name, given);
    expect([failed, text.toLowerCase()]).toEqual([true, expect.stringContaining(why.toLowerCase())]);
  });
});

describe('whom it speaks for', () => {
  test('the token comes from a file where the environment does not', async ({ desk }) => {
    const { agentToken, run } = desk.project.paths;
    mkdirSync(`${run}/tokens`, { recursive: true });
    writeFileSync(agentToken('momiji'), `${TOKEN}\n`, { mode: 0o600 });
    await desk.start(['--agent', 'momiji', '--project', desk.project.folder], {}, '/');
    await desk.call('send_message', { to: 'sakura', text: 'x' });
    expect(verify(desk.sent(), (agent) => (agent === 'momiji' ? TOKEN : null))).toEqual({ ok: true, value: 'momiji' });
  });

  test('variables that were passed on by name only count for nothing', async ({ desk }) => {
    const env = { ORCHESTRA_AGENT: '$ORCHESTRA_AGENT', ORCHESTRA_PROJECT: '$ORCHESTRA_PROJECT' };
    const client = await desk.start([], env);
    expect(client.getInstructions()).toContain('not an agent');
    await desk.call('send_message', { to: 'sakura', text: 'x' });
    expect(desk.sent().from).toBe('external');
    expect(desk.sent().mac).toBeUndefined();
  });
});

describe('a server', () => {
  test('outlives its controller: says so, leaves messages in the intake, and goes on with the next', async ({
    desk,
  }) => {
    await desk.start();
    await desk.call('list_agents');
    await desk.session?.close();
    const left = await desk.call('send_message', { to: 'sakura', text: 'later' });
    expect([left.failed, left.text]).toEqual([false, expect.stringContaining('waits for the next one')]);
    const id = /id is ([0-9a-f-]+)\./.exec(left.text)?.[1];
    const dropped = JSON.parse(readFileSync(`${desk.project.paths.intake}/new/${id}.json`, 'utf8')) as MessageDraft;
    expect(verify(dropped, () => TOKEN)).toEqual({ ok: true, value: 'kaede' });
    expect((await desk.call('read_inbox')).text).toBe('No messages.');
    const none = await desk.call('list_agents');
    expect([none.failed, none.text]).toEqual([
      true,
      'no orchestra session is running here. your user can start one with: orchestra up.',
    ]);
    await desk.open();
    expect((await desk.call('list_agents')).failed).toBe(false);
  });

  test('waits a little for a controller that is on its way', async ({ desk }) => {
    await desk.start();
    await desk.session?.close();
    const asked = desk.call('list_agents');
    await desk.open();
    expect((await asked).failed).toBe(false);
  });

  test('prints nothing but the protocol, and ends with its input', async ({ desk }) => {
    const { project } = desk;
    const child = spawn(process.execPath, [ORCHESTRA, 'mcp'], { cwd: project.folder, env: project.env });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    child.stdin.write('not json\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    await until(
      'an answer',
      () => said,
      (text) => text.includes('\n'),
    );
    for (const line of said.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('is gone when the agent that started it is killed', async ({ desk }) => {
    const { project } = desk;
    const line = `sleep 1000 | ${process.execPath} ${ORCHESTRA} mcp & echo $!; wait`;
    const parent = spawn('sh', ['-c', line], { cwd: project.folder, env: project.env });
    let said = '';
    parent.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    const pid = Number(
      await until(
        'a pid',
        () => said.trim(),
        (text) => text !== '',
      ),
    );
    expect(isUp(pid)).toBe(true);
    for (const each of project.processes().filter(({ args }) => /sleep 1000/.test(args)))
      process.kill(each.pid, 'SIGKILL');
    await until(
      'the end of the server',
      () => isUp(pid),
      (up) => !up,
    );
    expect(isUp(pid)).toBe(false);
  });

  test('is small', async ({ desk }) => {
    await desk.start();
    for (let n = 0; n < 20; n++) await desk.call('list_agents');
    const status = readFileSync(`/proc/${desk.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(90 * 1024);
  });
});
