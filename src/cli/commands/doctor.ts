import { EXIT_STATUS, type Paths } from '../../protocol/index.ts';
import type { Check } from '../checks.ts';
import { machineChecks } from '../checks-machine.ts';
import { projectChecks } from '../checks-project.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { showProgress } from '../progress.ts';
import { writeJson, writeLines } from '../report.ts';
import { checkLines } from '../view/checks.ts';
import { styleFor } from '../view/style.ts';

/** `orchestra doctor`. */
export async function doctor(
  ports: CliPorts,
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const paths: Paths = findProject(ports, options.file);
  const progress = showProgress(ports, options.json === true);
  progress.update('looking');
  let checks: readonly Check[];
  try {
    const [machine, project] = await Promise.all([machineChecks(ports), projectChecks(ports, paths, options.file)]);
    checks = [...machine, ...project];
  } finally {
    progress.end();
  }
  const ok = checks.every(({ level }) => level !== 'problem');
  if (options.json) writeJson(ports.out, { ok, project: paths.project, checks });
  else writeLines(ports.out, checkLines(checks, styleFor(ports.env, ports.out.isTTY)));
  return ok ? 0 : EXIT_STATUS.missing;
}
