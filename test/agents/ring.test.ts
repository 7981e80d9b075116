import { describe, expect } from 'vitest';
import type { OrchestraEvent } from '../../src/protocol/index.ts';
import { startStub } from '../stub/index.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';
import { keyOf, realAgent } from './crew.ts';

const RING = ['w1', 'w2', 'claude', 'w3', 'w4', 'codex', 'w5', 'w6', 'w7'];
const after = (name: string): string => RING[(RING.indexOf(name) + 1) % RING.length] as string;

describe('nine agents, two of them real', () => {
  test('pass a message around the ring', async ({ project }) => {
    // A model that does what the message says: passes it on with the tool it was given.
    const stub = await startStub([
      (asked) => {
        const name = RING.find((each) => asked.key === keyOf(each));
        if (name === undefined || !/^Message [0-9a-f-]{36} from /.test(asked.text)) return null;
        const next = after(name);
        const rest = RING.slice(RING.indexOf(next) + 1);
        const forward = rest.slice(0, rest.findIndex((each) => each === 'claude' || each === 'codex') + 1 || undefined);
        return { mcp: { tool: 'send_message', args: { to: next, text: 'round it goes', payload: { forward } } } };
      },
    ]);
    try {
      const agents = Object.fromEntries(
        RING.map((name) => [
          name,
          name === 'claude' || name === 'codex' ? realAgent(project, name, name, stub.url) : { type: 'worker' },
        ]),
      );
      project.write({ agents });
      expect(await project.cli(['up', '--no-attach'])).toMatchObject({ code: 0 });
      const sent = await project.cli(['send', 'w1', 'round it goes', '--payload', '{"forward":["w2","claude"]}']);
      expect(sent).toMatchObject({ code: 0 });
      const of = async (type: string): Promise<OrchestraEvent[]> =>
        (await project.events()).filter((event) => event.type === type);
      // All the way round: the last worker has nobody left to pass it on to.
      await until(
        'the message at the end of the ring',
        () => of('message.acked'),
        (acked) => acked.some(({ agent }) => agent === 'w7'),
        90_000,
        200,
      );
      const queued = await of('message.queued');
      for (const name of RING)
        expect(
          queued.filter(({ agent }) => agent === name),
          name,
        ).toHaveLength(1);
      for (const name of ['claude', 'codex']) {
        const received = stub.received.filter(({ key, text }) => key === keyOf(name) && text.startsWith('Message '));
        expect(received, name).toHaveLength(1);
      }
    } finally {
      await stub.close();
    }
  });
});
