import { findSessionFile } from '../reach.ts';
import { loadSpec } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { problemLines, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';
import { BY } from './command.ts';
import { dryRun } from './dry-run.ts';
import { change } from './up.ts';

export interface ReloadOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `orchestra reload`: what `up` does to a session that runs. It keeps its profile. */
export async function reload(ports: CliPorts, options: ReloadOptions): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const running = await client.snapshot();
    const file = options.file === undefined ? running.file : await findSessionFile(ports, options.file);
    const loaded = await loadSpec(ports, file, options.profile ?? running.profile ?? undefined);
    if (options.json !== true) {
      const style = styleFor(ports.env, ports.err.isTTY);
      for (const warning of loaded.warnings) writeLines(ports.err, problemLines(warning, style, ports.files.read));
    }
    if (options.dryRun) return await dryRun(ports, loaded.spec, options.json === true);
    return await change(ports, client, loaded, BY, options.json === true);
  } finally {
    client.close();
  }
}
