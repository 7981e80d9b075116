import { resolveEnv } from '../config/index.ts';
import { type Driver, prepare } from '../drivers/index.ts';
import { privateDir, readText, replaceFile } from '../platform/index.ts';
import type { AgentSpec, Command, Paths } from '../protocol/index.ts';
import type { Confinement } from './confine/confinement.ts';
import { type Doors, hasDoor } from './confine/doors.ts';
import type { Talks } from './mail/talks.ts';
import type { Tokens } from './mail/tokens.ts';
import type { CannotStart, Launch, Machine } from '../watchdog/index.ts';

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
  readonly confinement: Pick<Confinement, 'confine'>;
  readonly doors: Pick<Doors, 'folder' | 'give'>;
}

/** What an agent runs, its env files read at this moment. Nothing of it is kept anywhere but in the launch file. */
export function launchOf(
  spec: AgentSpec,
  lastExit: Machine['lastExit'],
  context: LaunchContext,
): { ok: true; launch: Launch } | CannotStart {
  const found = environment(spec, context);
  if (!found.ok) return found;
  const kept = context.confinement.confine(spec);
  if (!kept.ok) return kept;
  const { argv, env } = withDriver(spec, lastExit, context);
  // What the file says wins over what a driver adds.
  const launch: Launch = { argv, cwd: spec.cwd, env: { ...kept.env, ...env, ...found.env } };
  return { ok: true, launch: kept.confined === undefined ? launch : { ...launch, confined: kept.confined } };
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
  context: LaunchContext,
): { argv: readonly string[]; env: Readonly<Record<string, string>> } {
  const { builtins, paths, tokens, talks, driverOf, doors } = context;
  const argv = argvOf(spec.command, builtins);
  const driver = driverOf(spec.type);
  const door = hasDoor(spec) ? doors.folder(spec) : null;
  const token = door === null ? paths.agentToken(spec.name) : `${door}/tokens/${spec.name}`;
  // Whatever its type: its tools may be those of a CLI that a script of its own starts.
  if (spec.command.kind !== 'builtin') {
    tokens.write(spec.name, token);
    doors.give(spec, [token]);
  }
  if (driver.launch === 'none' || spec.command.kind !== 'argv') return { argv, env: {} };
  const filesDir = door === null ? `${paths.run}/agents/${spec.name}` : `${door}/files`;
  const who = { ORCHESTRA_AGENT: spec.name, ORCHESTRA_PROJECT: paths.project };
  const launch = prepare(driver, argv, {
    agent: spec.name,
    runDir: door ?? paths.run,
    filesDir,
    hookScript: builtins.hook,
    mcp: {
      argv: [...builtins.mcp, '--agent', spec.name, '--project', paths.project],
      env: door === null ? who : { ...who, ORCHESTRA_DOOR: door },
    },
    conversation: talks.forLaunch(spec, driver, lastExit),
  });
  if (launch.files.length > 0 && door === null) privateDir(filesDir);
  for (const { path, text } of launch.files) replaceFile(path, text, { durable: false });
  doors.give(
    spec,
    launch.files.map(({ path }) => path),
  );
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
