import { expect, it } from 'vitest';
import type { MailEntry } from '../../protocol/index.ts';
import { type DoorServices, doorServices } from './door-services.ts';

const SERVICES = {
  session: ['snapshot', 'apply', 'plan', 'add', 'command', 'events', 'down', 'subscribe'],
  mail: ['send', 'mail', 'message', 'take', 'ack', 'redrive', 'purge', 'peek', 'type', 'report'],
  desk: ['asked', 'answer', 'pause', 'press', 'screen', 'focus'],
  notices: ['notices', 'testNotices'],
} as const;

/** What an agent may ask at all; of its mail only what is its own. */
const OPEN = ['snapshot', 'subscribe', 'send', 'mail', 'message', 'take', 'ack', 'report'];

const entry = (from: string, to: string): MailEntry => ({ message: { from, to } }) as unknown as MailEntry;
const ALL = [entry('a', 'b'), entry('b', 'c'), entry('c', 'a'), entry('external', 'c')];

function behind(): { services: DoorServices; calls: string[] } {
  const calls: string[] = [];
  const service = (names: readonly string[]): object =>
    Object.fromEntries(
      names.map((name) => [
        name,
        async (...parameters: unknown[]) => {
          calls.push(`${name} ${JSON.stringify(parameters.filter((each) => typeof each !== 'function'))}`);
          return name === 'mail' || name === 'message' ? ALL : null;
        },
      ]),
    );
  const made = Object.fromEntries(Object.entries(SERVICES).map(([name, methods]) => [name, service(methods)]));
  return { services: made as unknown as DoorServices, calls };
}

it('lets through what is its own, and nothing else', async () => {
  const { services, calls } = behind();
  const door = doorServices('a', services) as unknown as Record<
    string,
    Record<string, (...all: unknown[]) => Promise<unknown>>
  >;
  for (const [service, methods] of Object.entries(SERVICES)) {
    for (const method of methods) {
      const call = async (): Promise<unknown> => door[service]?.[method]?.('a', 'x', 'y');
      if (OPEN.includes(method)) await call();
      else await expect(call(), method).rejects.toMatchObject({ code: 'refused' });
    }
  }
  expect(new Set(calls.map((call) => call.split(' ')[0]))).toEqual(new Set(OPEN));
  for (const method of ['take', 'ack', 'report'])
    await expect(door.mail?.[method]?.('b', 'x', 'y')).rejects.toMatchObject({ code: 'refused' });
  expect(await door.mail?.mail?.({})).toEqual([ALL[0], ALL[2]]);
  expect(await door.mail?.message?.('id')).toEqual([ALL[0], ALL[2]]);
  // What it acknowledges it acknowledges itself, whatever it says.
  await door.mail?.ack?.('a', 'id', 'b');
  expect(calls.at(-1)).toBe('ack ["a","id","a"]');
});
