import {
  AGENT_NAME,
  MESSAGE_ID,
  type MailEntry,
  type MailFilter,
  OrchestraError,
  type Paths,
  pathsFor,
} from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { CliPorts } from './ports.ts';
import { findProject } from './project.ts';
import { tryConnect } from './reach.ts';

/** Whose mail it is when nobody is named: the agent that runs the command, else the person. */
export const whoAsks = (env: CliPorts['env']): string | null =>
  AGENT_NAME.test(env.ORCHESTRA_AGENT ?? '') ? (env.ORCHESTRA_AGENT as string) : null;

/**
 * The project whose mail is meant. An agent's own project, wherever it has gone to work: its token is worth nothing in another one.
 */
export function mailProject(ports: Pick<CliPorts, 'files' | 'cwd' | 'env'>, file: string | undefined): Paths {
  const own = ports.env.ORCHESTRA_PROJECT;
  if (file === undefined && own?.startsWith('/') && whoAsks(ports.env) !== null) return pathsFor(own, ports.env);
  return findProject(ports, file);
}

/** Mail as it can be read: from the controller, or from the directories when there is none. */
export interface MailReader {
  readonly client: Client | null;
  mail(filter: MailFilter): Promise<readonly MailEntry[]>;
  close(): void;
}

export async function openMail(ports: CliPorts, paths: Paths): Promise<MailReader> {
  const client = await tryConnect(ports, paths.run);
  if (client !== null) return { client, mail: (filter) => client.mail(filter), close: () => client.close() };
  if (ports.files.kind(paths.root) === null) {
    throw new OrchestraError(
      'not-running',
      'there is no mail here: no session ever ran',
      'start one with: orchestra up',
    );
  }
  const files = await ports.mailFiles();
  return { client, mail: (filter) => files.list(paths, filter), close() {} };
}

/** Characters of the end of an id that are shown, and the fewest that name a message. */
const TAIL = 8;
const SHORTEST_TAIL = 4;

/** The end of an id is its random part (RFC 9562, 5.7): enough to tell messages apart, and short enough to type. */
export const shortId = (id: string): string => id.slice(-TAIL);

/** The copies of one message, by its id or the end of it. Rejects with `unknown-message`, or `usage` when more than one ends so. */
export async function copiesOf(reader: MailReader, id: string): Promise<readonly [MailEntry, ...MailEntry[]]> {
  const tail = id.toLowerCase();
  if (!/^[0-9a-f-]+$/.test(tail) || tail.length < SHORTEST_TAIL) {
    throw new OrchestraError('usage', `${JSON.stringify(id)} is no message id`, 'ids are shown by: orchestra inbox');
  }
  const whole = MESSAGE_ID.test(tail);
  const known = whole && reader.client !== null ? await reader.client.message(tail) : await reader.mail({});
  const found = known.filter(({ message }) => (whole ? message.id === tail : message.id.endsWith(tail)));
  const [first, ...rest] = found;
  if (first === undefined) {
    throw new OrchestraError('unknown-message', `there is no message ${id}`, 'see: orchestra queue ls --all');
  }
  if (rest.some(({ message }) => message.id !== first.message.id)) {
    throw new OrchestraError('usage', `more than one message ends in ${id}`, 'write more of its end, or all of it');
  }
  return [first, ...rest];
}
