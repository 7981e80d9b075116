/**
 * What scripts/orchestra.sh says by environment variables, taken out of `process.env` at once: nothing that is started from here may see it. Imported
 * first, before anybody keeps a copy of the environment.
 */
const { ORCHESTRA_CA_CERTS: certificates, ORCHESTRA_AHEAD: ahead } = process.env;
delete process.env.ORCHESTRA_CA_CERTS;
delete process.env.ORCHESTRA_AHEAD;
if (certificates !== undefined) process.env.NODE_EXTRA_CA_CERTS ??= certificates;

/** The launcher has started the keeper already: of a project that was new, or that was there. */
export const startedAhead: 'new' | 'there' | null = ahead === 'new' || ahead === 'there' ? ahead : null;

/** An environment for our own programs under Node, which reads every certificate while it starts: 60 ms, and nothing of ours speaks TLS. */
export function forOurNode(env: Readonly<Record<string, string>>): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS: hidden, ...rest } = env;
  return hidden === undefined ? rest : { ...rest, ORCHESTRA_CA_CERTS: hidden };
}
