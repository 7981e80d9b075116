import { resolveEnv } from '../config/index.ts';
import { readText } from '../platform/index.ts';
import type { AgentSpec, Command } from '../protocol/index.ts';
import type { Tokens } from './mail/tokens.ts';
import type { Launch } from '../watchdog/index.ts';

/** Command lines of the programs that come with orchestra. */
export type Builtins = Readonly<Record<'worker' | 'dashboard', readonly string[]>>;

export interface LaunchContext {
  readonly builtins: Builtins;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly project: string;
  readonly session: string;
  readonly tokens: Tokens;
}

/** What an agent runs, its env files read at this moment. Nothing of it is kept anywhere but in the launch file. */
export function launchOf(
  spec: AgentSpec,
  context: LaunchContext,
): { ok: true; launch: Launch } | { ok: false; message: string } {
  const files: { path: string; text: string }[] = [];
  for (const path of spec.envFiles) {
    try {
      files.push({ path, text: readText(path) });
    } catch (error) {
      return { ok: false, message: `env_file ${path}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}` };
    }
  }
  const resolved = resolveEnv(spec, files, context.env);
  if (!resolved.ok) return resolved;
  context.tokens.write(spec.name);
  const own = {
    ORCHESTRA_AGENT: spec.name,
    ORCHESTRA_SESSION: context.session,
    ORCHESTRA_PROJECT: context.project,
    ORCHESTRA_TOKEN: context.tokens.of(spec.name),
  };
  return {
    ok: true,
    launch: { argv: argvOf(spec.command, context.builtins), cwd: spec.cwd, env: { ...resolved.env, ...own } },
  };
}

function argvOf(command: Command, builtins: Builtins): readonly string[] {
  switch (command.kind) {
    case 'shell':
      return ['sh', '-c', command.script];
    case 'argv':
      return command.argv;
    case 'builtin':
      return builtins[command.name];
  }
}
