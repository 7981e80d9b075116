import { quoted } from '../problem.ts';
import { childOf, type MapNode, type Tree } from '../tree.ts';
import type { Draft, DraftAgent } from './draft.ts';
import { isFalse, isNothing, listOf, plainText, type Gathering } from './gathering.ts';
import { distinct, layoutLike, paneAgent, paneName } from './panes.ts';
import { interpolated } from './interpolate.ts';
import { resolved, textOf } from './text.ts';

type Why = readonly [why: string, instead: string];

const OPTIONS_OF_TMUX: Why = ['options of tmux are set by orchestra alone', ''];
const FOCUS: Why = [
  'the pane one was in last is the one one comes back to',
  'orchestra attach, then C-b and the arrow keys',
];
const TYPED: Why = ['commands are run by sh, one after the other, not typed', ''];
const BUILDER: Why = ['tmuxp builds panes by a program of the person', ''];

/** Keys of tmuxp 1.74 that have no counterpart. */
const SESSION_KEYS: Readonly<Record<string, Why>> = {
  before_script: [
    'nothing runs before a session comes up',
    'run it before orchestra up, or let an agent do it that others depend on: depends_on',
  ],
  options: OPTIONS_OF_TMUX,
  global_options: OPTIONS_OF_TMUX,
  plugins: BUILDER,
  workspace_builder: BUILDER,
  workspace_builder_paths: BUILDER,
  workspace_builder_options: BUILDER,
  socket_name: ['each project has a tmux server of its own', 'orchestra attach'],
  socket_path: ['each project has a tmux server of its own', 'orchestra attach'],
  config: ['each project has a tmux server of its own', ''],
  suppress_history: TYPED,
};
const WINDOW_KEYS: Readonly<Record<string, Why>> = {
  window_index: ['panes are arranged by the layout', ''],
  options: OPTIONS_OF_TMUX,
  options_after: OPTIONS_OF_TMUX,
  focus: FOCUS,
  suppress_history: TYPED,
  clear: TYPED,
};
const PANE_KEYS: Readonly<Record<string, Why>> = {
  focus: FOCUS,
  enter: TYPED,
  sleep_before: TYPED,
  sleep_after: TYPED,
  suppress_history: TYPED,
};

const SESSION_READ = ['session_name', 'windows', 'start_directory', 'environment', 'shell_command_before'];
const WINDOW_READ = [
  'window_name',
  'panes',
  'layout',
  'start_directory',
  'environment',
  'shell_command_before',
  'window_shell',
];
const PANE_READ = ['shell_command', 'start_directory', 'environment', 'shell_command_before', 'shell', 'title'];

/** Words that stand for an empty pane. */
const BLANK = /^(blank|pane|null)?$/;

/** What a window or a pane has from what is around it. */
interface Around {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  readonly shell: string | null;
}

/** Reads a workspace of tmuxp 1.74. */
export function importTmuxp(tree: Tree, gathering: Gathering): Draft | null {
  const windows = listOf(childOf(tree, 'windows'));
  if (tree.kind !== 'map' || windows.length === 0) {
    gathering.refuse(tree.at, 'there are no windows in the file', 'a workspace of tmuxp has windows: with panes:');
    return null;
  }
  leaveKeys(tree, SESSION_KEYS, SESSION_READ, null, gathering);
  const around = inside(tree, { folder: gathering.from, env: {}, before: [], shell: null }, 'the session', gathering);
  const agents = windows.flatMap((window, index) => readWindow(window, index, around, gathering));
  const session = plainText(childOf(tree, 'session_name'));
  const layouts = windows.map((window) => plainText(childOf(window, 'layout')));
  return { session, layout: layoutLike(layouts), defaults: {}, agents: distinct(agents), groups: {}, profiles: {} };
}

