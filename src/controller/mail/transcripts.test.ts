import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { type ActivitySignal, driverOf } from '../../drivers/index.ts';
import type { Watched } from './eyes.ts';
import { Transcripts } from './transcripts.ts';

const ROLLOUT = '/home/k/.codex/sessions/2030/01/01/rollout-2030-01-01T00-00-00-thread-1.jsonl';
const HELPER = '/home/k/.codex/sessions/2030/01/01/rollout-2030-01-01T00-00-09-thread-2.jsonl';

/** A house with one agent and the files on its disk. */
function house(type: 'claude' | 'codex' = 'codex') {
  const clock = new FakeClock();
  const disk = new Map<string, string>();
  const told: ActivitySignal[] = [];
  const world = { open: [] as string[], known: null as string | null, launched: 0, idle: false, reads: 0 };
  const transcripts = new Transcripts({
    clock,
    files: {
      facts: (path) => {
        const text = disk.get(path);
        return text === undefined ? null : { inode: path.length, size: Buffer.byteLength(text), modified: 0 };
      },
      read: (path, offset, most) => {
        world.reads++;
        return Buffer.from(disk.get(path) ?? '').subarray(offset, offset + most);
      },
    },
    known: () => world.known,
    open: () => world.open,
    launched: () => world.launched,
    isIdle: () => world.idle,
    tell: (_, signal) => void told.push(signal),
  });
  const agent: Watched = { name: 'kaede', driver: driverOf(type, {}), pane: '%1', incarnation: 1 };
  const write = (path: string, what: string, ahead = 0): void => {
    const timestamp = new Date(clock.wall() + ahead).toISOString();
    const line = JSON.stringify({ timestamp, type: 'event_msg', payload: { type: what } });
    disk.set(path, `${disk.get(path) ?? ''}${line}\n`);
  };
  const look = (ms = 200, watched = agent): readonly ActivitySignal[] => {
    clock.pass(ms);
    transcripts.look([watched]);
    return told.splice(0);
  };
  return { clock, disk, world, agent, write, look, transcripts };
}

describe('the transcript of an agent', () => {
  test('tells what it says with the moment it was written', () => {
    const { world, write, look, clock } = house();
    world.open = ['/dev/null', ROLLOUT];
    write(ROLLOUT, 'task_started');
    const at = clock.mono();
    expect(look(300)).toEqual([{ kind: 'transcript', activity: 'busy', at }]);
    expect(look()).toEqual([]);
    write(ROLLOUT, 'turn_aborted');
    expect(look()).toEqual([{ kind: 'transcript', activity: 'idle', at: at + 500 }]);
  });

  test('of an earlier incarnation, or from before the clock was set back, tells nothing', () => {
    const { world, write, look, clock } = house();
    world.open = [ROLLOUT];
    write(ROLLOUT, 'task_complete');
    world.launched = clock.wall() + 1;
    expect(look()).toEqual([]);
    write(ROLLOUT, 'task_complete', 3_600_000);
    expect(look()).toEqual([]);
    write(ROLLOUT, 'task_started');
    expect(look()).toHaveLength(1);
  });

  test('is the one its process holds open, and stays so when its helpers have theirs', () => {
    const { world, write, look } = house();
    write(HELPER, 'task_complete');
    write(ROLLOUT, 'task_started');
    world.open = [ROLLOUT, HELPER];
    expect(look()).toEqual([]); // either may be its own
    world.open = [ROLLOUT];
    expect(look(700)).toMatchObject([{ activity: 'busy' }]);
    world.open = [HELPER, ROLLOUT];
    write(HELPER, 'task_complete');
    expect(look(10_000)).toEqual([]);
    world.open = [HELPER];
    expect(look(10_000)).toMatchObject([{ activity: 'idle' }]);
  });

  test('is another one when its hook names another', () => {
    const { world, disk, look, clock, transcripts } = house('claude');
    const line = (type: string) => `${JSON.stringify({ type, timestamp: new Date(clock.wall()).toISOString() })}\n`;
    world.known = '/first.jsonl';
    disk.set('/first.jsonl', line('user'));
    expect(look()).toMatchObject([{ activity: 'busy' }]);
    world.known = '/second.jsonl';
    disk.set('/second.jsonl', line('assistant'));
    expect(look()).toEqual([]);
    transcripts.heard('kaede');
    expect(look()).toMatchObject([{ activity: 'busy' }]);
  });

  test('of an agent that is idle is looked at every fourth time; of one without a program not at all', () => {
    const { world, write, look, agent } = house();
    world.open = [ROLLOUT];
    expect(look()).toEqual([]);
    world.idle = true;
    write(ROLLOUT, 'task_started');
    expect([look(), look(), look()].flat()).toEqual([]);
    expect(look()).toHaveLength(1);
    world.idle = false;
    write(ROLLOUT, 'task_complete');
    expect(look(200, { ...agent, pane: null })).toEqual([]);
    expect(look()).toHaveLength(1);
  });
});
