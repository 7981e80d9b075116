import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { describe, expect } from 'vitest';
import { test } from '../support/test.ts';

const SLEEP = 'exec sleep 1000';
const NEVER = { restart: 'never' };

/** A server on this machine only, closed with everyone who is connected when the test is over. */
async function serving(server: Server): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const clients = new Set<Socket>();
  server.on('connection', (client: Socket) => {
    clients.add(client);
    client.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

describe('a probe over the network', () => {
  test('is ready when the address or the port answers; one that hangs or refuses is not', async ({ project }) => {
    const statuses = [503, 200];
    await using web = await serving(createServer((_, answer) => void answer.writeHead(statuses.shift() ?? 204).end()));
    await using hanging = await serving(createTcp(() => {}));
    project.write({
      agents: {
        http: { command: SLEEP, ready: { http: `http://127.0.0.1:${web.port}/health`, interval: '50ms' } },
        status: {
          command: SLEEP,
          ready: { http: { url: `http://127.0.0.1:${web.port}/`, status: 204 } },
          depends_on: { http: 'ready' },
        },
        tcp: { command: SLEEP, ready: { tcp: hanging.port } },
        hangs: { command: SLEEP, ready: { http: `http://127.0.0.1:${hanging.port}/`, timeout: '2s' }, ...NEVER },
        refused: { command: SLEEP, ready: { tcp: 'localhost:1', interval: '50ms', timeout: '1s' }, ...NEVER },
      },
    });
    await project.cli(['up', '--no-attach']);
    await project.untilAgent('hangs', 'given up', ({ state }) => state === 'stopped');
    const { agents } = await project.status();
    expect(agents.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'http running',
      'status running',
      'tcp running',
      'hangs stopped',
      'refused stopped',
    ]);
    expect(statuses).toEqual([]);
  });

  test('restarts what no longer answers, and says what it answered', async ({ project }) => {
    let status = 200;
    await using web = await serving(createServer((_, answer) => void answer.writeHead(status).end()));
    const liveness = { http: `http://127.0.0.1:${web.port}/`, interval: '100ms', timeout: '1s', failures: 2 };
    await project.up({ agents: { web: { command: SLEEP, liveness } } });
    const pid = await project.pidOf('web');
    status = 500;
    await project.untilReplaced('web', pid);
    const down = (await project.events()).find(
      ({ type, data }) => type === 'agent.state' && 'to' in data && data.to === 'stopping',
    );
    expect(down?.data).toMatchObject({ detail: 'liveness probe failed 2 times: it answered with status 500' });
  });
});
