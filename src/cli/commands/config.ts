import { EXIT_STATUS, OrchestraError, type Plan, type SessionSpec } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { loadSpec } from '../load.ts';
import { findSessionFile } from '../reach.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { problemLines, writeJson, writeLines } from '../report.ts';
import { interrupted, planLines } from '../view/plan.ts';
import { maskedSpec, specLines } from '../view/spec.ts';
import { styleFor } from '../view/style.ts';

export interface ConfigOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** `orchestra config check|show|plan`. */
export async function config(
  ports: CliPorts,
  what: 'check' | 'show' | 'plan',
  options: ConfigOptions,
): Promise<number> {
  const file = await findSessionFile(ports, options.file);
  const { spec, warnings } = await loadSpec(ports, file, options.profile);
  const style = styleFor(ports.env, ports.out.isTTY);
  const errStyle = styleFor(ports.env, ports.err.isTTY);
  if (!options.json) for (const one of warnings) writeLines(ports.err, problemLines(one, errStyle, ports.files.read));
  if (what === 'plan') return plan(ports, spec, options);
  if (what === 'show') {
    if (options.json) writeJson(ports.out, maskedSpec(spec));
    else writeLines(ports.out, specLines(spec));
  } else if (options.json) writeJson(ports.out, { ok: true, file, agents: spec.agents.length, warnings });
  else {
    const mark = style.paint('green', style.unicode ? '✔' : 'ok');
    ports.out.write(
      `${mark} ${file}: session ${spec.session}, ${spec.agents.length} agents, layout ${spec.layout.name}\n`,
    );
  }
  return 0;
}

async function plan(ports: CliPorts, spec: SessionSpec, options: ConfigOptions): Promise<number> {
  const { plan, running } = await planFor(ports, spec);
  if (options.json) {
    writeJson(ports.out, { running, plan, interrupted: interrupted(plan) });
    return 0;
  }
  const style = styleFor(ports.env, ports.out.isTTY);
  const stopped = interrupted(plan);
  writeLines(ports.out, [
    ...(running ? [] : ['no session is running here; orchestra up would start it:']),
    ...planLines(plan, 'before', style),
    ...(running && stopped.length > 0 ? [`interrupts ${stopped.join(', ')}`] : []),
    ...(running && stopped.length === 0 ? ['interrupts nobody'] : []),
  ]);
  return 0;
}

/** What applying a configuration would change, by the running controller or, without one, from nothing. */
export async function planFor(
  ports: CliPorts,
  spec: SessionSpec,
): Promise<{ readonly plan: Plan; readonly running: boolean }> {
  let client: Client;
  try {
    client = await ports.connect(findProject(ports, spec.file).run);
  } catch (error) {
    if (!(error instanceof OrchestraError) || EXIT_STATUS[error.code] !== EXIT_STATUS['not-running']) throw error;
    const { planChange } = await import('../../config/index.ts');
    return { plan: planChange(null, spec), running: false };
  }
  try {
    return { plan: await client.plan(spec), running: true };
  } finally {
    client.close();
  }
}

/** `orchestra config schema`. */
export async function schema(ports: CliPorts): Promise<number> {
  const { jsonSchema } = await import('../../config/index.ts');
  writeJson(ports.out, await jsonSchema());
  return 0;
}
