import { OrchestraError } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { statusLines } from '../view/status.ts';
import { styleFor } from '../view/style.ts';

export interface StatusOptions {
  readonly file?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `orchestra status`. Everything on its way is imported on purpose: it must start fast. */
export async function status(ports: CliPorts, options: StatusOptions): Promise<number> {
  const paths = findProject(ports, options.file);
  if (options.watch) {
    if (options.json)
      throw new OrchestraError(
        'usage',
        '--watch is for people, --json for programs',
        'use: orchestra events --follow --json',
      );
    return (await import('./watch.ts')).watch(ports, paths);
  }
  const client = await ports.connect(paths.run);
  const snapshot = await client.snapshot();
  client.close();
  const style = styleFor(ports.env, ports.out.isTTY);
  const text = options.json
    ? JSON.stringify(snapshot, null, 2)
    : statusLines(snapshot, { width: ports.out.columns(), style }).join('\n');
  ports.out.write(`${text}\n`);
  return 0;
}
