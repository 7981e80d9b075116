import type { AgentSpec } from '../protocol/index.ts';
import { parseEnvFile } from './env-file.ts';
import { visible } from './problem.ts';
import { substitute } from './substitute.ts';

/**
 * The variables an agent is given beside those it inherits: its env files in their order, then its `env` with `${VAR}` filled in.
 * Done at each start, so that no secret is stored and a changed one is used.
 *
 * @param files the texts of `agent.envFiles`, in that order
 * @param env the environment `${VAR}` is looked up in
 */
export function resolveEnv(
  agent: Pick<AgentSpec, 'name' | 'env'>,
  files: readonly { readonly path: string; readonly text: string }[],
  env: Readonly<Record<string, string | undefined>>,
): { ok: true; env: Record<string, string> } | { ok: false; message: string } {
  const own = new Map<string, string>();
  for (const { path, text } of files) {
    const read = parseEnvFile(text, path);
    if (!read.ok) {
      const [first] = read.problems;
      return { ok: false, message: `${visible(path, 4096)}:${first?.line}:${first?.column}: ${first?.message}` };
    }
    for (const [name, value] of Object.entries(read.env)) own.set(name, value);
  }
  for (const [name, value] of Object.entries(agent.env)) {
    const filled = substitute(value, env);
    if (!filled.ok) return { ok: false, message: `env.${name} of ${agent.name}: ${filled.message}; ${filled.hint}` };
    own.set(name, filled.text);
  }
  return { ok: true, env: Object.fromEntries(own) };
}
