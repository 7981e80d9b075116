import { posix } from 'node:path';
import { nearest } from '../base/index.ts';
import { AGENT_NAME, type AgentSpec, OrchestraError, RESERVED_NAMES, type SessionSpec } from '../protocol/index.ts';
import { TYPES } from './known-types.ts';
import { quoted } from './problem.ts';

/**
 * The agent that `orchestra run NAME -- COMMAND...` adds. It inherits the defaults of the running session.
 *
 * @param command argv, run as it is
 * @param options.cwd absolute, or relative to the project
 * @throws OrchestraError `usage` for a name, type or command that is not possible, `conflict` for a name that is taken
 */
export function adHocAgent(
  name: string,
  command: readonly string[],
  base: SessionSpec,
  options: { cwd?: string; type?: string } = {},
): AgentSpec {
  if (RESERVED_NAMES.includes(name))
    throw new OrchestraError('usage', `the name ${quoted(name)} is one that orchestra keeps for itself`);
  if (!AGENT_NAME.test(name)) {
    const hint = 'a small letter, then up to 31 small letters, digits and -';
    throw new OrchestraError('usage', `the name ${quoted(name)} is not possible`, hint);
  }
  if (base.agents.some((agent) => agent.name === name)) {
    throw new OrchestraError('conflict', `there is an agent ${quoted(name)} already`, 'choose another name');
  }
  const types = [...Object.keys(base.agentTypes), ...TYPES];
  if (options.type !== undefined && !types.includes(options.type)) {
    const meant = nearest(options.type, types);
    const hint = meant === null ? `possible: ${types.join(', ')}` : `did you mean ${quoted(meant)}?`;
    throw new OrchestraError('usage', `there is no agent type ${quoted(options.type)}`, hint);
  }
  const builtin = options.type === 'worker' && command.length === 0;
  if (!builtin && (command[0] ?? '').trim() === '') {
    throw new OrchestraError('usage', 'the command is empty', `orchestra run ${name} -- COMMAND...`);
  }
  return {
    ...base.defaults,
    name,
    display: '',
    type: options.type ?? 'command',
    role: '',
    skills: [],
    command: builtin ? { kind: 'builtin', name: 'worker' } : { kind: 'argv', argv: [...command] },
    cwd: options.cwd === undefined ? base.defaults.cwd : posix.resolve(base.project, options.cwd),
    dependsOn: [],
    account: options.type ?? 'command',
    adHoc: true,
  };
}
