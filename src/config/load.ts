import { posix } from 'node:path';
import { nearest } from '../base/index.ts';
import { SESSION_NAME, type SessionSpec } from '../protocol/index.ts';
import { readAgentTypes } from './agent-types.ts';
import { readDashboard } from './dashboard.ts';
import { expandAgents, MOST_AGENTS, readAgents, tooMany } from './agents.ts';
import { checkShape } from './check.ts';
import { Context } from './context.ts';
import { readInherited } from './inherited.ts';
import { loadLayout } from './layout.ts';
import { readMessages } from './messages.ts';
import { readNotices } from './notices.ts';
import { overlay } from './overlay.ts';
import { type ConfigPorts, readText } from './ports.ts';
import { inOrder, type Problem, problemAt, quoted, wholeFile } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { File } from './schema.ts';
import { childOf, emptyMap, type MapNode, mapOf, type Tree } from './tree.ts';

export type LoadedConfig = { ok: true; spec: SessionSpec; warnings: Problem[] } | { ok: false; problems: Problem[] };

/** See index.ts. */
export function loadConfig(file: string, options: { profile?: string }, ports: ConfigPorts): LoadedConfig {
  const text = readText(ports, file);
  if (!text.ok) {
    const hint = text.why === 'does not exist' ? '`orchestra init` writes one, `-f FILE` names another' : '';
    return { ok: false, problems: [problemAt(wholeFile(file), `the configuration ${text.why}`, hint)] };
  }
  const context = new Context(ports, posix.dirname(file));
  const read = readYaml(text.text, file);
  context.problems.push(...read.problems);
  const spec = read.tree === null ? null : readSession(read.tree, file, options.profile ?? null, context);
  const problems = inOrder(context.problems);
  return spec === null || problems.length > 0
    ? { ok: false, problems }
    : { ok: true, spec, warnings: context.warnings };
}

function readSession(tree: Tree, file: string, profile: string | null, context: Context): SessionSpec | null {
  // Said before the schema looks at each of them: ten thousand problems would hide this one.
  const agents = childOf(tree, 'agents');
  if (agents?.kind === 'map' && agents.entries.size > MOST_AGENTS) {
    tooMany(agents.at, agents.entries.size, context);
    return null;
  }
  const shape = checkShape(File, tree);
  context.problems.push(...shape.problems);
  const base = mapOf(shape.tree, tree.at);
  const root = profile === null ? base : withProfile(base, profile, context);
  const session = readSessionName(root, context);
  const layout = readLayout(root, context);
  const defaults = mapOf(childOf(root, 'defaults'), root.at);
  const inherited = readInherited(defaults, context);
  const given = childOf(root, 'agents');
  const crew = expandAgents(given?.kind === 'map' ? given : { ...emptyMap(root.at), partial: true }, context);
  const types = readAgentTypes(root, context);
  const specs = readAgents(crew, defaults, types, context);
  const messages = readMessages(root, crew, context);
  const notices = readNotices(root, crew, messages.groups, context);
  const dashboard = readDashboard(root, context);
  return layout === null
    ? null
    : {
        version: 1,
        session,
        project: context.project,
        file,
        profile,
        layout,
        defaults: inherited,
        agents: specs,
        messages,
        notices,
        dashboard,
        agentTypes: Object.fromEntries(types),
      };
}

function withProfile(base: MapNode, name: string, context: Context): MapNode {
  const profiles = childOf(base, 'profiles');
  const known = profiles?.kind === 'map' ? [...profiles.entries.keys()] : [];
  const profile = childOf(profiles, name);
  if (profile?.kind !== 'map') {
    const meant = nearest(name, known);
    const there = known.length > 0 ? `there are: ${known.join(', ')}` : 'the file has no profiles';
    context.add(
      profiles?.at ?? base.at,
      `there is no profile ${quoted(name)}`,
      meant === null ? there : `did you mean ${quoted(meant)}?`,
    );
    return base;
  }
  for (const [section, what] of [
    ['agents', 'agent'],
    ['groups', 'group'],
    ['agent_types', 'agent type'],
  ] as const)
    leftOut(what, childOf(base, section), childOf(profile, section), context);
  const channels = (tree: MapNode): Tree | undefined => childOf(childOf(tree, 'notices'), 'channels');
  leftOut('channel', channels(base), channels(profile), context);
  return overlay(base, profile);
}

/** What a profile sets to `null` must be there. */
function leftOut(what: string, there: Tree | undefined, over: Tree | undefined, context: Context): void {
  const known = there?.kind === 'map' ? [...there.entries.keys()] : [];
  for (const [name, { at, node }] of over?.kind === 'map' ? over.entries : []) {
    if (node.kind !== 'scalar' || node.value !== null || known.includes(name)) continue;
    const meant = nearest(name, known);
    context.add(
      at,
      `there is no ${what} ${quoted(name)} to leave out`,
      meant === null ? '' : `did you mean ${quoted(meant)}?`,
    );
  }
}

function readSessionName(root: MapNode, context: Context): string {
  const node = childOf(root, 'session');
  if (node?.kind !== 'scalar') return '';
  const name = String(node.value);
  if (!SESSION_NAME.test(name)) {
    const plain = name
      .slice(0, 64)
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '');
    const rule = 'letters, digits, _ and -, at most 64; tmux gives . and : a meaning';
    context.add(
      node.at,
      `the session name ${quoted(name)} is not possible`,
      plain === '' ? rule : `did you mean ${quoted(plain)}? ${rule}`,
    );
  }
  return name;
}

function readLayout(root: MapNode, context: Context): SessionSpec['layout'] | null {
  const node = childOf(root, 'layout');
  const name = node?.kind === 'scalar' ? String(node.value) : 'nine';
  const loaded = loadLayout(name, context.ports, context.project, node?.at ?? root.at);
  if (loaded.ok) return loaded.layout;
  context.problems.push(...loaded.problems);
  return null;
}
