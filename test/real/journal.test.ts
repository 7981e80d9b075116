import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test as base } from 'vitest';
import { agentHistory, Desired, Journal, JOURNAL_DEFAULTS, readJournal, seenBefore } from '../../src/journal/index.ts';
import { type Database, openDatabase } from '../../src/platform/index.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A database whose disk can be made to refuse. */
class Fixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'journal-'));
  readonly path = join(this.folder, 'state.db');
  readonly clock = new FakeClock();
  readonly told: (string | null)[] = [];
  full = false;
  database = openDatabase(this.path);

  open(options: Partial<typeof JOURNAL_DEFAULTS> = {}): Journal {
    const { database } = this;
    const wrapped: Database = {
      ...database,
      prepare: (sql) => database.prepare(sql),
      exec: (sql) => database.exec(sql),
      transaction: (work) => {
        if (this.full) throw new Error('database or disk is full');
        return database.transaction(work);
      },
      close: () => database.close(),
    };
    return new Journal(wrapped, this.clock, { ...JOURNAL_DEFAULTS, ...options }, (message) => this.told.push(message));
  }

  reopen(): void {
    this.database.close();
    this.database = openDatabase(this.path);
  }

  end(): void {
    this.database.close();
    rmSync(this.folder, { recursive: true });
  }
}

const test = base.extend<{ fixture: Fixture }>({
  fixture: async ({ task: _task }, use) => {
    const fixture = new Fixture();
    await use(fixture);
    fixture.end();
  },
});

const asked = (journal: Journal, agent = 'a'): void =>
  journal.append('agent.asked', agent, { verb: 'start', by: 'test' });

