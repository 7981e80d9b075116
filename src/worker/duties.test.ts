import { expect, it } from 'vitest';
import { FakeMail } from '../../test/support/fake-mail.ts';
import { until } from '../../test/support/until.ts';
import { type Message, type MessageDraft, OrchestraError } from '../protocol/index.ts';
import { work } from './index.ts';
import type { CommandEnd, MailClient, TaskCommand, WorkerPorts } from './ports.ts';

/** A worker whose controller, commands and clock are the test's. */
class Bench {
  readonly mail = new FakeMail('sakura', 'kaede', 'momiji');
  readonly told: string[] = [];
  readonly started: (TaskCommand & {
    print(text: string): void;
    end(end: Partial<CommandEnd>): void;
    signals: string[];
  })[] = [];
  readonly timers = new Map<number, () => void>();
  up = true;
  now = 0;
  #clients: { lost(): void }[] = [];
  #stop = (): void => {};

  start(changes: Partial<WorkerPorts> = {}): Promise<number> {
    return work({
      name: 'kaede',
      write: (text) => void this.told.push(text.trimEnd().replace(/^\d\d:\d\d:\d\d {2}/, '')),
      wall: () => Date.UTC(2026, 0, 31),
      mono: () => this.now,
      every: () => () => {},
      after: (ms, run) => {
        this.timers.set(ms, run);
        return () => void this.timers.delete(ms);
      },
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      onLine: () => {},
      onStop: (stop) => void (this.#stop = stop),
      mail: {
        connect: () => this.#connect(),
        sign: async (draft) => ({ ...draft, mac: 'f'.repeat(64) }),
        idFrom: (text) => text,
      },
      start: (command, onOutput) => this.#run(command, onOutput),
      secrets: ['hunter22'],
      ...changes,
    });
  }

  stop(): void {
    this.#stop();
  }

  /** The controller goes away: what waits for an answer fails. */
  lose(): void {
    this.up = false;
    for (const client of this.#clients.splice(0)) client.lost();
  }

  send(changes: Partial<Message>): Message {
    return this.mail.put('kaede', { from: 'sakura', ...changes }).message;
  }

  replies(): MessageDraft[] {
    return this.mail.calls.filter(([method]) => method === 'send').map(([, draft]) => draft as MessageDraft);
  }

  async #connect(): Promise<MailClient> {
    if (!this.up) throw new OrchestraError('not-running', 'no session');
    let over = false;
    let lost = (): void => {};
    const gone = new Promise<never>((_, reject) => {
      lost = () => {
        over = true;
        reject(new OrchestraError('not-running', 'went away'));
      };
    });
    gone.catch(() => {});
    this.#clients.push({ lost: () => lost() });
    const or = <T>(call: () => Promise<T>): Promise<T> => (over ? gone : Promise.race([gone, call()]));
    const { mail } = this;
    return {
      closed: gone.catch(() => {}),
      close: () => lost(),
      take: (agent, wait) => or(() => mail.take(agent, wait)),
      mail: (filter) => or(() => mail.mail(filter)),
      ack: (agent, id, by) => or(() => mail.ack(agent, id, by)),
      send: (draft) => or(() => mail.send(draft)),
      report: (agent, activity, detail) => or(() => mail.report(agent, activity, detail)),
    };
  }

  #run(command: TaskCommand, onOutput: (bytes: Uint8Array) => void): ReturnType<WorkerPorts['start']> {
    const signals: string[] = [];
    let end = (_: Partial<CommandEnd>): void => {};
    const ended = new Promise<CommandEnd>((resolve) => {
      end = (how) => resolve({ code: null, signal: null, error: null, ...how });
    });
    this.started.push({ ...command, signals, print: (text) => onOutput(new TextEncoder().encode(text)), end });
    return {
      ended,
      signal(name) {
        signals.push(name);
        if (name === 'SIGKILL') end({ signal: name });
      },
    };
  }
}

const settled = (bench: Bench, message: Message): Promise<unknown> =>
  until(
    'the message to be settled',
    () => bench.mail.entries.find(({ message: { id, to } }) => id === message.id && to === 'kaede')?.state,
    (state) => state === 'acked' || state === 'answered',
  );

const running = (bench: Bench, count: number): Promise<unknown> =>
  until(
    `${count} commands`,
    () => bench.started.length,
    (n) => n === count,
  );

