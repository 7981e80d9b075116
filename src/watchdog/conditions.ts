import type { AgentSpec, Condition, Dependency } from '../protocol/index.ts';
import type { Machine } from './phase.ts';
import { wantsRestart } from './restart-policy.ts';

/** What is waited for, as far as it matters to whoever waits. */
export interface Awaited {
  readonly spec: Pick<AgentSpec, 'liveness' | 'restart'>;
  readonly machine: Pick<Machine, 'phase' | 'startedAt' | 'lastExit'>;
  /** Its liveness probe succeeded in this life. */
  readonly lively: boolean;
}

/** Whether an agent is as another one needs it. */
export function isMet(condition: Condition, { spec, machine, lively }: Awaited): boolean {
  const { state } = machine.phase;
  switch (condition) {
    case 'started':
      return state === 'running' || (state === 'starting' && machine.startedAt !== null);
    case 'ready':
      return state === 'running';
    case 'healthy':
      return state === 'running' && (spec.liveness === null || lively);
    case 'completed':
    case 'completed_successfully': {
      const { lastExit } = machine;
      // Stopped by a person in the middle of its work is no completion: its policy would have started it again.
      if (state !== 'stopped' || lastExit === null || wantsRestart(spec.restart, lastExit)) return false;
      return condition === 'completed' || lastExit.class === 'success';
    }
  }
}

/** Whether everyone that is waited for is as it must be. */
export const allMet = (dependencies: readonly Dependency[], all: ReadonlyMap<string, Awaited>): boolean =>
  dependencies.every(({ agent, condition }) => {
    const other = all.get(agent);
    return other !== undefined && isMet(condition, other);
  });

/** `waits for db (healthy), cache`. */
export const waitsFor = (dependencies: readonly Dependency[]): string =>
  `waits for ${dependencies.map(({ agent, condition }) => (condition === 'started' ? agent : `${agent} (${condition.replace('_', ' ')})`)).join(', ')}`;

/** Everyone that depends on an agent, over others too. */
export function dependantsOf(name: string, all: ReadonlyMap<string, { readonly spec: AgentSpec }>): string[] {
  const found = new Set<string>();
  const visit = (on: string): void => {
    for (const [other, { spec }] of all) {
      if (found.has(other) || !spec.dependsOn.some(({ agent }) => agent === on)) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(name);
  found.delete(name);
  return [...found];
}
