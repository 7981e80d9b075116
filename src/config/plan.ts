import type { AgentSpec, Plan, PlannedChange, SessionSpec } from '../protocol/index.ts';

/** Fields in the words of the file. A field that is not here goes by its own name: a new one is compared all the same. */
const WORDS: Readonly<Record<string, string>> = {
  dependsOn: 'depends_on',
  envFiles: 'env_file',
  successCodes: 'success_codes',
  stopCodes: 'stop_codes',
  maxAge: 'max_age',
  schedule: 'cron',
  healthyAfter: 'healthy_after',
  keysFor: 'timeout',
  intFor: 'timeout',
  termFor: 'timeout',
  groupWait: 'group_wait',
  rateLimit: 'rate_limit',
  quietHours: 'quiet_hours',
  openFiles: 'open_files',
  adHoc: 'agents', // it moves between the file and `orchestra run`
};

/** These make the process itself: they only take effect when it is started anew. All others are applied while it runs. */
const INTERRUPTS: ReadonlySet<string> = new Set([
  'type',
  'command',
  'cwd',
  'env',
  'envFiles',
  'sandbox',
  'user',
  'group',
  'limits.cpu',
  'limits.processes',
  'limits.open_files',
  'limits.nice',
]);

/** Fields whose parts are named one by one. */
const NAMED_PARTS: ReadonlySet<string> = new Set(['restart', 'stop', 'limits']);

/**
 * What changing from one configuration to the next does to each agent. Specs are compared as wholes, so that no field can be
 * forgotten. Agents added with `orchestra run` stay unless the next configuration has one of their name.
 *
 * What `env_file` and `${VAR}` give is not part of a spec (no secret is): a change there is only seen at the next start.
 */
export function planChange(current: SessionSpec | null, next: SessionSpec): Plan {
  const before = new Map(current?.agents.map((agent) => [agent.name, agent]));
  const wanted = new Set(next.agents.map((agent) => agent.name));
  const agents: PlannedChange[] = next.agents.map((agent) => {
    const old = before.get(agent.name);
    return old === undefined ? { agent: agent.name, action: 'add', fields: [] } : changeOf(old, agent);
  });
  for (const { name, adHoc } of before.values()) {
    if (!wanted.has(name)) agents.push({ agent: name, action: adHoc ? 'keep' : 'remove', fields: [] });
  }
  const session = current === null ? 'new' : current.session === next.session ? 'same' : 'renamed';
  const layoutChanged = current !== null && panesMove(current, next);
  if (current === null) return { session, layoutChanged, fields: [], agents };
  const fields = settingsOf(current, next);
  if (current.profile === next.profile) return { session, layoutChanged, fields, agents };
  const profile = { from: current.profile, to: next.profile };
  return { session, layoutChanged, profile, fields: ['profile', ...fields], agents };
}

/** What differs besides agents, their defaults and the layout. Nothing of it touches a process: it is applied while all of them run. */
function settingsOf(current: SessionSpec, next: SessionSpec): string[] {
  const { groups, policy, ...rules } = current.messages;
  const { groups: nextGroups, policy: nextPolicy, ...nextRules } = next.messages;
  return [
    ...differing(rules, nextRules).map((key) => `messages.${key}`),
    ...differing(current.notices, next.notices).map((key) => `notices.${WORDS[key] ?? key}`),
    ...differing(current.dashboard, next.dashboard).map((key) => `dashboard.${key}`),
    ...(same(groups, nextGroups) ? [] : ['groups']),
    ...(same(policy, nextPolicy) ? [] : ['policy']),
    ...differing(current.agentTypes, next.agentTypes).map((name) => `agent_types.${name}`),
  ];
}

function changeOf(old: AgentSpec, next: AgentSpec): PlannedChange {
  const changed = differing(old, next);
  if (changed.length === 0) return { agent: next.name, action: 'keep', fields: [] };
  const fields = changed.flatMap((key) => (NAMED_PARTS.has(key) ? partsOf(key, old, next) : [WORDS[key] ?? key]));
  const action = [...changed, ...fields].some((key) => INTERRUPTS.has(key)) ? 'restart' : 'update';
  return { agent: next.name, action, fields: [...new Set(fields)] };
}

function partsOf(key: string, old: object, next: object): string[] {
  const [a, b] = [old, next].map((each) => (each as Record<string, unknown>)[key]);
  if (!isMap(a) || !isMap(b)) return [key];
  return differing(a, b).map((part) => `${key}.${WORDS[part] ?? part}`);
}

/** Keys of either whose values differ. */
function differing(a: object, b: object): string[] {
  const [left, right] = [a, b] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter((key) => !same(left?.[key], right?.[key]));
}

/** Equality of plain JSON; the order of keys in a map says nothing. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return isMap(a) && isMap(b) && Object.keys(a).length === Object.keys(b).length && differing(a, b).length === 0;
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Another layout, or the agents that stay are in another order: panes are filled in the order of the file. */
function panesMove(current: SessionSpec, next: SessionSpec): boolean {
  const names = (spec: SessionSpec, other: SessionSpec): string[] => {
    const both = new Set(other.agents.map((agent) => agent.name));
    return spec.agents.flatMap((agent) => (both.has(agent.name) ? [agent.name] : []));
  };
  return !same(current.layout, next.layout) || !same(names(current, next), names(next, current));
}