it('echoes a note, but no answer: two of them would go on for ever', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const note = bench.send({ payload: { text: 'hi\x1b[2J' } });
  await settled(bench, note);
  const answer = bench.send({ payload: { text: 'echo: hi' }, replyTo: note.id });
  await settled(bench, answer);
  expect(bench.replies()).toEqual([
    {
      id: `${note.id} kaede reply`,
      type: 'note',
      from: 'kaede',
      to: 'sakura',
      payload: { text: 'echo: hi\x1b[2J' },
      replyTo: note.id,
      priority: 'normal',
      timestamp: '2026-01-31T00:00:00.000Z',
      mac: 'f'.repeat(64),
    },
  ]);
  expect(bench.told.slice(-2)).toEqual(['note 1 from sakura: hi', 'note 2 from sakura: echo: hi']);
  bench.stop();
  expect(await exit).toBe(0);
});

it('acknowledges what it cannot answer', async () => {
  const bench = new Bench();
  const exit = bench.start();
  await settled(bench, bench.send({ from: 'gone' }));
  expect(bench.told.at(-1)).toBe('no answer to gone: there is no agent gone');
  expect(bench.mail.to('kaede')[0]?.state).toBe('acked');
  bench.stop();
  await exit;
});

it('passes a note on to whom it names, and no further', async () => {
  const bench = new Bench();
  const exit = bench.start();
  await settled(bench, bench.send({ payload: { text: 'round', forward: ['momiji', 'sakura'] } }));
  await settled(bench, bench.send({ payload: { text: 'here', forward: [] } }));
  expect(bench.replies()).toMatchObject([{ to: 'momiji', payload: { text: 'round', forward: ['sakura'] } }]);
  bench.stop();
  await exit;
});

it('runs one task after the other, answers questions meanwhile, and tells how each ended', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const first = bench.send({ type: 'task_assign', payload: { command: 'make test', cwd: 'src' } });
  const second = bench.send({ type: 'task_assign', payload: { command: ['false', 'x y'] } });
  await running(bench, 1);
  bench.now = 2_000;
  const asked = bench.send({ type: 'status_request', payload: {}, priority: 'urgent' });
  await settled(bench, asked);
  expect(bench.replies()[0]).toMatchObject({
    type: 'status_response',
    priority: 'urgent',
    payload: { state: 'busy', uptime: 2_000, tasks_done: 0, waiting: 1, current: 'make test' },
  });
  expect(bench.started).toMatchObject([{ argv: ['sh', '-c', 'make test'], cwd: 'src' }]);
  bench.started[0]?.print('all \x1b[32mgood\x1b[0m, said hunter22\n');
  bench.now = 3_500;
  bench.started[0]?.end({ code: 0 });
  await settled(bench, first);
  await running(bench, 2);
  expect(bench.started[1]).toMatchObject({ argv: ['false', 'x y'], cwd: null });
  bench.started[1]?.end({ code: 3 });
  await settled(bench, second);
  expect(bench.replies().slice(1)).toMatchObject([
    {
      type: 'task_complete',
      to: 'sakura',
      replyTo: first.id,
      payload: {
        text: 'exit 0 after 3s: make test',
        exit_code: 0,
        signal: null,
        timed_out: false,
        output: 'all good, said ***',
        duration: 3_500,
      },
    },
    { type: 'task_failed', replyTo: second.id, payload: { text: 'exit 3 after 0ms: false x y', exit_code: 3 } },
  ]);
  await until(
    'the last report',
    () => bench.mail.reports,
    (reports) => reports.length === 4,
  );
  expect(bench.mail.reports).toEqual(['kaede idle', 'kaede busy make test', 'kaede busy false x y', 'kaede idle']);
  bench.stop();
  await exit;
});

it.each([
  [{}, 'payload.command must be'],
  [{ command: ' ' }, 'payload.command must be'],
  [{ command: ['a', 1] }, 'payload.command must be'],
  [{ command: 'a\0b' }, 'payload.command must be'],
  [{ command: 'a', cwd: 7 }, 'payload.cwd must be'],
  [{ command: 'a', timeout: -1 }, 'payload.timeout must be'],
  [{ command: 'a', timeout: '10' }, 'payload.timeout must be'],
])('refuses the task %j', async (payload, why) => {
  const bench = new Bench();
  const exit = bench.start();
  await settled(bench, bench.send({ type: 'task_assign', payload }));
  expect(bench.replies()).toMatchObject([
    { type: 'task_failed', payload: { text: expect.stringContaining(why) as string, exit_code: null } },
  ]);
  expect(bench.started).toEqual([]);
  bench.stop();
  await exit;
});

