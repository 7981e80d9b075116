import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { anEvent } from '../../test/support/dashboard-data.ts';
import { SETTINGS } from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { anAgent, aSnapshot } from '../../test/support/fake-session.ts';
import type { StreamMessage } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import { runDashboard } from './dashboard.ts';

/** A dashboard on a terminal that counts the pictures, at a clock that is wound by hand. */
async function open() {
  const clock = new FakeClock();
  const written: string[] = [];
  let hear: (message: StreamMessage) => void = () => {};
  const output = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        if (String(chunk).includes('?2026h')) written.push(String(chunk));
        done();
      },
    }),
    { isTTY: true, columns: 100, rows: 24 },
  );
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  const client: Partial<Client> = {
    subscribe: async (listener) => {
      hear = listener;
      listener({ kind: 'snapshot', snapshot: aSnapshot([anAgent('kaede'), anAgent('sakura')]) });
      return { close: () => {} };
    },
    events: async () => [],
    snapshot: () => new Promise(() => {}),
    closed: new Promise(() => {}),
    close: () => {},
  };
  const left = runDashboard(
    {
      clock,
      input: input as unknown as NodeJS.ReadStream,
      output: output as unknown as NodeJS.WriteStream,
      connect: async () => client as Client,
      readLog: () => [],
      by: 'dashboard',
    },
    SETTINGS,
  );
  const breath = () => new Promise((resolve) => setImmediate(resolve));
  await breath();
  return {
    left,
    written,
    event: (message: StreamMessage) => hear(message),
    press: async (key: string) => {
      input.write(key);
      await breath();
    },
    wind: (ms: number) => clock.pass(ms),
  };
}

describe('pictures', () => {
  const turns = (count: number): StreamMessage[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'event',
      event: anEvent('agent.activity', 'kaede', {
        from: index % 2 === 0 ? 'idle' : 'busy',
        to: index % 2 === 0 ? 'busy' : 'idle',
        by: 'hook',
      }),
    }));

  it('come at once for a key, and one for all events that come at a time', async () => {
    const desk = await open();
    desk.wind(5_000);
    desk.written.length = 0;
    await desk.press('j');
    expect(desk.written).toHaveLength(1);
    for (const message of turns(9)) desk.event(message);
    expect(desk.written).toHaveLength(1);
    desk.wind(0);
    expect(desk.written).toHaveLength(2);
    await desk.press('q');
    await desk.left;
  });

  it('come twice a second while events pour in and nobody presses a key', async () => {
    const desk = await open();
    desk.wind(5_000);
    desk.written.length = 0;
    for (let round = 0; round < 20; round++) {
      for (const message of turns(4 + (round % 2))) desk.event(message);
      desk.wind(100);
    }
    expect(desk.written.length).toBeGreaterThanOrEqual(3);
    expect(desk.written.length).toBeLessThanOrEqual(6);
    await desk.press('q');
    await desk.left;
  });
});
