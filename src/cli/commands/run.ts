import { plainLine } from '../../base/index.ts';
import { resolve } from 'node:path';
import type { CliPorts } from '../ports.ts';
import { loadSpec } from '../load.ts';
import { findProject } from '../project.ts';
import { writeJson } from '../report.ts';
import { BY } from './command.ts';

export interface RunCommandOptions {
  readonly file?: string;
  readonly cwd?: string;
  readonly display?: string;
  readonly json?: boolean;
}

/** `orchestra run NAME -- COMMAND…`: one agent more, with the defaults of the session's file. */
export async function run(
  ports: CliPorts,
  name: string,
  words: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const snapshot = await client.snapshot();
    const { spec } = await loadSpec(ports, snapshot.file, snapshot.profile ?? undefined);
    const { adHocAgent } = await import('../../config/index.ts');
    const agent = {
      ...adHocAgent(name, words, spec, { cwd: resolve(ports.cwd, options.cwd ?? '.') }),
      display: plainLine(options.display ?? ''),
    };
    await client.add(agent, BY);
    if (options.json) writeJson(ports.out, { agent: name, session: snapshot.session });
    else ports.out.write(`${name} joins ${snapshot.session}; see it with: orchestra logs ${name} -f\n`);
    return 0;
  } finally {
    client.close();
  }
}
