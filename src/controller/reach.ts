import { type Reached, reachHttp, reachTcp } from '../platform/index.ts';
import type { SessionSpec, Target } from '../protocol/index.ts';

/** Asks what a probe names, once. @param timeout ms */
export function reach(target: Target, timeout: number): Promise<Reached> {
  if (target.kind === 'tcp') return reachTcp(target.host, target.port, timeout);
  const { from, to } = target.status;
  return reachHttp(target.url, (status) => status >= from && status <= to, timeout);
}

/** Everyone who is in a group with an agent, itself too. */
export const groupOf = (agent: string, { messages: { groups } }: SessionSpec): string[] => [
  ...new Set(
    Object.values(groups)
      .filter((names) => names.includes(agent))
      .flat(),
  ),
];