describe('the journal', () => {
  test('writes a batch together, after its time', ({ fixture }) => {
    const journal = fixture.open();
    asked(journal);
    asked(journal);
    expect(readJournal(fixture.path, {})).toEqual([]);
    fixture.clock.pass(JOURNAL_DEFAULTS.flushAfter);
    expect(readJournal(fixture.path, {}).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(fixture.clock.pending).toBe(0);
  });

  test('holds what the disk refuses, says so, and writes it when it can', ({ fixture }) => {
    const journal = fixture.open();
    fixture.full = true;
    for (let n = 0; n < 5; n++) asked(journal);
    fixture.clock.pass(3_000);
    expect(fixture.told.at(-1)).toMatch(/full.*5 held/);
    expect(readJournal(fixture.path, {})).toEqual([]);
    fixture.full = false;
    fixture.clock.pass(1_000);
    expect(fixture.told.at(-1)).toBeNull();
    expect(journal.query({}).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(fixture.clock.pending).toBe(0);
  });

  test('holds only so many, and counts the lost', ({ fixture }) => {
    const journal = fixture.open({ holdAtMost: 100 });
    fixture.full = true;
    for (let n = 0; n < 250; n++) asked(journal);
    fixture.clock.pass(100);
    expect(fixture.told.at(-1)).toMatch(/1\d\d lost/);
    fixture.full = false;
    const kept = journal.query({});
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.at(-1)?.seq).toBe(250);
  });

  test('goes on with its numbers after a restart, and an end leaves no timer', ({ fixture }) => {
    const journal = fixture.open();
    asked(journal);
    journal.close();
    fixture.full = true;
    asked(journal); // nobody writes this any more, and nothing hangs on it
    expect(fixture.clock.pending).toBe(0);
    fixture.full = false;
    fixture.reopen();
    expect(fixture.open().seq).toBe(1);
  });

  test('drops what is old, by age and by size', ({ fixture }) => {
    const journal = fixture.open({ keepFor: 60_000, keepBytes: 1_000_000 });
    asked(journal, 'old');
    journal.flush();
    fixture.clock.pass(61_000);
    asked(journal, 'new');
    journal.flush();
    journal.prune();
    expect(journal.query({}).map(({ agent }) => agent)).toEqual(['new']);
    for (let n = 0; n < 12_000; n++) asked(journal, `agent-with-quite-a-long-name-${n}`);
    journal.flush();
    const count = (): number => Number(fixture.database.prepare('SELECT count(*) AS n FROM event').get()?.n);
    const before = count();
    for (let round = 0; round < 10; round++) journal.prune();
    expect(count()).toBeLessThan(before);
    expect(journal.query({ last: 1 })[0]?.seq).toBe(journal.seq);
  });

  test('filters by agent, type, prefix, time and number', ({ fixture }) => {
    const journal = fixture.open();
    journal.append('session.up', null, { session: 's', agents: 2 });
    asked(journal, 'a');
    asked(journal, 'b');
    fixture.clock.pass(1_000);
    journal.append('agent.added', 'a', { adHoc: true });
    const seqs = (filter: Parameters<Journal['query']>[0]): number[] => journal.query(filter).map(({ seq }) => seq);
    expect(seqs({ agent: 'a' })).toEqual([2, 4]);
    expect(seqs({ types: ['agent.'] })).toEqual([2, 3, 4]);
    expect(seqs({ types: ['session.up', 'agent.added'] })).toEqual([1, 4]);
    expect(seqs({ last: 2 })).toEqual([3, 4]);
    expect(seqs({ last: 0 })).toEqual([]);
    expect(seqs({ since: new Date(fixture.clock.wall()).toISOString() })).toEqual([4]);
    expect(seqs({ agent: "x' OR 1=1 --" })).toEqual([]);
  });
});

describe('what a controller reads when it comes back', () => {
  test('is right although the wall clock was set back by a day', ({ fixture }) => {
    const journal = fixture.open();
    journal.append('session.up', null, { session: 's', agents: 1 });
    fixture.clock.wallAhead -= 24 * 3600_000;
    journal.append('agent.started', 'a', { incarnation: 3, pid: 1, reason: 'up' });
    journal.append('agent.ready', 'a', { incarnation: 3, after: 1 });
    journal.append('agent.exited', 'a', { incarnation: 3, code: 1, class: 'failure', uptime: 1, healthy: false });
    journal.append('agent.started', 'a', { incarnation: 4, pid: 2, reason: 'exited' });
    journal.append('agent.state', 'a', { from: 'starting', to: 'running', detail: '' });
    journal.flush();
    expect(agentHistory(fixture.database, 'a')).toMatchObject({
      incarnation: 4,
      restarts: 1,
      ready: 3,
      state: { to: 'running' },
      lastExit: { data: { incarnation: 3 } },
    });
    expect(agentHistory(fixture.database, 'a').deaths).toHaveLength(1);
  });

  test('a session of before there were messages gets their defaults, each agent the account of its type', ({
    fixture,
  }) => {
    const old = { session: 'garden', agents: [{ name: 'kaede', type: 'codex' }], defaults: { cwd: '/' } };
    fixture.open();
    const put = fixture.database.prepare("INSERT INTO meta (key, value) VALUES ('spec', ?)");
    put.run(JSON.stringify(old));
    expect(new Desired(fixture.database).spec).toMatchObject({
      agents: [{ name: 'kaede', account: 'codex', delivery: 'idle', resume: true }],
      defaults: { cwd: '/', delivery: 'idle' },
      messages: { depth: 1_000 },
      agentTypes: {},
    });
  });

  test('wants are durable, and gone after a down', ({ fixture }) => {
    fixture.open();
    const desired = new Desired(fixture.database);
    expect(desired.want('a')).toBe('running');
    desired.setWant(['a', 'b'], 'stopped');
    desired.setGoingDown('cli');
    expect(desired.upSince).toBeNull();
    desired.setUpSince(1_234);
    fixture.reopen();
    const again = new Desired(fixture.database);
    expect([again.want('a'), again.goingDown, again.upSince]).toEqual(['stopped', 'cli', 1_234]);
    again.clear();
    expect([again.want('a'), again.goingDown, again.spec, again.upSince]).toEqual(['running', null, null, null]);
  });
});

describe('what an agent was seen doing before', () => {
  test('began when it began, not when the next controller saw it too', ({ fixture }) => {
    const journal = fixture.open();
    const at = (): number => fixture.clock.wall();
    const activity = (from: 'unknown' | 'idle' | 'busy', to: 'unknown' | 'idle' | 'busy'): void =>
      journal.append('agent.activity', 'a', { from, to, by: 'screen' });
    const step = (): void => fixture.clock.pass(1_000);
    activity('unknown', 'busy'); // of the incarnation before
    journal.append('agent.started', 'a', { incarnation: 2, pid: 7, reason: 'exited' });
    journal.flush();
    expect(seenBefore(fixture.database, 'a')).toEqual({ activity: null, held: null, released: null });
    step();
    activity('unknown', 'idle');
    step();
    const busy = at();
    activity('idle', 'busy');
    step();
    activity('unknown', 'busy'); // another controller
    journal.flush();
    expect(seenBefore(fixture.database, 'a').activity).toEqual({ is: 'busy', since: busy });
    step();
    activity('busy', 'unknown');
    step();
    const again = at();
    activity('unknown', 'busy');
    journal.flush();
    expect(seenBefore(fixture.database, 'a').activity).toEqual({ is: 'busy', since: again });
  });

  test('knows since when its account waits, or that it went on', ({ fixture }) => {
    const journal = fixture.open();
    const held = { why: 'limited', until: null, account: 'x' } as const;
    const begun = fixture.clock.wall();
    journal.append('agent.held', 'a', held);
    fixture.clock.pass(1_000);
    journal.append('agent.held', 'a', held);
    journal.flush();
    expect(seenBefore(fixture.database, 'a')).toMatchObject({ held: begun, released: null });
    fixture.clock.pass(1_000);
    journal.append('agent.released', 'a', { account: 'x' });
    journal.flush();
    expect(seenBefore(fixture.database, 'a')).toMatchObject({ held: null, released: begun + 2_000 });
  });
});
