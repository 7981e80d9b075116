import { OrchestraError, type Paths, pathsOf } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import { lastLines } from './log-tail.ts';
import type { CliPorts, KeeperStart } from './ports.ts';

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
}

/** null when nobody answers. */
export function tryConnect(ports: CliPorts, runDir: string): Promise<Client | null> {
  return ports.connect(runDir).catch((error: unknown) => {
    if (error instanceof OrchestraError && error.code === 'not-running') return null;
    throw error;
  });
}

/** Sees to it that a project has a controller, without waiting for it: it comes up while the configuration is being read. */
export async function headStart(ports: CliPorts, project: string): Promise<HeadStart> {
  const ahead = ports.startedAhead(project);
  const client = await tryConnect(ports, pathsOf(project).run);
  if (client !== null) return { client, wasThere: ahead?.wasThere ?? true, refused: () => null };
  return { client, ...(ahead ?? (await ports.startKeeper(project))) };
}

/** Takes a head start back: a controller that was given nothing to do ends when its last client leaves. Nothing of it stays. */
export async function withdraw(ports: CliPorts, project: string, start: HeadStart): Promise<void> {
  const paths = pathsOf(project);
  const client = await waitFor(ports, project, start).catch(() => null);
  client?.close();
  if (!start.wasThere && (await ports.ended(paths.run))) ports.files.removeTree(paths.root);
}

function hasKeeper({ files, machine }: CliPorts, { keeperLock }: Paths): boolean {
  const inode = files.facts(keeperLock)?.inode;
  return inode !== undefined && machine.lockHolders()?.has(inode) === true;
}

/** The controller, as soon as it answers. Rejects with its reason when it refuses, with what it printed when it stays silent. */
export async function waitFor(ports: CliPorts, project: string, start: HeadStart): Promise<Client> {
  if (start.client !== null) return start.client;
  const paths = pathsOf(project);
  const { clock } = ports;
  const deadline = clock.mono() + CONTROLLER_TIMEOUT;
  let { refused } = start;
  for (let again = clock.mono() + START_AGAIN; clock.mono() < deadline; ) {
    const client = await tryConnect(ports, paths.run);
    if (client !== null) return client;
    const refusal = refused();
    if (refusal !== null) throw refusal;
    if (clock.mono() > again && !hasKeeper(ports, paths)) {
      again = clock.mono() + START_AGAIN;
      ({ refused } = await ports.startKeeper(project));
    }
    await clock.pause(CONTROLLER_POLL);
  }
  const output = [...lastLines(ports.files, paths.keeperLog, 5), ...lastLines(ports.files, paths.controllerLog, 10)];
  throw new OrchestraError(
    'timeout',
    `the controller did not start within ${CONTROLLER_TIMEOUT / 1000} s`,
    'orchestra doctor looks for the reason',
    { failed: [{ agent: 'controller', state: 'not answering', detail: '', output }] },
  );
}
