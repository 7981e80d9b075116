import { plainLine } from '../base/index.ts';
import { OrchestraError, type Paths, pathsOf } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import { deafController, lockHolder } from './connect.ts';
import { lastLines, readableLines } from './log-tail.ts';
import type { CliPorts, KeeperStart } from './ports.ts';
import { findFile, findProject } from './project.ts';
import { controllerLine } from './view/controller-log.ts';
import { styleFor } from './view/style.ts';

/** Milliseconds until a started controller must answer, and between the tries. */
const CONTROLLER_TIMEOUT = 15_000;
const CONTROLLER_POLL = 4;

/**
 * After this long without an answer a keeper is started again when there is none: one that came to its end meanwhile (another `up` took its own
 * back) is missed. One too many would wait for its turn and keep a session that has gone down.
 */
const START_AGAIN = 1_000;

/** A controller that answers, or is on its way up. */
export interface HeadStart extends KeeperStart {
  /** Connected already: held open, since a controller with nothing to do ends with its last client. */
  readonly client: Client | null;
  /** Bytes of the keeper's log that are of earlier runs. */
  readonly told: number;
}

/** null when nobody answers. */
export function tryConnect(ports: CliPorts, runDir: string): Promise<Client | null> {
  return ports.connectNow(runDir).catch((error: unknown) => {
    if (error instanceof OrchestraError && error.code === 'not-running') return null;
    throw error;
  });
}

/** The configuration file: `file`, or orchestra.yaml here or above; where there is none of that name, the one the session that runs here was started with. */
export async function findSessionFile(ports: CliPorts, file: string | undefined): Promise<string> {
  try {
    return findFile(ports, file, true);
  } catch (error) {
    const client = file === undefined ? await tryConnect(ports, findProject(ports).run) : null;
    if (client === null) throw error;
    return (await client.snapshot().finally(() => client.close())).file;
  }
}

/** Sees to it that a project has a controller, without waiting for it: it comes up while the configuration is being read. */
export async function headStart(ports: CliPorts, project: string): Promise<HeadStart> {
  const ahead = ports.startedAhead(project);
  const told = ports.files.facts(pathsOf(project).keeperLog)?.size ?? 0;
  const client = await tryConnect(ports, pathsOf(project).run);
  if (client !== null) return { client, told, wasThere: ahead?.wasThere ?? true, refused: () => null };
  // A keeper more would wait for the one there is, and start a controller anew just after a `down`.
  const deaf = ahead === null ? deafController(ports, pathsOf(project), 'timeout') : null;
  if (deaf !== null) throw deaf;
  return { client, told, ...(ahead ?? (await ports.startKeeper(project))) };
}

/** Takes a head start back: a controller that was given nothing to do ends when its last client leaves. Nothing of it stays. */
export async function withdraw(ports: CliPorts, project: string, start: HeadStart): Promise<void> {
  const paths = pathsOf(project);
  const client = await waitFor(ports, project, start).catch(() => null);
  client?.close();
  if (!start.wasThere && (await ports.ended(paths.run))) ports.files.removeTree(paths.root);
}

/** The controller, as soon as it answers. Rejects with its reason when it refuses, with what it printed when it stays silent. */
export async function waitFor(ports: CliPorts, project: string, start: HeadStart): Promise<Client> {
  if (start.client !== null) return start.client;
  const paths = pathsOf(project);
  const { clock } = ports;
  const deadline = clock.mono() + CONTROLLER_TIMEOUT;
  const began = clock.wall();
  let { refused } = start;
  for (let again = clock.mono() + START_AGAIN; clock.mono() < deadline; ) {
    const client = await tryConnect(ports, paths.run);
    if (client !== null) return client;
    const refusal = refused();
    if (refusal !== null) throw refusal;
    if (clock.mono() > again) {
      again = clock.mono() + START_AGAIN;
      const deaf = deafController(ports, paths, 'timeout');
      if (deaf !== null) throw deaf;
      if (lockHolder(ports, paths.keeperLock) === null) ({ refused } = await ports.startKeeper(project));
    }
    await clock.pause(CONTROLLER_POLL);
  }
  const output = sayings(ports, paths, start, began);
  throw new OrchestraError(
    'timeout',
    `the controller did not start within ${CONTROLLER_TIMEOUT / 1000} s`,
    'orchestra doctor looks for the reason',
    { failed: [{ agent: 'controller', state: 'not answering', detail: '', output }] },
  );
}

/** What keeper and controller said since this command began, readable: lines of an earlier run tell of something else. */
function sayings(ports: CliPorts, paths: Paths, { told }: HeadStart, began: number): string[] {
  const { files, env } = ports;
  const style = styleFor(env, false);
  const size = files.facts(paths.keeperLog)?.size ?? 0;
  const keeper = new TextDecoder().decode(files.readFrom(paths.keeperLog, told, Math.max(0, size - told)));
  const controller = lastLines(files, paths.controllerLog, 10).filter((line) => timeOf(line) >= began);
  return [
    ...readableLines(keeper, false).slice(-5).map(plainLine),
    ...controller.map((line) => controllerLine(line, style)),
  ];
}

/** Wall clock of a line of the controller's log, milliseconds; NaN when it has none. */
function timeOf(line: string): number {
  try {
    return Date.parse((JSON.parse(line) as { time?: string }).time ?? '');
  } catch {
    return Number.NaN;
  }
}
