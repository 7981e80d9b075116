import type { SessionSpec } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { planLines } from '../view/plan.ts';
import { commandText, maskedSpec } from '../view/spec.ts';
import { styleFor } from '../view/style.ts';
import { planFor } from './config.ts';

/** `orchestra up --dry-run`: what would change, and what would run. */
export async function dryRun(ports: CliPorts, spec: SessionSpec, json: boolean): Promise<number> {
  const { plan, running } = await planFor(ports, spec);
  const starting = new Set(
    plan.agents.filter(({ action }) => action === 'add' || action === 'restart').map(({ agent }) => agent),
  );
  const agents = maskedSpec(spec).agents.filter(({ name }) => starting.has(name));
  if (json) {
    writeJson(ports.out, { dryRun: true, session: spec.session, running, plan, start: agents });
    return 0;
  }
  const style = styleFor(ports.env, ports.out.isTTY);
  writeLines(ports.out, [
    ...planLines(plan, 'before', style),
    ...(agents.length === 0 ? [] : ['', 'would run:']),
    ...agents.flatMap((agent) => [
      `  ${style.paint('bold', agent.name)}: ${commandText(agent.command)}`,
      style.paint('dim', `    in ${agent.cwd}${envText(agent.env, agent.envFiles)}`),
    ]),
    '',
    'nothing was changed',
  ]);
  return 0;
}

function envText(env: Readonly<Record<string, string>>, files: readonly string[]): string {
  const values = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...values, ...files.map((file) => `env from ${file}`)].map((text) => `, ${text}`).join('');
}
