import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Project } from '../support/project.ts';
import type { CliType } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface CrewOptions {
  /** Its hooks run, and what they say is not believed: it is from an incarnation that never was. */
  readonly deaf?: boolean;
}

/** What an `orchestra.yaml` says of a real agent CLI, which runs in a home of its own below the project and asks only the stub. */
export function realAgent(
  project: Project,
  name: string,
  type: CliType,
  stubUrl: string,
  { deaf = false }: CrewOptions = {},
): Record<string, unknown> {
  install(type, ROOT);
  const dir = join(project.folder, 'agents', name);
  const { argv, env, cwd } = agentHome(type, stubUrl, dir, ROOT, { key: keyOf(name), cwd: join(dir, 'work') });
  trustOrchestra(type, dir);
  // Known by its name: a script run by node is not.
  const program = join(dir, 'bin', type);
  mkdirSync(join(dir, 'bin'), { recursive: true });
  // Said once only; orchestra says it.
  const words = argv
    .filter((word) => word !== '--no-daemon')
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
  writeFileSync(program, `#!/bin/sh\n${deaf ? 'export ORCHESTRA_INCARNATION=999999\n' : ''}exec ${words} "$@"\n`);
  chmodSync(program, 0o755);
  return { type, command: [program, ...TRUSTED[type]], cwd, env: marked(env, project) };
}

/** The key an agent shows the stub: tells who asked. */
export const keyOf = (name: string): string => `stub-key-of-the-test-agent-${name}`;

/** `project.env` last: what the fixture ends processes by. */
const marked = (env: Readonly<Record<string, string>>, project: Project): Record<string, string> => ({
  ...env,
  ...project.env,
  HOME: env.HOME ?? '',
});

/** Tools of orchestra run without a person's yes. */
const TRUSTED: Readonly<Record<CliType, readonly string[]>> = {
  claude: [],
  codex: ['-c', 'mcp_servers.orchestra.default_tools_approval_mode="approve"'],
  gemini: [],
  qwen: [],
  opencode: [],
};

function trustOrchestra(type: CliType, dir: string): void {
  if (type !== 'claude') return;
  const path = join(dir, 'home/.claude/settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8')) as { permissions: { allow: string[] } };
  settings.permissions.allow.push('mcp__orchestra');
  writeFileSync(path, JSON.stringify(settings));
}