it('ends a task at its timeout, the hard way when it does not listen', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const task = bench.send({ type: 'task_assign', payload: { command: 'sleep 99', timeout: '30s' } });
  await running(bench, 1);
  bench.timers.get(30_000)?.();
  expect(bench.started[0]?.signals).toEqual(['SIGTERM']);
  bench.timers.get(2_000)?.();
  await settled(bench, task);
  expect(bench.replies()).toMatchObject([{ type: 'task_failed', payload: { timed_out: true, signal: 'SIGKILL' } }]);
  bench.stop();
  await exit;
});

it('ends what runs when it is stopped, and leaves the task to be run again', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const task = bench.send({ type: 'task_assign', payload: { command: 'sleep 99' } });
  await running(bench, 1);
  bench.stop();
  expect(bench.started[0]?.signals).toEqual(['SIGTERM']);
  bench.started[0]?.end({ signal: 'SIGTERM' });
  expect(await exit).toBe(0);
  expect(bench.told.at(-1)).toBe('asked to stop, good-bye');
  expect(bench.replies()).toEqual([]);
  expect(bench.mail.to('kaede')[0]?.state).toBe('submitted');

  // The next worker finds it.
  const next = bench.start();
  await running(bench, 2);
  bench.started[1]?.end({ code: 0 });
  await settled(bench, task);
  bench.stop();
  await next;
});

it('keeps a result until a controller takes it, and runs nothing twice', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const task = bench.send({ type: 'task_assign', payload: { command: 'true' } });
  await running(bench, 1);
  bench.lose();
  bench.started[0]?.end({ code: 0 });
  await until(
    'the end of the task',
    () => bench.told.at(-1) ?? '',
    (line) => line.endsWith('exit 0 after 0ms: true'),
  );
  expect(bench.replies()).toEqual([]);
  bench.up = true;
  await settled(bench, task);
  expect(bench.started).toHaveLength(1);
  expect(bench.replies()).toMatchObject([{ type: 'task_complete' }]);
  bench.stop();
  await exit;
});

it('says the same thing again when a crash hid that it was said, and settles the message', async () => {
  const bench = new Bench();
  const task = bench.send({ type: 'task_assign', payload: { command: 'true' }, state: 'submitted' } as never);
  // The one before it got as far as this.
  bench.mail.put('sakura', { id: `${task.id} kaede reply`, from: 'kaede', type: 'task_complete' });
  const exit = bench.start();
  await running(bench, 1);
  bench.started[0]?.end({ code: 0 });
  await settled(bench, task);
  expect(bench.mail.to('sakura')).toHaveLength(1);
  bench.stop();
  await exit;
});

it('does once what is handed over twice', async () => {
  const bench = new Bench();
  const exit = bench.start();
  const task = bench.send({ type: 'task_assign', payload: { command: 'sleep 9' } });
  await running(bench, 1);
  // Its lease ran out: it lies in the queue again, and the one who works on it says that it is in good hands.
  bench.mail.move(task.id, 'queued');
  bench.send({ type: 'heartbeat' });
  await settled(bench, task);
  expect(bench.mail.to('kaede')[0]?.state).toBe('acked');
  expect(bench.started).toHaveLength(1);
  bench.started[0]?.end({ code: 0 });
  bench.stop();
  await exit;
});

it('leaves in the mailbox what it cannot begin soon', async () => {
  const bench = new Bench();
  const exit = bench.start();
  for (let n = 0; n < 30; n++) bench.send({ type: 'task_assign', payload: { command: `task ${n}` } });
  const queued = (): number => bench.mail.to('kaede').filter(({ state }) => state === 'queued').length;
  await until('a full hand', queued, (count) => count === 30 - 1 - 8);
  bench.started[0]?.end({ code: 0 });
  expect(await until('one more', queued, (count) => count === 30 - 2 - 8)).toBe(20);
  bench.stop();
  bench.started[1]?.end({ signal: 'SIGTERM' });
  await exit;
});