function readWindow(window: Tree, index: number, around: Around, gathering: Gathering): DraftAgent[] {
  if (window.kind !== 'map') {
    gathering.refuse(window.at, 'this is no window', 'a window is a map with panes:');
    return [];
  }
  const name = plainText(childOf(window, 'window_name')) ?? `window ${index + 1}`;
  leaveKeys(window, WINDOW_KEYS, WINDOW_READ, name, gathering);
  layoutOf(window, name, gathering);
  const here = inside(window, around, name, gathering);
  const given = childOf(window, 'panes');
  // A window without panes has one, with a shell.
  const panes: readonly Tree[] =
    given === undefined || isNothing(given)
      ? [{ kind: 'scalar', at: window.at, value: null, source: '' }]
      : given.kind === 'list'
        ? given.items
        : [given];
  return panes.map((pane, number) => readPane(pane, paneName(name, number, panes.length), here, gathering));
}

function layoutOf(window: MapNode, name: string, gathering: Gathering): void {
  const layout = childOf(window, 'layout');
  const word = plainText(layout);
  if (layout === undefined || word === null || /^(tiled|even-|main-)/.test(word)) return;
  gathering.leave(
    layout.at,
    name,
    'a layout of tmux is a drawing of one size',
    'orchestra layout list has some; docs/configuration.md tells how to write one',
  );
}

function readPane(pane: Tree, name: string, around: Around, gathering: Gathering): DraftAgent {
  if (pane.kind === 'map') leaveKeys(pane, PANE_KEYS, PANE_READ, name, gathering);
  const here = pane.kind === 'map' ? inside(pane, around, name, gathering) : around;
  const own = pane.kind === 'map' ? childOf(pane, 'shell_command') : pane;
  const shell = pane.kind === 'map' ? (plainText(childOf(pane, 'shell')) ?? around.shell) : around.shell;
  const commands = commandsOf(own, name, gathering);
  if (shell !== null && commands.length > 0)
    gathering.leave(
      pane.at,
      name,
      'text is typed into a program here',
      `orchestra type AGENT TEXT does so, once it runs`,
    );
  const folder = gathering.path([here.folder], gathering.from);
  const title = pane.kind === 'map' ? plainText(childOf(pane, 'title')) : null;
  return paneAgent({
    name: title ?? name,
    at: pane.at,
    commands:
      commands.length === 0 && here.before.length === 0
        ? []
        : [...here.before, ...commands, ...(commands.length === 0 ? ['exec "${SHELL:-/bin/sh}"'] : [])],
    shell,
    cwd: folder === '.' ? null : folder,
    env: here.env,
  });
}

/** The forms of `shell_command`: a text, a list of texts and of maps with `cmd`. */
function commandsOf(node: Tree | undefined, agent: string, gathering: Gathering): string[] {
  return listOf(node).flatMap((item) => {
    const text = plainText(item.kind === 'map' ? childOf(item, 'cmd') : item);
    if (item.kind === 'map') leaveKeys(item, PANE_KEYS, ['cmd'], agent, gathering);
    return text === null || BLANK.test(text.trim()) ? [] : [text];
  });
}

function inside(node: MapNode, around: Around, agent: string, gathering: Gathering): Around {
  const folder = textOf(childOf(node, 'start_directory'));
  const env = childOf(node, 'environment');
  const shell = plainText(childOf(node, 'window_shell'));
  return {
    // tmuxp fills $NAME and ~ in from the environment it is started in.
    folder:
      folder === null
        ? around.folder
        : gathering.absolute(
            resolved(
              folder.flatMap((part) => (typeof part === 'string' ? interpolated(part) : [part])),
              gathering.ports.env,
            ),
            around.folder,
          ),
    env: env === undefined ? around.env : { ...around.env, ...gathering.environment(env, agent) },
    before: [...around.before, ...commandsOf(childOf(node, 'shell_command_before'), agent, gathering)],
    shell: shell ?? around.shell,
  };
}

/** Tells of each key that is not read. */
export function leaveKeys(
  node: MapNode,
  known: Readonly<Record<string, Why>>,
  read: readonly string[],
  agent: string | null,
  gathering: Gathering,
): void {
  for (const [key, { at, node: value }] of node.entries) {
    if (read.includes(key) || isFalse(value) || isNothing(value)) continue;
    const [why, instead] = known[key] ?? [`there is no key ${quoted(key)} that is known here`, ''];
    gathering.leave(at, agent, why, instead);
  }
}
