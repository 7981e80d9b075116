import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect as netConnect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { type Client, connect } from '../../src/rpc/index.ts';
import { serve } from '../../src/rpc/server.ts';
import { LONGEST_LINE } from '../../src/rpc/wire.ts';
import {
  OrchestraError,
  type OrchestraEvent,
  type OrchestraService,
  type Snapshot,
  type StreamMessage,
} from '../../src/protocol/index.ts';
import { FakeDesk } from '../support/fake-desk.ts';
import { noMail } from '../support/no-mail.ts';
import { noNotices } from '../support/no-notices.ts';
import { noUsage } from '../support/no-usage.ts';
import { until } from '../support/until.ts';

const SNAPSHOT = { session: 's', agents: [], seq: 7 } as unknown as Snapshot;

/** A controller that says what the test tells it to. */
class Fixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'rpc-'));
  publish: (message: StreamMessage) => void = () => {};
  server: Awaited<ReturnType<typeof serve>> | null = null;
  readonly clients: { close(): void }[] = [];
  readonly desk = new FakeDesk('a');
  readonly service: OrchestraService = {
    snapshot: async () => SNAPSHOT,
    apply: async () => ({ session: 'same', layoutChanged: false, fields: [], agents: [] }),
    plan: async () => {
      throw new OrchestraError('config', 'no', 'do', { line: 3 });
    },
    applied: async () => [],
    appliedConfig: async () => {
      throw new OrchestraError('usage', 'no such configuration');
    },
    add: async () => {
      throw new TypeError('a defect');
    },
    command: () => new Promise(() => {}), // never answers
    roll: async () => ({ outcomes: [], touched: [], rolledBack: [] }),
    events: async () => [],
    down: async () => {},
    subscribe: async (listener) => {
      this.publish = listener;
      listener({ kind: 'snapshot', snapshot: SNAPSHOT });
      return { close: () => {} };
    },
  };

  async start(): Promise<void> {
    const services = { session: this.service, mail: noMail, desk: this.desk, notices: noNotices, usage: noUsage };
    this.server = await serve(this.folder, services, process.pid);
  }
  async client(rest = 0): Promise<Client> {
    const client = await connect(this.folder, rest);
    this.clients.push(client);
    return client;
  }
  async end(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.server?.close();
    rmSync(this.folder, { recursive: true });
  }
}

const test = base.extend<{ fixture: Fixture }>({
  fixture: async ({ task: _task }, use) => {
    const fixture = new Fixture();
    await fixture.start();
    await use(fixture);
    await fixture.end();
  },
});

async function raw(
  fixture: Fixture,
): Promise<{ write(text: string): void; lines: string[]; closed: Promise<unknown>; close(): void }> {
  const socket = netConnect(join(fixture.folder, 'controller.sock'));
  await once(socket, 'connect');
  const lines: string[] = [];
  let rest = '';
  socket.setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  socket.on('error', () => {});
  const close = { close: () => void socket.destroy() };
  fixture.clients.push(close);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  return { write: (text) => void socket.write(text), lines, closed, ...close };
}

describe('the socket', () => {
  test('is its owner’s alone', ({ fixture }) => {
    expect(statSync(join(fixture.folder, 'controller.sock')).mode & 0o777).toBe(0o600);
  });

  test('carries results and errors with their code, hint and data', async ({ fixture }) => {
    const client = await fixture.client();
    expect(await client.snapshot()).toEqual(SNAPSHOT);
    await expect(client.plan({} as never)).rejects.toMatchObject({
      code: 'config',
      message: 'no',
      hint: 'do',
      data: { line: 3 },
    });
    await expect(client.add({} as never, 'x')).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('a defect'),
    });
  });

  test.for([
    'null',
    '1',
    '"x"',
    '[]',
    '{}',
    '{"id":"x"}',
    '{"id":1,"method":"__proto__","params":[]}',
    '{"id":1,"method":"apply","params":[]}',
    '{"id":1,"method":"snapshot"}',
  ])('answers %s with an error and lives', async (line, { fixture }) => {
    const peer = await raw(fixture);
    peer.write(`${line}\n`);
    const reply = await until(
      'a reply',
      () => peer.lines[1] ?? '',
      (text) => text !== '',
    );
    expect(JSON.parse(reply)).toHaveProperty('error');
    expect(await (await fixture.client()).snapshot()).toEqual(SNAPSHOT);
  });

  test.for(['garbage', '{"id":1', '\u0000\u0001'])('closes on %j', async (line, { fixture }) => {
    const peer = await raw(fixture);
    peer.write(`${line}\n`);
    await peer.closed;
    expect(await (await fixture.client()).snapshot()).toEqual(SNAPSHOT);
  });

  test('closes on a line without end', async ({ fixture }) => {
    const peer = await raw(fixture);
    const chunk = 'x'.repeat(1024 * 1024);
    for (let sent = 0; sent <= LONGEST_LINE; sent += chunk.length) peer.write(chunk);
    await peer.closed;
    expect(await (await fixture.client()).snapshot()).toEqual(SNAPSHOT);
  });

  test('tells a reader that was too slow what it missed, and how things stand', async ({ fixture }) => {
    const peer = await raw(fixture);
    peer.write('{"id":1,"method":"subscribe","params":[]}\n');
    await until(
      'the snapshot',
      () => peer.lines.length,
      (count) => count >= 3,
    );
    const event = {
      seq: 1,
      type: 'agent.removed',
      agent: 'x'.repeat(1024),
      data: {},
      time: '',
    } as unknown as OrchestraEvent;
    // All in one turn: nothing can leave meanwhile.
    for (let n = 0; n < 20_000; n++) fixture.publish({ kind: 'event', event });
    const last = await until(
      'the gap',
      () => peer.lines.slice(-2),
      (lines) => lines.some((line) => line.includes('"gap"')),
      20_000,
    );
    const kinds = last.map((line) => (JSON.parse(line) as { stream: StreamMessage }).stream);
    expect(kinds.map(({ kind }) => kind)).toEqual(['gap', 'snapshot']);
    const events = peer.lines.filter((line) => line.includes('"event"')).length;
    expect(kinds[0]).toEqual({ kind: 'gap', dropped: 20_000 - events });
    fixture.publish({ kind: 'event', event });
    await until(
      'news again',
      () => peer.lines.at(-1) ?? '',
      (line) => line.includes('"event"'),
    );
  });

  test('fails what waits when the controller goes, and does not keep it from going', async ({ fixture }) => {
    const client = await fixture.client();
    const waiting = client.command('restart', [], 'x');
    const failed = waiting.catch((error: unknown) => error);
    await client.snapshot();
    const { server } = fixture;
    fixture.server = null;
    await server?.close();
    expect(await failed).toMatchObject({ code: 'not-running' });
  });
});

