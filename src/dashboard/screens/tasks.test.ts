import { describe, expect, it } from 'vitest';
import { dashboardState, pressed, screenText } from '../../../test/support/dashboard.ts';
import { ago, agentLike, mailLike, NOON } from '../../../test/support/dashboard-data.ts';
import type { AgentSnapshot, MailEntry, Message } from '../../protocol/index.ts';
import type { State } from '../model/state.ts';
import { update } from '../update.ts';

function tasks(entries: readonly MailEntry[], agents: readonly AgentSnapshot[] = [agentLike('kaede')]): State {
  const state = { ...dashboardState({}, { agents, width: 90, height: 12 }), screen: 'tasks' as const };
  return update(state, { kind: 'done', of: { kind: 'load-mail', filter: { last: 500 } }, value: entries }, NOON).state;
}

const task = (n: number, state: MailEntry['state'], over: Partial<Message> = {}): MailEntry =>
  mailLike(n, {
    type: 'task_assign',
    from: 'external',
    to: 'kaede',
    payload: { command: `make part${n}` },
    state,
    ...over,
  });

const result = (n: number, of: number, type: 'task_complete' | 'task_failed', exit_code: number): MailEntry =>
  mailLike(n, {
    type,
    from: 'kaede',
    to: 'external',
    replyTo: task(of, 'queued').message.id,
    payload: { text: 'x', exit_code },
    timestamp: ago(48_000),
  });

describe('the tasks', () => {
  it('stand in the order in which they matter', () => {
    const all = [
      task(1, 'answered', { payload: { command: 'make', text: 'ビルドを走らせる' } }),
      task(2, 'answered'),
      task(3, 'started'),
      task(4, 'queued'),
      { ...task(5, 'dead'), reason: 'attempts' as const },
      mailLike(6),
      result(7, 1, 'task_complete', 0),
      result(8, 2, 'task_failed', 3),
    ];
    expect(screenText(tasks(all)).split('\n').slice(1, 10)).toEqual([
      ' ● 1 in hand   ○ 1 waits   ✖ 1 given up   ✖ 1 failed   ✔ 1 done',
      '',
      '    WHO    TASK                                     STATE             FROM      AGE  TOOK',
      ' ●  kaede  make part3                               in hand           external   1m',
      ' ○  kaede  make part4                               waits             external   1m',
      ' ✖  kaede  make part5                               dead: attempts    external   1m',
      ' ✖  kaede  make part2                               failed, status 3  external   1m   12s',
      ' ✔  kaede  ビルドを走らせる                         done              external   1m   12s',
      '',
    ]);
  });

  it('says how to give one where there is none', () => {
    expect(screenText(tasks([]))).toContain('no tasks');
    expect(screenText(tasks([]))).toContain('orchestra send AGENT --type task_assign TEXT');
  });

  it('shows what an agent has had for longer than messages are looked back, and opens it', () => {
    const id = task(77, 'queued').message.id;
    const state = tasks([], [agentLike('kaede', { task: { id, from: 'sakura', text: 'an old one' } })]);
    expect(screenText(state)).toContain('an old one');
    const { state: open, effects } = pressed(state, 'enter');
    expect(effects).toEqual([{ kind: 'load-mail', filter: { thread: id } }]);
    const value = [task(77, 'started', { payload: { text: 'an old one, in full' } })];
    const done = { kind: 'done', of: { kind: 'load-mail', filter: { thread: id } }, value } as const;
    expect(screenText(update(open, done, NOON).state)).toContain('an old one, in full');
  });

  it('a task that nobody described is shown as it is', () => {
    expect(screenText(tasks([task(1, 'queued', { payload: { command: ['make', 'all'] } })]))).toContain('make all');
    expect(screenText(tasks([task(1, 'queued', { payload: { goal: 7 } })]))).toContain('{"goal":7}');
  });
});
