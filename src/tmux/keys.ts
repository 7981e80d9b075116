import { tmuxQuote } from '../base/index.ts';

/** What a key of ours runs: the program and where it belongs. */
export interface KeyProgram {
  /** Program and first arguments that run orchestra. */
  readonly self: readonly string[];
  /** Absolute path of the project's folder. */
  readonly project: string;
}

/** The key of the prefix table that leads to ours. tmux binds nothing to it (3.2 to 3.6), so none of a person's habits is lost. */
export const ORCHESTRA_KEY = 'a';
const TABLE = 'orchestra';

interface Action {
  readonly key: string;
  readonly what: string;
  /** Words behind the program's own; `AGENT` is the agent of the pane the person is in. */
  readonly words: readonly string[];
  /** A popup that is left with Ctrl-C is done with; any other stays while its program failed, so that the reason can be read. */
  readonly closes: 'always' | 'on success';
  readonly size: readonly [width: string, height: string];
}

const AGENT = '#{@agent}';
const SMALL = ['70%', '40%'] as const;
const LARGE = ['90%', '85%'] as const;

const ACTIONS: readonly Action[] = [
  { key: 'm', what: 'write a message', words: ['pane', 'message', AGENT], closes: 'on success', size: SMALL },
  { key: 'a', what: 'approve what it asks', words: ['pane', 'approve', AGENT], closes: 'on success', size: LARGE },
  { key: 'd', what: 'deny what it asks', words: ['pane', 'deny', AGENT], closes: 'on success', size: LARGE },
  { key: 'r', what: 'restart it', words: ['pane', 'restart', AGENT], closes: 'on success', size: SMALL },
  { key: 's', what: 'stop it, or start it', words: ['pane', 'stop', AGENT], closes: 'on success', size: SMALL },
  {
    key: 'p',
    what: 'hold its mail back, or let it go',
    words: ['pane', 'pause', AGENT],
    closes: 'on success',
    size: SMALL,
  },
  { key: 'l', what: 'its log', words: ['logs', AGENT, '-f'], closes: 'always', size: LARGE },
  { key: 'e', what: 'its events', words: ['events', '--agent', AGENT, '-f'], closes: 'always', size: LARGE },
  { key: 'E', what: 'stop every agent', words: ['pane', 'stop-all'], closes: 'on success', size: SMALL },
];

/** Only a name as orchestra gives them gets into a command: the pane's option could be set by anybody who can reach the server. */
const IS_AGENT = '#{&&:#{m/r:^[a-z][a-z0-9-]*$,#{@agent}},#{!=:#{@agent},dashboard}}';
/** Formats in what a key runs are expanded by run-shell -C; in what a menu runs, by the menu before. */
const BY_KEY = 1;
const IN_MENU = 2;
const NO_AGENT = 'this is the pane of no agent';

/**
 * A key table of orchestra's own, behind one key of the prefix table. What it runs is a popup with the command line, started by its words and never by a
 * shell. The name of the agent is put in when the key is pressed: what is confirmed later is about that pane, wherever the person went since.
 */
export function keyTable(program: KeyProgram): string {
  const lines = ACTIONS.map(
    (action) => `bind -T ${TABLE} -N ${tmuxQuote(action.what)} ${action.key} ${guarded(action, program, BY_KEY)}`,
  );
  const items = ACTIONS.map(
    (action) => `${tmuxQuote(action.what)} ${action.key} ${tmuxQuote(guarded(action, program, IN_MENU))}`,
  );
  return [
    `bind -N 'what can be done with the agent of this pane' ${ORCHESTRA_KEY} switch-client -T ${TABLE}`,
    ...lines,
    `bind -T ${TABLE} -N 'these keys' ? display-menu -T '#[align=centre] #{?#{@agent},#{@agent},orchestra} ' -x C -y C ${items.join(' ')}`,
  ].join('\n');
}

/** @param expanded how often tmux expands formats before the popup's own command is read */
function guarded(action: Action, program: KeyProgram, expanded: number): string {
  const opened = `run-shell -C ${tmuxQuote(popup(action, program, expanded))}`;
  if (!action.words.includes(AGENT)) return opened;
  return `if-shell -F ${tmuxQuote(IS_AGENT)} ${tmuxQuote(opened)} ${tmuxQuote(`display-message ${tmuxQuote(NO_AGENT)}`)}`;
}

/** display-popup expands its folder once more. None of these knows strftime(3). */
function popup(
  { words, closes, size: [width, height] }: Action,
  { self, project }: KeyProgram,
  expanded: number,
): string {
  const folder = tmuxQuote(inert(project, expanded + 1));
  const argv = [...self.map((word) => tmuxQuote(inert(word, expanded))), ...words.map((word) => `'${word}'`)];
  return `display-popup ${closes === 'always' ? '-E' : '-EE'} -w ${width} -h ${height} -d ${folder} -- ${argv.join(' ')}`;
}

const inert = (text: string, times: number): string => text.replaceAll('#', '#'.repeat(2 ** times));
