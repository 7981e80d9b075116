import { EXIT_STATUS, OrchestraError, type SessionSpec } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { findSessionFile } from '../reach.ts';
import { loadSpec } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { problemLines, writeJson, writeLines } from '../report.ts';
import { showProgress } from '../progress.ts';
import { outcomeLines } from '../view/outcome.ts';
import { styleFor } from '../view/style.ts';
import { BY } from './command.ts';
import { dryRun } from './dry-run.ts';
import { change } from './up.ts';

export interface ReloadOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly rolling?: boolean;
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
    if (options.rolling) return await rollOut(ports, client, loaded, options.json === true);
    return await change(ports, client, loaded, BY, options.json === true);
  } finally {
    client.close();
  }
}

/** The agents it would interrupt get it one after the other; when one does not come up with it, all have their old one back. */
async function rollOut(
  ports: CliPorts,
  client: Client,
  { spec, text }: { readonly spec: SessionSpec; readonly text: string },
  json: boolean,
): Promise<number> {
  const progress = showProgress(ports, json);
  progress.update('one after the other');
  const rolled = await client.roll([], spec, BY, text).finally(() => progress.end());
  const failed = rolled.outcomes.some(({ ok }) => !ok);
  if (json) writeJson(ports.out, rolled);
  else if (rolled.outcomes.length === 0) writeLines(ports.out, ['applied; no agent had to be started anew']);
  else writeLines(ports.out, outcomeLines(rolled.outcomes, styleFor(ports.env, ports.out.isTTY)));
  if (failed && !json) {
    const back = rolled.rolledBack.join(', ');
    throw new OrchestraError(
      'failed',
      `the configuration was taken back (${back})`,
      'mend it, then: orchestra reload --rolling',
    );
  }
  return failed ? EXIT_STATUS.failed : 0;
}
