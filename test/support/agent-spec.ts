import type { AgentSpec } from '../../src/protocol/index.ts';

/** An agent as the configuration would give it: restarted always and at once, stopped within 300 ms. */
export const agentSpec = (over: Partial<AgentSpec> = {}): AgentSpec => ({
  name: 'kaede',
  display: '',
  type: 'command',
  role: '',
  skills: [],
  command: { kind: 'argv', argv: ['true'] },
  cwd: '/',
  env: {},
  envFiles: [],
  dependsOn: [],
  ready: null,
  liveness: null,
  restart: { policy: 'always', successCodes: [0], healthyAfter: 10_000, backoff: null, breaker: null },
  stop: { keys: ['C-c'], keysFor: 100, intFor: 100, termFor: 100 },
  limits: { memory: null },
  delivery: 'idle',
  resume: true,
  account: 'command',
  adHoc: false,
  ...over,
});
