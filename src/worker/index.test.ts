import { expect, it } from 'vitest';
import { work } from './index.ts';
import type { WorkerPorts } from './ports.ts';

function bench() {
  const told: string[] = [];
  const hooks = { line: (_: string) => {}, ended: () => {}, stop: () => {}, beat: () => {}, cancelled: 0 };
  const none = (): never => {
    throw new Error('not without mail');
  };
  const ports: WorkerPorts = {
    mono: () => 0,
    after: none,
    pause: none,
    mail: null,
    start: none,
    secrets: [],
    name: 'workers-1',
    write: (text) => void told.push(text.trimEnd()),
    wall: () => new Date(2026, 0, 31, 12, 0, 5).getTime(),
    every: (ms, run) => {
      expect(ms).toBe(60_000);
      hooks.beat = run;
      return () => void hooks.cancelled++;
    },
    onLine: (line, ended) => void Object.assign(hooks, { line, ended }),
    onStop: (stop) => void Object.assign(hooks, { stop }),
  };
  return { told, hooks, exit: work(ports) };
}

it('says who it is, notes what it is told, and shows now and then that it lives', async () => {
  const { told, hooks, exit } = bench();
  hooks.line('hello \x1b[2Jthere');
  hooks.line('   ');
  hooks.beat();
  hooks.ended();
  expect(await exit).toBe(0);
  expect(told).toEqual([
    'workers-1 is ready\na line typed here becomes a note',
    '12:00:05  note 1: hello there',
    '12:00:05  waiting, 1 note so far',
    '12:00:05  input ended, good-bye',
  ]);
  expect(hooks.cancelled).toBe(1);
});

it('ends well when asked to', async () => {
  const { told, hooks, exit } = bench();
  hooks.stop();
  expect(await exit).toBe(0);
  expect(told.at(-1)).toBe('12:00:05  asked to stop, good-bye');
});
