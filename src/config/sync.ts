import { type Document, isMap, isScalar, type Node, parseDocument, type YAMLMap } from 'yaml';

/** The file without any profile. */
export const NO_PROFILE = 'none';

/**
 * The text of a configuration in which one profile lays the same over the file as another does. Comments stay.
 *
 * @param from name of a profile, or `none`: nothing is laid over the file then
 * @param agents keys under `agents`; empty: the whole profile
 * @returns null when the text has no such profile, or is none that can be changed
 */
export function syncProfiles(text: string, from: string, to: string, agents: readonly string[]): string | null {
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  const profiles = document.get('profiles');
  if (document.errors.length > 0 || !isMap(profiles)) return null;
  const [source, target] = [from, to].map((name) => profiles.get(name));
  if (!isMap(target) || (from !== NO_PROFILE && !isMap(source))) return null;
  const given = isMap(source) ? source : null;
  if (agents.length === 0) profiles.set(keyOf(profiles, to), given === null ? document.createNode({}) : given.clone());
  else for (const agent of agents) syncAgent(document, given, target, agent);
  return document.toString({ lineWidth: 0 });
}

function syncAgent(document: Document, source: YAMLMap | null, target: YAMLMap, agent: string): void {
  const given = source?.getIn(['agents', agent], true);
  const agents = target.get('agents');
  if (given === undefined) {
    if (isMap(agents)) agents.delete(agent);
    return;
  }
  const copy = (given as Node).clone();
  if (isMap(agents)) agents.set(keyOf(agents, agent), copy);
  else target.set('agents', document.createNode({ [agent]: copy }));
}

/** The key that is there: another of the same name would lose its comment. */
const keyOf = (map: YAMLMap, name: string): unknown =>
  map.items.find(({ key }) => isScalar(key) && String(key.value) === name)?.key ?? name;
