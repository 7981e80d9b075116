import { resolveEnv } from '../config/index.ts';
import { type Driver, prepare } from '../drivers/index.ts';
import { privateDir, readText, replaceFile } from '../platform/index.ts';
import type { AgentSpec, Command, Paths } from '../protocol/index.ts';
import type { Talks } from './mail/talks.ts';
import type { Tokens } from './mail/tokens.ts';
import type { Launch, Machine } from '../watchdog/index.ts';

/** Command lines of the programs that come with orchestra, and the script their hooks call. */
export type Builtins = Readonly<Record<'worker' | 'dashboard' | 'mcp', readonly string[]>> & { readonly hook: string };

export interface LaunchContext {
  readonly builtins: Builtins;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  readonly session: string;
  readonly tokens: Tokens;
  readonly talks: Talks;
  driverOf(type: string): Driver;
}

/** What an agent runs, its env files read at this moment. Nothing of it is kept anywhere but in the launch file. */
export function launchOf(
  spec: AgentSpec,
  lastExit: Machine['lastExit'],
  context: LaunchContext,
): { ok: true; launch: Launch } | { ok: false; message: string } {
  const found = environment(spec, context);
  if (!found.ok) return found;
  const { argv, env } = withDriver(spec, lastExit, context);
  // What the file says wins over what a driver adds.
  return { ok: true, launch: { argv, cwd: spec.cwd, env: { ...env, ...found.env } } };
}

/** What an agent's probes find in their environment: as it does, but for what its driver adds. */
export function environmentOf(spec: AgentSpec, context: LaunchContext): Readonly<Record<string, string>> {
  const found = environment(spec, context);
  return found.ok ? found.env : {};
}

function environment(
  spec: AgentSpec,
  context: LaunchContext,
): { ok: true; env: Readonly<Record<string, string>> } | { ok: false; message: string } {
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
  const own = {
    ORCHESTRA_AGENT: spec.name,
    ORCHESTRA_SESSION: context.session,
    ORCHESTRA_PROJECT: context.paths.project,
    ORCHESTRA_TOKEN: context.tokens.of(spec.name),
  };
  return { ok: true, env: { ...resolved.env, ...own } };
}

/** The command with what its driver adds: hooks, tools, the agent's own conversation. */
function withDriver(
  spec: AgentSpec,
  lastExit: Machine['lastExit'],
  { builtins, paths, tokens, talks, driverOf }: LaunchContext,
): { argv: readonly string[]; env: Readonly<Record<string, string>> } {
  const argv = argvOf(spec.command, builtins);
  const driver = driverOf(spec.type);
  // Whatever its type: its tools may be those of a CLI that a script of its own starts.
  if (spec.command.kind !== 'builtin') tokens.write(spec.name);
  if (driver.launch === 'none' || spec.command.kind !== 'argv') return { argv, env: {} };
  const filesDir = `${paths.run}/agents/${spec.name}`;
  const who = { ORCHESTRA_AGENT: spec.name, ORCHESTRA_PROJECT: paths.project };
  const launch = prepare(driver, argv, {
    agent: spec.name,
    runDir: paths.run,
    filesDir,
    hookScript: builtins.hook,
    mcp: { argv: [...builtins.mcp, '--agent', spec.name, '--project', paths.project], env: who },
    conversation: talks.forLaunch(spec, driver, lastExit),
  });
  if (launch.files.length > 0) privateDir(filesDir);
  for (const { path, text } of launch.files) replaceFile(path, text, { durable: false });
  return launch;
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