describe('a client that rests', () => {
  const HOUR = 3_600_000;
  const event = (seq: number): StreamMessage => ({
    kind: 'event',
    event: { seq, type: 'agent.removed', agent: 'a', data: {}, time: '' },
  });

  /** Places of the events that came. */
  async function listening(client: Client): Promise<number[]> {
    const seen: number[] = [];
    await client.subscribe((message) => {
      if (message.kind === 'event') seen.push(message.event.seq);
    });
    return seen;
  }

  const came = (seen: readonly number[], ...wanted: readonly number[]): Promise<unknown> =>
    until(
      `the events ${wanted.join(', ')}`,
      () => seen,
      (all) => all.join() === wanted.join(),
    );

  test('hears the first event at once, lets more lie, and wakes up when it asks', async ({ fixture }) => {
    const client = await fixture.client(HOUR);
    const seen = await listening(client);
    fixture.publish(event(1));
    await came(seen, 1);
    for (const seq of [2, 3, 4]) fixture.publish(event(seq));
    // Another one has had time to hear all of them, and to ask something twice.
    const other = await fixture.client();
    await other.snapshot();
    await other.snapshot();
    expect(seen).toEqual([1]);
    // In order: what came before the answer is told before it.
    await client.snapshot();
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('hears what lay there when its time is up', async ({ fixture }) => {
    const seen = await listening(await fixture.client(30));
    fixture.publish(event(1));
    await came(seen, 1);
    for (const seq of [2, 3]) fixture.publish(event(seq));
    await came(seen, 1, 2, 3);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('does not rest while much comes', async ({ fixture }) => {
    const seen = await listening(await fixture.client(HOUR));
    // In one turn: it reads on at least until it has all that the kernel took, which is several reads of some 700.
    for (let seq = 1; seq <= 5_000; seq++) fixture.publish(event(seq));
    const count = await until(
      'more than one read of them',
      () => seen.length,
      (all) => all > 1_500,
    );
    expect(seen.slice(0, count)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  test('notices that the controller went away, and may leave itself', async ({ fixture }) => {
    const client = await fixture.client(30);
    const leaving = await fixture.client(HOUR);
    const seen = await Promise.all([listening(client), listening(leaving)]);
    fixture.publish(event(1));
    // `publish` tells the one that subscribed last.
    await came(seen[1], 1);
    leaving.close();
    await leaving.closed;
    await fixture.server?.close();
    fixture.server = null;
    await client.closed;
    await expect(client.snapshot()).rejects.toMatchObject({ code: 'not-running' });
  });
});

describe('a client', () => {
  test('says that nothing runs where there is no socket, or a dead one', async ({ fixture }) => {
    await expect(connect(join(fixture.folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-running' });
    await fixture.server?.close();
    fixture.server = null;
    await expect(connect(fixture.folder)).rejects.toMatchObject({ code: 'not-running' });
  });

  test('refuses a controller of another protocol', async ({ fixture }) => {
    await fixture.server?.close();
    fixture.server = null;
    const other = createServer((socket) => void socket.on('error', () => {}).write('{"orchestra":999,"pid":1}\n'));
    rmSync(join(fixture.folder, 'controller.sock'), { force: true }); // the next server removes it, as it holds the lock
    other.listen(join(fixture.folder, 'controller.sock'));
    await once(other, 'listening');
    await expect(connect(fixture.folder)).rejects.toMatchObject({
      code: 'version',
      message: expect.stringContaining('999'),
    });
    other.close();
  });
});
