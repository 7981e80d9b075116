import { arrange } from '../layout/index.ts';
import { type AgentSpec, NO_LIMITS, OrchestraError, type SessionSpec } from '../protocol/index.ts';
import type { Unit } from '../watchdog/index.ts';
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
    stopCodes: [],
    maxAge: null,
    schedule: null,
    watch: null,
    strategy: 'one_for_one',
    healthyAfter: 2000,
    backoff: { initial: 500, max: 30_000, factor: 2, jitter: 0.2, resetAfter: 30_000 },
    breaker: null,
  },
  stop: { keys: [], keysFor: 0, intFor: 0, termFor: 1000 },
  limits: NO_LIMITS,
  sandbox: 'none',
  user: null,
  group: null,
  delivery: 'inbox',
  resume: false,
  account: 'dashboard',
  adHoc: false,
});

/** Everything that gets a pane: the agents in their order, and the dashboard when the layout has one. */
export function crewOf(spec: SessionSpec): readonly AgentSpec[] {
  const names = spec.agents.map((agent) => agent.name);
  const [first] = arrange(spec.layout, names, { width: 200, height: 50 });
  const shown = first?.panes.some((placed) => placed.slot.kind === 'dashboard') ?? false;
  return shown ? [...spec.agents, dashboardAgent(spec.project)] : spec.agents;
}

/** The agents of these names, all of them for none. Throws `unknown-agent`. */
export function named(units: ReadonlyMap<string, Unit>, names: readonly string[]): Unit[] {
  const agents = [...units.values()].filter((unit) => unit.name !== DASHBOARD);
  if (names.length === 0) return agents;
  return names.map((name) => {
    const unit = agents.find((each) => each.name === name);
    if (unit !== undefined) return unit;
    const known = agents.map((each) => each.name).join(', ');
    throw new OrchestraError('unknown-agent', `there is no agent ${JSON.stringify(name)}`, `agents: ${known}`, {
      agent: name,
    });
  });
}
