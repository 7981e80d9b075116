import { AppliedConfigs } from '../journal/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { type AppliedConfig, OrchestraError, type SessionSpec } from '../protocol/index.ts';

interface HistoryPorts {
  readonly database: Database;
  readonly clock: Clock;
}

/** null, and an error, when there is none of that number. */
export function keptConfig({ database }: HistoryPorts, n: number): AppliedConfig {
  const found = new AppliedConfigs(database).get(n);
  if (found !== null) return found;
  throw new OrchestraError('usage', `no configuration ${n} is kept`, 'orchestra config history lists them');
}

/** @returns what writes down that a configuration was applied just now; the disk may not take it at once. */
export function recorder(
  { database, clock }: HistoryPorts,
  spec: SessionSpec,
  text: string | null,
  by: string,
): () => void {
  const wall = clock.wall();
  return () => new AppliedConfigs(database).record(spec, text, by, wall);
}
