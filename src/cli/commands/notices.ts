import { EXIT_STATUS, OrchestraError } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { loadSpec } from '../load.ts';
import { findSessionFile } from '../reach.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';
import { channelLines, resultLines, type Told } from '../view/notices.ts';
import { styleFor } from '../view/style.ts';

export interface NoticesOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** The controller, or null where no session is up: then the file is asked. */
async function running(ports: CliPorts, file: string | undefined): Promise<Client | null> {
  try {
    return await ports.connect(findProject(ports, file).run);
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.code !== 'not-running') throw error;
    return null;
  }
}

/** `orchestra notices list`: how the channels are doing; without a session those of the file. */
export async function list(ports: CliPorts, options: NoticesOptions): Promise<number> {
  const client = await running(ports, options.file);
  const told = client === null ? await ofFile(ports, options) : await client.notices().finally(() => client.close());
  if (options.json) writeJson(ports.out, { running: client !== null, ...told });
  else {
    writeLines(ports.out, channelLines(told, ports.out.columns(), styleFor(ports.env, ports.out.isTTY)));
    if (client === null) ports.out.write('\nno session is running here: this is what the file says\n');
  }
  return 0;
}

async function ofFile(ports: CliPorts, options: NoticesOptions): Promise<Told> {
  const { spec } = await loadSpec(ports, await findSessionFile(ports, options.file), options.profile);
  const { channels, rules } = spec.notices;
  return { channels: Object.entries(channels).map(([channel, { kind }]) => ({ channel, kind })), rules };
}

/** `orchestra notices test [CHANNEL...]`: by the controller, whose environment counts, or from here when none runs. */
export async function test(ports: CliPorts, names: readonly string[], options: NoticesOptions): Promise<number> {
  const client = await running(ports, options.file);
  try {
    const results =
      client === null
        ? await ports.testNotices(
            (await loadSpec(ports, await findSessionFile(ports, options.file), options.profile)).spec,
            names,
          )
        : await client.testNotices(names);
    if (options.json) writeJson(ports.out, { running: client !== null, results });
    else writeLines(ports.out, resultLines(results, styleFor(ports.env, ports.out.isTTY)));
    return results.every(({ ok }) => ok) ? 0 : EXIT_STATUS.failed;
  } finally {
    client?.close();
  }
}
