import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test as base } from 'vitest';
import { substitute } from '../../src/config/index.ts';
import { sendPorts } from '../../src/notices/index.ts';
import { type Notice, noticeOf } from '../../src/notices/notice.ts';
import type { SendPorts } from '../../src/notices/ports.ts';
import { send, type Sent } from '../../src/notices/send.ts';
import { run } from '../../src/platform/index.ts';
import type { ChannelSpec } from '../../src/protocol/index.ts';

export const NOTICE: Notice = noticeOf(
  [
    {
      seq: 7,
      at: Date.parse('2026-01-31T12:00:00Z'),
      event: 'agent.broken',
      severity: 'critical',
      agent: 'kaede',
      text: 'is broken: <!channel> @everyone カエデ',
    },
  ],
  0,
  0,
  { id: '0190', session: 'garden', now: Date.parse('2026-01-31T12:00:05Z') },
);

/** Sends notices into the real world, from a folder of its own. What was started with it is ended by `close`. */
export class Sending {
  readonly folder = mkdtempSync(`${tmpdir()}/notices-`);
  env: Record<string, string>;
  readonly #parts: { close(): Promise<void> }[] = [];

  constructor() {
    this.env = { PATH: process.env.PATH ?? '', HOME: this.folder };
  }

  get ports(): SendPorts {
    return sendPorts(this.env, this.folder, { run, bell: async () => 0, fill: substitute });
  }

  send(channel: ChannelSpec, timeout?: number): Promise<Sent> {
    return send(channel, NOTICE, this.ports, timeout);
  }

  async with<T extends { start(): Promise<T>; close(): Promise<void> }>(part: T): Promise<T> {
    this.#parts.push(part);
    return part.start();
  }

  async close(): Promise<void> {
    for (const part of this.#parts) await part.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A test that sends notices. Nothing is left of what it started. */
export const test = base.extend<{ world: Sending }>({
  world: async ({ task: _ }, use) => {
    const world = new Sending();
    await use(world);
    await world.close();
  },
});
