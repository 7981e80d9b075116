import { nearest } from '../../base/index.ts';
import {
  AGENT_FILES,
  type AgentSpec,
  OrchestraError,
  SANDBOX_LEVELS,
  type SandboxLevel,
  SANDBOXES,
  type SessionSpec,
  sandboxLines,
} from '../../protocol/index.ts';
import { loadSpec } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { findSessionFile } from '../reach.ts';
import { writeJson, writeLines } from '../report.ts';

export interface ExplainOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** `orchestra explain sandbox [LEVEL|AGENT]`. */
export async function explainSandbox(
  ports: CliPorts,
  name: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const levels = SANDBOX_LEVELS.filter((level) => name === undefined || level === name);
  const told = levels.length > 0 ? levels.map((level) => ofLevel(level)) : [await ofAgent(ports, name ?? '', options)];
  if (options.json) writeJson(ports.out, name === undefined ? told.map(({ data }) => data) : told[0]?.data);
  else
    writeLines(
      ports.out,
      told.flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines])),
    );
  return 0;
}

interface Told {
  readonly lines: readonly string[];
  readonly data: object;
}

const rulesOf = (level: SandboxLevel): object => (level === 'none' ? {} : SANDBOXES[level]);

const ofLevel = (level: SandboxLevel): Told => ({
  lines: [level, ...sandboxLines(level, null).map((line) => `  ${line}`)],
  data: { level, ...rulesOf(level) },
});

async function ofAgent(ports: CliPorts, name: string, options: ExplainOptions): Promise<Told> {
  const { spec } = await loadSpec(ports, await findSessionFile(ports, options.file), options.profile);
  const agent = spec.agents.find((each) => each.name === name);
  if (agent === undefined) throw unknown(name, spec);
  const type = spec.agentTypes[agent.type]?.extends ?? agent.type;
  const files = AGENT_FILES[type] === undefined ? null : type;
  return {
    lines: [
      `${agent.name}: ${agent.sandbox}`,
      ...sandboxLines(agent.sandbox, files ?? type).map((line) => `  ${line}`),
      ...(agent.sandbox === 'none' ? [] : [`  it works in        ${agent.cwd}`]),
      ...asWhom(agent),
    ],
    data: { agent: agent.name, level: agent.sandbox, ...rulesOf(agent.sandbox), cwd: agent.cwd },
  };
}

const asWhom = ({ user, group }: AgentSpec): string[] =>
  user === null && group === null ? [] : [`  runs as            ${[user, group].filter(Boolean).join(', group ')}`];

function unknown(name: string, { agents }: SessionSpec): OrchestraError {
  const known = [...SANDBOX_LEVELS, ...agents.map((agent) => agent.name)];
  const meant = nearest(name, known);
  const hint = meant === null ? `levels: ${SANDBOX_LEVELS.join(', ')}` : `did you mean ${meant}?`;
  return new OrchestraError('unknown-agent', `${JSON.stringify(name)} is neither a level nor an agent`, hint);
}
