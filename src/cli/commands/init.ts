import { join } from 'node:path';
import { OrchestraError } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { DEFAULT_FILE, sessionNameFor } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';

/** Agent programs looked for on PATH; each is a `type` of the configuration by the same name. */
export const AGENT_PROGRAMS = ['claude', 'codex', 'gemini', 'qwen', 'opencode', 'aider'] as const;

/** `orchestra init`. */
export async function init(
  ports: CliPorts,
  options: { readonly force?: boolean; readonly json?: boolean },
): Promise<number> {
  const file = join(ports.cwd, DEFAULT_FILE);
  const found = AGENT_PROGRAMS.flatMap((type) => {
    const path = ports.machine.which(type);
    return path === null ? [] : [{ type, path }];
  });
  const { initTemplate } = await import('../../config/index.ts');
  const text = initTemplate(found, sessionNameFor(ports.cwd));
  const backup = options.force && ports.files.kind(file) !== null ? `${file}.bak` : null;
  if (backup !== null) ports.files.rename(file, backup);
  if (!ports.files.create(file, text)) {
    throw new OrchestraError(
      'conflict',
      `there is an ${DEFAULT_FILE} here already; it was left alone`,
      'orchestra init --force replaces it and keeps the old one as orchestra.yaml.bak',
    );
  }
  if (options.json) {
    writeJson(ports.out, { file, found: found.map(({ type }) => type), backup });
    return 0;
  }
  const names = found.map(({ type }) => type).join(', ');
  writeLines(ports.out, [
    `wrote ${DEFAULT_FILE}${names === '' ? ': no agent program was found on PATH, it has the built-in workers' : ` for ${names} and two built-in workers`}`,
    ...(backup === null ? [] : ['the old one is orchestra.yaml.bak']),
    'next: orchestra up',
  ]);
  return 0;
}
