import type { Place } from '../problem.ts';
import { childOf, type Entry, type MapNode, type Tree } from '../tree.ts';
import type { Draft, DraftAgent } from './draft.ts';
import { isNothing, listOf, plainText, type Gathering } from './gathering.ts';
import { distinct, layoutLike, paneAgent, paneName } from './panes.ts';
import { leaveKeys } from './tmuxp.ts';

type Why = readonly [why: string, instead: string];

const HOOK: Why = [
  'nothing is run when a session starts or ends',
  'run it around orchestra up and orchestra down, or let an agent do it that others depend on: depends_on',
];
const SERVER: Why = ['each project has a tmux server of its own', 'orchestra attach'];
const FOCUS: Why = ['the pane one was in last is the one one comes back to', ''];
const TITLES: Why = ['each pane shows the name of its agent', ''];

/** Keys of tmuxinator 3.4 that have no counterpart. */
const PROJECT_KEYS: Readonly<Record<string, Why>> = {
  on_project_start: HOOK,
  on_project_first_start: HOOK,
  on_project_restart: HOOK,
  on_project_exit: HOOK,
  on_project_stop: HOOK,
  pre: HOOK,
  post: HOOK,
  socket_name: SERVER,
  socket_path: SERVER,
  tmux_options: SERVER,
  cli_args: SERVER,
  tmux_command: SERVER,
  startup_window: FOCUS,
  startup_pane: FOCUS,
  attach: ['up attaches unless it is told not to', 'orchestra up --no-attach'],
  enable_pane_titles: TITLES,
  pane_title_position: TITLES,
  pane_title_format: TITLES,
};
const WINDOW_KEYS: Readonly<Record<string, Why>> = {
  synchronize: ['what is typed goes to one agent', 'orchestra send broadcast TEXT'],
  focused_pane: FOCUS,
};

const PROJECT_READ = [
  'name',
  'project_name',
  'root',
  'project_root',
  'windows',
  'tabs',
  'pre_window',
  'pre_tab',
  'rbenv',
  'rvm',
];
const WINDOW_READ = ['layout', 'panes', 'pre', 'root'];

interface Project {
  /** Absolute. */
  readonly root: string;
  readonly before: readonly string[];
  readonly gathering: Gathering;
}

/** `<%= ... %>` in a text; it is a program in Ruby. */
const ERB = /<%.*?%>/s;

/** Takes ERB out of the text, told of line by line; nothing of it is evaluated. What is left has the same lines. */
export function withoutErb(text: string, gathering: Gathering): string {
  return text.replace(/<%.*?(?:%>|$)/gs, (found, offset: number) => {
    const before = text.slice(0, offset);
    const place = {
      file: gathering.file,
      line: before.split('\n').length,
      column: offset - before.lastIndexOf('\n'),
      path: '',
    };
    const comment = found.startsWith('<%#') || /(^|\n)[ \t]*#[^\n]*$/.test(before);
    if (!comment)
      gathering.leave(place, null, 'this is ERB, a program in Ruby, which is not run', 'write out what it comes to');
    return found.replace(/[^\n]/g, '');
  });
}

/** Reads a project of tmuxinator 3.4. */
export function importTmuxinator(tree: Tree, gathering: Gathering): Draft | null {
  const windows = listOf(childOf(tree, 'windows') ?? childOf(tree, 'tabs'));
  if (tree.kind !== 'map' || windows.length === 0) {
    gathering.refuse(tree.at, 'there are no windows in the file', 'a project of tmuxinator has windows:');
    return null;
  }
  leaveKeys(tree, PROJECT_KEYS, PROJECT_READ, null, gathering);
  const root = plainText(childOf(tree, 'root')) ?? plainText(childOf(tree, 'project_root'));
  const project: Project = {
    root: root === null || ERB.test(root) ? gathering.here : gathering.absolute(root, gathering.here),
    before: beforeOf(tree),
    gathering,
  };
  const agents = windows.flatMap((window, index) => readWindow(window, index, project));
  const session = plainText(childOf(tree, 'name')) ?? plainText(childOf(tree, 'project_name'));
  const layouts = windows.flatMap((window) =>
    window.kind === 'map' ? [...window.entries.values()].map(({ node }) => plainText(childOf(node, 'layout'))) : [],
  );
  return { session, layout: layoutLike(layouts), defaults: {}, agents: distinct(agents), groups: {}, profiles: {} };
}

/** What is typed into every pane first: the first that is there, as tmuxinator has it. */
function beforeOf(tree: MapNode): string[] {
  const [rbenv, rvm] = [plainText(childOf(tree, 'rbenv')), plainText(childOf(tree, 'rvm'))];
  if (rbenv !== null) return [`rbenv shell ${rbenv}`];
  if (rvm !== null) return [`rvm use ${rvm}`];
  return listOf(childOf(tree, 'pre_tab') ?? childOf(tree, 'pre_window')).flatMap((item) => plainText(item) ?? []);
}

function readWindow(window: Tree, index: number, project: Project): DraftAgent[] {
  const { gathering } = project;
  const entry: [string, Entry] | undefined =
    window.kind === 'map'
      ? [...window.entries][0]
      : [plainText(window) ?? '', { at: window.at, node: EMPTY(window.at) }];
  if (entry === undefined) return [];
  const [key, { at, node }] = entry;
  const name = key === '' ? `window ${index + 1}` : key;
  if (node.kind !== 'map') return [agentOf(name, at, commandsOf(node), [], project.root, project)];
  leaveKeys(node, WINDOW_KEYS, WINDOW_READ, name, gathering);
  const own = plainText(childOf(node, 'root'));
  const folder = own === null ? project.root : gathering.absolute(own, project.root);
  const pre = commandsOf(childOf(node, 'pre')).join(' && ');
  const before = pre === '' ? [] : [pre];
  const layout = childOf(node, 'layout');
  const word = plainText(layout);
  if (layout !== undefined && word !== null && !/^(tiled|even-|main-)/.test(word))
    gathering.leave(
      layout.at,
      name,
      'a layout of tmux is a drawing of one size',
      'orchestra layout list has some; docs/configuration.md tells how to write one',
    );
  const panes = childOf(node, 'panes');
  // One that is there and empty is a pane with a shell.
  const items: readonly Tree[] =
    panes === undefined || isNothing(panes) ? [EMPTY(at)] : panes.kind === 'list' ? panes.items : [panes];
  return items.map((pane, number) => {
    const titled = pane.kind === 'map' ? [...pane.entries][0] : undefined;
    const label = titled?.[0] ?? paneName(name, number, items.length);
    return agentOf(label, pane.at, commandsOf(titled?.[1].node ?? pane), before, folder, project);
  });
}

const EMPTY = (at: Place): Tree => ({ kind: 'scalar', at, value: null, source: '' });

const commandsOf = (node: Tree | undefined): string[] => listOf(node).flatMap((item) => plainText(item) ?? []);

function agentOf(
  name: string,
  at: Place,
  commands: readonly string[],
  before: readonly string[],
  folder: string,
  project: Project,
): DraftAgent {
  const cwd = project.gathering.path([folder], project.root);
  const first = [...project.before, ...before];
  const all = commands.some((command) => command.trim() !== '')
    ? [...first, ...commands]
    : first.length === 0
      ? []
      : [...first, 'exec "${SHELL:-/bin/sh}"'];
  return paneAgent({ name, at, commands: all, shell: null, cwd: cwd === '.' ? null : cwd, env: {} });
}
