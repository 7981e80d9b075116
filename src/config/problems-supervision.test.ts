import { expect, it } from 'vitest';
import { problems, withAgents } from '../../test/support/config-load.ts';

/** Each a file with one mistake and what is said about it. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  [
    'waiting for the end of what has none',
    withAgents('a: { type: worker, depends_on: { b: completed } }', 'b: { command: x }'),
    '4:36 agents.a.depends_on.b: `b` never completes: it is started again whenever it ends | give it `restart: on-failure` or `restart: never`',
  ],
  [
    'health nobody asks for',
    withAgents('a: { type: worker, depends_on: { b: healthy } }', 'b: { command: x }'),
    '4:36 agents.a.depends_on.b: nobody asks whether `b` is healthy | give it a `liveness`, or wait for `ready`',
  ],
  [
    'no cron expression',
    withAgents("a: { type: worker, restart: { cron: '61 * * * *' } }"),
    '4:39 agents.a.restart.cron: this is not a cron expression: Invalid value for minute: 61 | minute, hour, day, month, weekday: 0 3 * * * is every night at 3',
  ],
  [
    'no time zone',
    withAgents("a: { type: worker, restart: { cron: '0 3 * * *', zone: Berlin } }"),
    'agents.a.restart.zone: there is no such time zone | write it like Europe/Berlin, or UTC',
  ],
  [
    'no address',
    withAgents('a: { type: worker, ready: { http: localhost } }'),
    'agents.a.ready.http: this is not an address | write it like http://127.0.0.1:8080/health',
  ],
  [
    'an address with a secret',
    withAgents("a: { type: worker, ready: { http: 'http://me:hunter2@x/' } }"),
    'this address holds a user name or a password',
  ],
  [
    'no port',
    withAgents('a: { type: worker, liveness: { tcp: 70000 } }'),
    'agents.a.liveness.tcp: this is not a port | write it like 5432, or localhost:5432',
  ],
];

it.each(MISTAKES)('%s', async (_, text, expected) => {
  const said = (await problems(text)).map(
    (each) => `${each.line}:${each.column} ${each.path}: ${each.message} | ${each.hint}`,
  );
  expect(said.join('\n')).toContain(expected);
  expect(said).toHaveLength(1);
});
