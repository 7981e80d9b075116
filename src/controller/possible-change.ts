import { planChange } from '../config/index.ts';
import { OrchestraError, type Plan, type SessionSpec } from '../protocol/index.ts';

/** What a change does. A session keeps its name for life: whoever asks beforehand is told the same as whoever does it. */
export function possibleChange(current: SessionSpec | null, next: SessionSpec): Plan {
  const plan = planChange(current, next);
  if (plan.session !== 'renamed') return plan;
  throw new OrchestraError(
    'conflict',
    `the running session is called ${current?.session}, the file says ${next.session}`,
    'orchestra down, then orchestra up',
  );
}

/** Agents whose process a change ends, in the order of the file. */
export const interrupted = (current: SessionSpec, next: SessionSpec): string[] =>
  possibleChange(current, next)
    .agents.filter(({ action }) => action === 'restart')
    .map(({ agent }) => agent);
