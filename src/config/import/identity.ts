import type { Place } from '../problem.ts';
import type { AgentKeys } from './agent-keys.ts';
import type { Gathering } from './gathering.ts';

/** Another user or group, where this machine and whoever is at it can have agents of theirs; a word about it otherwise. */
export function runAs(
  key: 'user' | 'group',
  name: string | null,
  agent: string,
  keys: AgentKeys,
  gathering: Gathering,
  place: Place,
): void {
  const { ports } = gathering;
  const leave = (why: string, instead: string): void => gathering.leave(place, agent, why, instead);
  if (name === null || !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/.test(name)) leave(`this is no name of a ${key}`, '');
  else if (ports.uid !== 0)
    leave(
      `only a session that root runs can start agents as another ${key}`,
      `add ${key}: to the agent when root runs it`,
    );
  else if (!ports.account(key, name))
    leave(`there is no such ${key} on this machine`, `make it, then add ${key}: to the agent`);
  else keys.set(key, /^\d+$/.test(name) ? Number(name) : name);
}
