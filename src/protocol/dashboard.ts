/** Looks of the dashboard. `auto`: for a dark or a light terminal, whichever it says it is. */
export const DASHBOARD_THEMES = ['auto', 'dark', 'light', 'contrast', 'none'] as const;
export type DashboardTheme = (typeof DASHBOARD_THEMES)[number];

/** What a person chose for the dashboard in the session's file. */
export interface DashboardSpec {
  readonly theme: DashboardTheme;
  /** Keys by the name of what they do; they replace those it comes with. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export const DEFAULT_DASHBOARD: DashboardSpec = { theme: 'auto', keys: {} };

/** What can be done on a screen, by name, with the keys it comes with. */
type Keys = Readonly<Record<string, readonly string[]>>;

const WITH_AN_AGENT: Keys = {
  message: ['m'],
  approve: ['a'],
  deny: ['d'],
  restart: ['r'],
  stop: ['s'],
  pause: ['p'],
  type: ['t'],
  zoom: ['z'],
  go: ['g'],
  log: ['l'],
  'agent-events': ['e'],
};

/** A list of messages to read, on whichever screen. */
const MAIL_LIST = {
  down: ['down', 'j'],
  up: ['up', 'k'],
  'page-down': ['pagedown', 'C-f'],
  'page-up': ['pageup', 'C-b'],
  first: ['home'],
  last: ['end', 'G'],
  open: ['enter', 'o', 'right'],
  close: ['escape', 'left'],
  reply: ['y', 'A'],
  redrive: ['R'],
  'throw-away': ['x'],
} as const satisfies Keys;

/**
 * Every name that `dashboard.keys` may have. The dashboard's own bindings are the truth (its tests compare them with this list); it is written down here
 * because a configuration is checked without any dashboard. A key of a screen outranks the same key of `everywhere`.
 */
export const DASHBOARD_KEYS = {
  everywhere: {
    crew: ['1'],
    agent: ['2'],
    messages: ['3'],
    tasks: ['4'],
    events: ['5'],
    charts: ['6'],
    'next-screen': ['tab'],
    'previous-screen': ['S-tab'],
    'stop-all': ['E'],
    undo: ['u'],
    filter: ['/'],
    palette: [':'],
    help: ['?'],
    back: ['escape'],
    quit: ['q', 'C-c'],
  },
  crew: {
    down: ['down', 'j'],
    up: ['up', 'k'],
    'page-down': ['pagedown', 'C-f'],
    'page-up': ['pageup', 'C-b'],
    first: ['home'],
    last: ['end', 'G'],
    open: ['enter', 'right'],
    view: ['v'],
    ...WITH_AN_AGENT,
  },
  agent: {
    'next-tab': ['right', ']'],
    'previous-tab': ['left', '['],
    'next-agent': ['n', 'S-down'],
    'previous-agent': ['N', 'S-up'],
    down: ['down', 'j'],
    up: ['up', 'k'],
    'page-down': ['pagedown', 'C-f', 'space'],
    'page-up': ['pageup', 'C-b'],
    first: ['home'],
    last: ['end', 'G'],
    open: ['enter', 'o'],
    close: ['escape'],
    ...WITH_AN_AGENT,
    reply: ['y', 'A'],
  },
  messages: { ...MAIL_LIST, compose: ['c', 'm'], show: ['f'] },
  tasks: MAIL_LIST,
  events: {
    down: ['down', 'j'],
    up: ['up', 'k'],
    'page-down': ['pagedown', 'C-f', 'space'],
    'page-up': ['pageup', 'C-b'],
    first: ['home'],
    follow: ['end', 'G'],
    event: ['enter', 'right'],
  },
  charts: {
    window: ['w'],
  },
} as const satisfies Readonly<Record<string, Keys>>;
