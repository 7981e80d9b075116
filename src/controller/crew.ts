import { arrange } from '../layout/index.ts';
import type { AgentSpec, SessionSpec } from '../protocol/index.ts';
import { DASHBOARD } from './session-panes.ts';

/** The dashboard is kept alive like an agent, but is none: no limit, no breaker, shown nowhere. */
const dashboardAgent = (project: string): AgentSpec => ({
  name: DASHBOARD,
  display: '',
  type: DASHBOARD,
  role: '',
  skills: [],
  command: { kind: 'builtin', name: 'dashboard' },
  cwd: project,
  env: {},
  envFiles: [],
  dependsOn: [],
  ready: null,
  liveness: null,
  restart: {
    policy: 'always',
    successCodes: [0],
    healthyAfter: 2000,
    backoff: { initial: 500, max: 30_000, factor: 2, jitter: 0.2, resetAfter: 30_000 },
    breaker: null,
  },
  stop: { keys: [], keysFor: 0, intFor: 0, termFor: 1000 },
  limits: { memory: null },
  adHoc: false,
});

/** Everything that gets a pane: the agents in their order, and the dashboard when the layout has one. */
export function crewOf(spec: SessionSpec): readonly AgentSpec[] {
  const names = spec.agents.map((agent) => agent.name);
  const [first] = arrange(spec.layout, names, { width: 200, height: 50 });
  const shown = first?.panes.some((placed) => placed.slot.kind === 'dashboard') ?? false;
  return shown ? [...spec.agents, dashboardAgent(spec.project)] : spec.agents;
}
