import { PROTOCOL_VERSION } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson } from '../report.ts';

export async function version(ports: CliPorts, options: { readonly json?: boolean }): Promise<number> {
  if (!options.json) {
    ports.out.write(`orchestra ${ports.version()}\n`);
    return 0;
  }
  const tmux = await ports.run(['tmux', '-V'], 5_000);
  writeJson(ports.out, {
    version: ports.version(),
    protocol: PROTOCOL_VERSION,
    node: ports.machine.node,
    tmux: tmux.code === 0 ? tmux.stdout.trim().replace(/^tmux /, '') : null,
  });
  return 0;
}
