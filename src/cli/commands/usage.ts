import { parseDuration } from '../../base/index.ts';
import { OrchestraError } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';
import { adviceLines, usageLines } from '../view/usage.ts';
import { agentsOf } from './command.ts';

export interface UsageOptions {
  readonly file?: string;
  readonly json?: boolean;
  readonly since?: string;
}

/** `orchestra usage [AGENT...]` */
export async function usage(ports: CliPorts, names: readonly string[], options: UsageOptions): Promise<number> {
  const since = parseDuration(options.since ?? '1h');
  if (!since.ok) throw new OrchestraError('usage', '--since must be a duration with its unit', since.hint);
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const told = await client.usage(await agentsOf(client, names), ports.clock.wall() - since.value);
    if (options.json) writeJson(ports.out, told);
    else
      writeLines(
        ports.out,
        usageLines(told, { width: ports.out.columns(), style: styleFor(ports.env, ports.out.isTTY) }),
      );
  } finally {
    client.close();
  }
  return 0;
}

/** `orchestra advise [AGENT...]` */
export async function advise(ports: CliPorts, names: readonly string[], options: UsageOptions): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const advice = await client.advise(await agentsOf(client, names));
    if (options.json) writeJson(ports.out, { advice });
    else writeLines(ports.out, adviceLines(advice, styleFor(ports.env, ports.out.isTTY)));
  } finally {
    client.close();
  }
  return 0;
}
