import { formatBytes, plainLine } from '../base/index.ts';
import { OrchestraError, type Paths, type SessionSpec } from '../protocol/index.ts';
import { type Check, ok, problem, warning } from './checks.ts';
import { aptInstall } from './checks-machine.ts';
import { lockHolder } from './connect.ts';
import { loadSpec } from './load.ts';
import type { CliPorts } from './ports.ts';
import { findSessionFile } from './reach.ts';

/** Is this project in order? */
export async function projectChecks(ports: CliPorts, paths: Paths, file: string | undefined): Promise<Check[]> {
  const [config, controller] = await Promise.all([configChecks(ports, file), controllerChecks(ports, paths)]);
  return [...config, diskCheck(ports, paths), ...folderChecks(ports, paths), ...controller];
}

async function configChecks(ports: CliPorts, file: string | undefined): Promise<Check[]> {
  let path: string;
  try {
    path = await findSessionFile(ports, file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // A file that was named and is not there is a mistake; none at all is a folder that nobody has begun with.
    if (file !== undefined) return [problem('configuration', message, 'name a file that exists with -f FILE')];
    return [warning('configuration', message, 'orchestra init')];
  }
  try {
    const { spec } = await loadSpec(ports, path, undefined);
    return [
      ok('configuration', `${path}: ${spec.agents.length} agents`),
      ...programChecks(ports, spec),
      ...(await sandboxChecks(ports, spec)),
    ];
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error;
    return [problem('configuration', `${path} has problems`, `orchestra config check -f ${path}`)];
  }
}

/** How the known agent programs are installed. */
const INSTALL: Readonly<Record<string, string>> = {
  claude: 'npm install -g @anthropic-ai/claude-code',
  codex: 'npm install -g @openai/codex',
  gemini: 'npm install -g @google/gemini-cli',
  qwen: 'npm install -g @qwen-code/qwen-code',
  opencode: 'npm install -g opencode-ai',
  aider: 'python3 -m pip install aider-chat',
};

/** The program each agent is started with. A shell's script is the shell's own affair, but for a bare word. */
function programChecks({ machine }: CliPorts, { agents }: SessionSpec): Check[] {
  const users = new Map<string, string[]>();
  for (const { name, command } of agents) {
    const program =
      command.kind === 'argv'
        ? command.argv[0]
        : command.kind === 'shell'
          ? /^[\w./-]+$/.exec(command.script)?.[0]
          : undefined;
    // A path with a slash is looked up from the agent's own folder.
    if (program !== undefined && (!program.includes('/') || program.startsWith('/')))
      users.set(program, [...(users.get(program) ?? []), name]);
  }
  return [...users].map(([program, names]) => {
    const path = machine.which(program);
    if (path !== null) return ok(program, path);
    return problem(
      program,
      `is not on PATH; ${names.join(', ')} cannot start`,
      INSTALL[program] ?? `install ${program}, or set its path in the configuration`,
    );
  });
}

/** Namespaces as a sandbox makes them, around a program that does nothing. */
const SANDBOX = ['--unshare-user', '--unshare-pid', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', 'true'];

async function sandboxChecks(ports: CliPorts, { agents }: SessionSpec): Promise<Check[]> {
  const names = agents.filter(({ sandbox }) => sandbox !== 'none').map(({ name }) => name);
  if (names.length === 0) return [];
  const path = ports.machine.which('bwrap');
  const what = `${names.join(', ')} cannot start`;
  if (path === null) return [problem('bwrap', `is not installed; ${what}`, aptInstall(ports, 'bubblewrap'))];
  const ran = await ports.run([path, ...SANDBOX], 10_000);
  if (ran.code === 0) return [ok('bwrap', path)];
  return [
    problem(
      'bwrap',
      `${plainLine(ran.stderr.split('\n')[0] ?? '')}; ${what}`,
      'sysctl -w user.max_user_namespaces=15000   # docs/sandbox.md tells of other switches',
    ),
  ];
}

/** Less than this and logs and journal soon cannot be written. */
const LITTLE = 500 * 1024 ** 2;
const TOO_LITTLE = 20 * 1024 ** 2;

function diskCheck({ machine }: CliPorts, { project }: Paths): Check {
  const free = machine.diskFree(project);
  if (free === null) return warning('disk', 'the free space cannot be read', `df -h ${project}`);
  if (free < TOO_LITTLE) return problem('disk', `only ${formatBytes(free)} free`, `df -h ${project}`);
  return free < LITTLE
    ? warning('disk', `only ${formatBytes(free)} free`, `df -h ${project}`)
    : ok('disk', `${formatBytes(free)} free`);
}

function folderChecks({ files, machine }: CliPorts, { root, project }: Paths): Check[] {
  const mode = machine.mode(root);
  if (mode === null) {
    return machine.writable(project) ? [] : [problem('project', `${project} is not writable`, `chmod u+w ${project}`)];
  }
  if (files.kind(root) !== 'directory')
    return [problem('.orchestra', `${root} is not a folder`, `mv ${root} ${root}.old`)];
  if (mode.uid !== machine.uid)
    return [problem('.orchestra', `belongs to user ${mode.uid}`, `sudo chown -R ${machine.uid} ${root}`)];
  if (!machine.writable(root)) return [problem('.orchestra', 'is not writable', `chmod u+rwx ${root}`)];
  if ((mode.bits & 0o077) !== 0)
    return [warning('.orchestra', `others may look into it (mode ${mode.bits.toString(8)})`, `chmod 700 ${root}`)];
  return [ok('.orchestra', 'private and writable')];
}

async function controllerChecks(ports: CliPorts, paths: Paths): Promise<Check[]> {
  const holder = lockHolder(ports, paths.controllerLock);
  try {
    const client = await ports.connectNow(paths.run);
    const { controller, session, agents } = await client.snapshot();
    client.close();
    const down = controller.degraded.map((what) => warning('controller', what, 'orchestra logs'));
    const loose = agents
      .filter(({ unlimited }) => unlimited.length > 0)
      .map(({ name, unlimited }) => warning(name, unlimited.join('; '), 'docs/limits.md tells what holds a limit'));
    return [ok('controller', `process ${controller.pid} runs ${session}`), ...down, ...loose];
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error;
    if (error.code !== 'not-running') return [problem('controller', error.message, error.hint)];
  }
  if (holder !== null)
    return [
      problem('controller', `process ${holder} holds its lock and does not answer`, `kill -9 ${holder}; orchestra up`),
    ];
  return ownerless(ports, paths);
}

/** Agents whose locks are held while no controller runs: they wait to be adopted. */
function ownerless(ports: CliPorts, { run }: Paths): Check[] {
  const names = ports.files
    .list(run)
    .filter((file) => file.endsWith('.lock') && file !== 'controller.lock' && file !== 'keeper.lock')
    .filter((file) => lockHolder(ports, `${run}/${file}`) !== null)
    .map((file) => file.slice(0, -'.lock'.length));
  if (names.length === 0) return [ok('controller', 'no session is running here')];
  return [
    warning(
      'controller',
      `none runs, but these agents do: ${names.join(', ')}`,
      'orchestra up   # adopts them; then orchestra down ends them',
    ),
  ];
}
