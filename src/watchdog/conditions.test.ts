import { expect, it } from 'vitest';
import { agentSpec } from '../../test/support/agent-spec.ts';
import { CONDITIONS, type Dependency } from '../protocol/index.ts';
import { type Awaited, dependantsOf, isMet, waitsFor } from './conditions.ts';
import { newMachine } from './phase.ts';

const { restart } = agentSpec();
const LIVENESS = { kind: 'tcp', host: 'localhost', port: 1, interval: 1, timeout: 1, failures: 1 } as const;

const awaited = (over: Partial<Awaited['machine']>, spec: Partial<Awaited['spec']> = {}, lively = false): Awaited => ({
  spec: { liveness: null, restart, ...spec },
  machine: { ...newMachine(), ...over },
  lively,
});
const exit = (code: number) => ({ code, class: code === 0 ? 'success' : 'failure', uptime: 1, wall: 1 }) as const;
const never = { restart: { ...restart, policy: 'never' } } as const;

it.each<[string, Awaited, string]>([
  ['nothing while it is down', awaited({}), ''],
  [
    'started once it runs',
    awaited({ phase: { state: 'starting', step: 'probing', reason: 'up', deadline: 1, detail: '' }, startedAt: 1 }),
    'started',
  ],
  [
    'ready, and healthy where nothing is asked',
    awaited({ phase: { state: 'running' }, startedAt: 1 }),
    'started ready healthy',
  ],
  [
    'not healthy before its probe succeeded',
    awaited({ phase: { state: 'running' }, startedAt: 1 }, { liveness: LIVENESS }),
    'started ready',
  ],
  [
    'healthy then',
    awaited({ phase: { state: 'running' }, startedAt: 1 }, { liveness: LIVENESS }, true),
    'started ready healthy',
  ],
  ['completed when it has ended for good', awaited({ lastExit: exit(3) }, never), 'completed'],
  ['successfully when it says so', awaited({ lastExit: exit(0) }, never), 'completed completed_successfully'],
  ['not completed when a person stopped it in its work', awaited({ lastExit: exit(143) }), ''],
  ['not completed before it ran', awaited({}, never), ''],
])('is %s', (_, other, met) => expect(CONDITIONS.filter((each) => isMet(each, other)).join(' ')).toBe(met));

it('names what is waited for', () =>
  expect(
    waitsFor([
      { agent: 'a', condition: 'started' },
      { agent: 'b', condition: 'completed_successfully' },
    ]),
  ).toBe('waits for a, b (completed successfully)'));

it('finds those that depend on one over others, each once, in a ring too', () => {
  const on = (...agents: string[]): Dependency[] => agents.map((agent) => ({ agent, condition: 'started' }));
  const all = new Map(
    Object.entries({ a: on(), b: on('a'), c: on('b', 'a'), d: on('x'), e: on('c', 'f'), f: on('e') }).map(
      ([name, dependsOn]) => [name, { spec: agentSpec({ name, dependsOn }) }],
    ),
  );
  expect(dependantsOf('a', all).sort()).toEqual(['b', 'c', 'e', 'f']);
  expect(dependantsOf('f', all)).toEqual(['e']);
  expect(dependantsOf('d', all)).toEqual([]);
});
