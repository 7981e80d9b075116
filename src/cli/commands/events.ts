import { nearest } from '../../base/index.ts';
import { type EventFilter, OrchestraError, type OrchestraEvent, type Paths } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { countOption, momentOption } from '../option.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { EVENT_TYPES, matches } from '../../view/index.ts';
import { eventLine } from '../view/event-line.ts';
import { styleFor } from '../view/style.ts';

export interface EventsOptions {
  readonly follow?: boolean;
  readonly lines: string;
  readonly agent?: string;
  readonly type?: readonly string[];
  readonly since?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `orchestra events`: from the controller, or from its journal when none runs. */
export async function events(ports: CliPorts, options: EventsOptions): Promise<number> {
  const paths = findProject(ports, options.file);
  const filter = filterOf(ports, options);
  const print = printer(ports, options.json === true);
  const client = await ports.connectNow(paths.run).catch((error: unknown) => {
    if (error instanceof OrchestraError && error.code === 'not-running') return null;
    throw error;
  });
  if (client === null) {
    const past = await ports.readJournal(paths.database, filter);
    if (past !== null) print(past);
    if (past !== null && !options.follow) return 0;
    throw new OrchestraError(
      'not-running',
      past === null ? 'nothing has happened here yet' : 'no session is running here',
      'start one with: orchestra up',
    );
  }
  if (!options.follow) {
    print(await client.events(filter));
    client.close();
    return 0;
  }
  const stop = follow(ports, paths, client, filter, print);
  await new Promise<void>((resolve) => void ports.onInterrupt(resolve));
  stop();
  return 0;
}

function filterOf(ports: CliPorts, options: EventsOptions): EventFilter {
  for (const type of options.type ?? []) {
    const known = EVENT_TYPES.some((one) => (type.endsWith('.') ? one.startsWith(type) : one === type));
    if (known) continue;
    const meant = nearest(type, EVENT_TYPES);
    throw new OrchestraError(
      'usage',
      `there is no event type ${JSON.stringify(type)}`,
      meant === null ? `types: ${EVENT_TYPES.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  return {
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.type === undefined ? {} : { types: options.type }),
    ...(options.since === undefined ? {} : { since: momentOption('--since', options.since, ports.clock.wall()) }),
    last: countOption('-n', options.lines),
  };
}

type Print = (events: readonly OrchestraEvent[]) => void;

function printer(ports: CliPorts, json: boolean): Print {
  const style = styleFor(ports.env, ports.out.isTTY);
  let width = 0;
  return (all) => {
    width = Math.max(width, ...all.map(({ agent }) => agent?.length ?? 0));
    const lines = all.map((event) => (json ? JSON.stringify(event) : eventLine(event, width, style)));
    if (lines.length > 0) ports.out.write(`${lines.join('\n')}\n`);
  };
}

const RECONNECT = 500;

/** Prints what is there and what comes, over as many controllers as it takes. The position in the journal keeps it free of gaps and repeats. */
function follow(ports: CliPorts, paths: Paths, first: Client, filter: EventFilter, print: Print): () => void {
  let over = false;
  let client: Client | null = first;
  let last = -1;
  const show = (all: readonly OrchestraEvent[]): void => {
    const fresh = all.filter(({ seq }) => seq > last);
    last = Math.max(last, ...fresh.map(({ seq }) => seq));
    print(fresh.filter((event) => matches(event, filter)));
  };
  const listen = async (to: Client): Promise<void> => {
    let early: OrchestraEvent[] | null = [];
    await to.subscribe((message) => {
      if (message.kind === 'gap') void to.events({ ...filter, last: message.dropped }).then(show, () => {});
      if (message.kind !== 'event') return;
      if (early === null) show([message.event]);
      else early.push(message.event);
    });
    show(await to.events(last < 0 ? filter : { ...filter, last: 1_000 }));
    show(early);
    early = null;
    await to.closed;
  };
  const loop = async (): Promise<void> => {
    while (!over) {
      if (client !== null) await listen(client).catch(() => {});
      if (over) return;
      if (client !== null) ports.err.write('the controller went away; waiting for it\n');
      await ports.clock.pause(RECONNECT);
      client = await ports.connectNow(paths.run).catch(() => null);
    }
  };
  void loop();
  return () => {
    over = true;
    client?.close();
  };
}
