import { basename, dirname, relative } from 'node:path';
import { plainLine } from '../base/index.ts';
import { OrchestraError, type Paths, pathsOf } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { CliPorts } from './ports.ts';

type Look = Pick<CliPorts, 'files' | 'machine'>;

/** Process that holds an exclusive lock on a file, null when none does. */
export function lockHolder({ files, machine }: Look, path: string): number | null {
  const facts = files.facts(path);
  return facts === null ? null : (machine.lockHolders()?.get(facts.inode) ?? null);
}

/** A controller that is older than this and can't be reached will never be: somebody removed its socket, or it hangs. Milliseconds. */
const GROWN = 10_000;

/** What to do about a controller that runs and can't be reached; null when there is none, or it may just be coming up. */
export function deafController(ports: Look, paths: Paths, code: 'timeout' | 'not-running'): OrchestraError | null {
  const pid = lockHolder(ports, paths.controllerLock);
  if (pid === null || ageOf(ports, pid) < GROWN) return null;
  return new OrchestraError(
    code,
    `the controller, process ${pid}, runs and does not answer`,
    `kill -9 ${pid}; orchestra up   # its agents run on`,
  );
}

/** Milliseconds since a process started: field 22 of /proc/PID/stat, in hundredths of a second since boot (proc(5)). */
function ageOf({ files }: Look, pid: number): number {
  const stat = files.read(`/proc/${pid}/stat`) ?? '';
  const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const up = Number.parseFloat(files.read('/proc/uptime') ?? '');
  return Number.isFinite(started) && Number.isFinite(up) ? up * 1000 - started * 10 : 0;
}

/** A controller that died is back within a second or so, by its keeper: that long a command waits for it, milliseconds. */
const BACK_WITHIN = 2_000;
const POLL = 20;

/** Connecting as a command does it for a person: waits for a controller that is coming back, and tells one that is none from one that is deaf. */
export async function connectOrTell(
  ports: Look & Pick<CliPorts, 'clock' | 'connectNow' | 'remains'>,
  runDir: string,
): Promise<Client> {
  const paths = pathsOf(dirname(dirname(runDir)));
  for (const until = ports.clock.mono() + BACK_WITHIN; ; await ports.clock.pause(POLL)) {
    try {
      return await ports.connectNow(runDir);
    } catch (error) {
      if (!(error instanceof OrchestraError) || error.code !== 'not-running') throw error;
      const deaf = deafController(ports, paths, 'not-running');
      if (deaf !== null) throw deaf;
      const coming = lockHolder(ports, paths.keeperLock) !== null;
      if (!coming || ports.clock.mono() >= until) throw (await whyNot(ports, paths, coming)) ?? error;
    }
  }
}

async function whyNot(
  ports: Look & Pick<CliPorts, 'connectNow' | 'remains'>,
  paths: Paths,
  coming: boolean,
): Promise<OrchestraError | null> {
  if (coming)
    return new OrchestraError(
      'not-running',
      'the controller is not there; its keeper starts it again',
      'try again, or see what it says: orchestra logs',
    );
  if (ports.remains(paths.run))
    return new OrchestraError(
      'not-running',
      'the controller is not there, but its agents are',
      'take them up again with: orchestra up',
    );
  return below(ports, paths.project);
}

function isThere({ files }: Look, folder: string, path: string): boolean {
  try {
    return files.kind(folder) === 'directory' && files.facts(path) !== null;
  } catch {
    return false; // somebody else's folder
  }
}

/** Folders that are looked into. */
const MOST_FOLDERS = 100;

/** One level down, as with `orchestra up -f examples/nine.yaml`: the session is that folder's, and nobody who follows a tutorial knows. */
async function below(ports: Look & Pick<CliPorts, 'connectNow'>, project: string): Promise<OrchestraError | null> {
  const folders = ports.files.list(project).filter((name) => !name.startsWith('.'));
  for (const name of folders.slice(0, MOST_FOLDERS)) {
    const { run } = pathsOf(`${project}/${name}`);
    if (!isThere(ports, `${project}/${name}`, `${run}/controller.sock`)) continue;
    const client = await ports.connectNow(run).catch(() => null);
    if (client === null) continue;
    const { session, file } = await client.snapshot().finally(() => client.close());
    const shown = plainLine(`${name}/${basename(relative(project, file))}`);
    return new OrchestraError(
      'not-running',
      `no session is running here, but ${plainLine(session)} runs in ${plainLine(name)}`,
      `cd ${plainLine(name)}, or add: -f ${shown}`,
    );
  }
  return null;
}
