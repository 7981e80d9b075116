import type {
  Asked,
  DashboardTheme,
  LiveScreen,
  MailEntry,
  OrchestraEvent,
  Priority,
  Snapshot,
} from '../../protocol/index.ts';
import type { Size } from '../frame.ts';
import type { ThemeName } from '../theme.ts';
import { History } from './history.ts';
import type { Effect, Link } from './input.ts';

export const SCREENS = ['crew', 'agent', 'messages', 'tasks', 'events', 'charts'] as const;
export type ScreenId = (typeof SCREENS)[number];

/** What a person chose, in the session's file or by hand. */
export interface Settings {
  /** What is shown. */
  readonly theme: ThemeName;
  /** What outranks the file: of the command line, or chosen since; null: nothing. */
  readonly chosen: DashboardTheme | null;
  /** The terminal says that it is light, which is what `auto` means then. */
  readonly light: boolean;
  /** False where the terminal has ASCII only. */
  readonly unicode: boolean;
  /** It runs in the session’s own pane, which is kept there. */
  readonly pinned: boolean;
  /** Keys by the id of what they do; they replace its own. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** A message that is being written. */
export interface Editor {
  readonly kind: 'editor';
  /** An agent, `@group` or `broadcast`. */
  readonly to: string;
  readonly text: string;
  readonly at: number;
  /** Column that up and down keep to; null: the cursor's own. */
  readonly goal: number | null;
  readonly replyTo: string | null;
  readonly priority: Priority;
}

/** Something that lies over the screen and takes the keys. */
export type Overlay =
  | {
      readonly kind: 'help';
      /** First line that is seen. */
      readonly top: number;
    }
  | {
      readonly kind: 'confirm';
      readonly title: string;
      /** What would be lost, one sentence a line. */
      readonly lines: readonly string[];
      readonly yes: string;
      readonly effects: readonly Effect[];
      readonly undo: Undo | null;
    }
  | { readonly kind: 'asked'; readonly agent: string; readonly yes: boolean; readonly asked: Asked }
  | Editor
  /** `top`: the first line of it that is shown. */
  | { readonly kind: 'event'; readonly event: OrchestraEvent; readonly top: number }
  | { readonly kind: 'palette'; readonly text: string; readonly at: number; readonly chosen: number }
  | { readonly kind: 'filter'; readonly text: string; readonly at: number; readonly before: string };

/** A word about what was just done. */
export interface Toast {
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad';
  /** Wall clock, ms. */
  readonly until: number;
}

/** How the last action is taken back. */
export interface Undo {
  /** What it takes back: `stop of kaede`. */
  readonly what: string;
  readonly effects: readonly Effect[];
}

/** What is shown of the messages of all: everything, what was written to the person, what has not been handed to an agent, what was given up. */
export const MAIL_SHOWS = ['all', 'for you', 'queued', 'dead'] as const;
export type MailShow = (typeof MAIL_SHOWS)[number];

/** A list of messages, of all agents or of one, and the one that is looked at. */
export interface MailState {
  /** Oldest first, as they came. */
  readonly entries: readonly MailEntry[];
  /** The filter they were asked with (`filterKey`); empty: none came yet. */
  readonly of: string;
  /** When they came, and when the last event about a message did (wall clock, ms): they are asked for again when something is newer. */
  readonly at: number;
  readonly newsAt: number;
  readonly show: MailShow;
  /** Recipient and id of the chosen copy; null: the newest is followed. */
  readonly chosen: string | null;
  /** The chosen one is read in full. */
  readonly open: boolean;
  /** Lines scrolled down in the open one. */
  readonly down: number;
  /** The open one with what it answers and what answers it, asked with `of`. */
  readonly thread: { readonly of: string; readonly entries: readonly MailEntry[]; readonly stale: boolean };
}

/** The part of the agent's screen that is looked at. */
export const AGENT_TABS = ['screen', 'mail', 'events', 'log'] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

export interface State {
  readonly size: Size;
  /** Wall clock, ms. */
  readonly now: number;
  readonly settings: Settings;
  readonly link: Link;
  /** Kept up to date by events; replaced by a newer one every few seconds. */
  readonly snapshot: Snapshot | null;
  /** Wall clock at which it came, ms: uptimes go on from there. */
  readonly takenAt: number;
  /** A newer snapshot is under way, or due at this time (wall clock, ms). */
  readonly refresh: { readonly asked: boolean; readonly due: number };
  readonly history: History;
  /** Raised with every event: what is derived from the history is no older. */
  readonly news: number;
  readonly screen: ScreenId;
  /** Screens to go back to, the newest last. */
  readonly trail: readonly ScreenId[];
  /** Name of the chosen agent. */
  readonly selected: string | null;
  /** What the crew's table and the lists are narrowed to. */
  readonly filter: string;
  /** The crew side by side instead of line by line; null: as it fits. */
  readonly grid: boolean | null;
  readonly overlay: Overlay | null;
  /** Messages that were begun and left, by recipient (see compose.ts). */
  readonly drafts: ReadonlyMap<string, Editor>;
  readonly toast: Toast | null;
  readonly undo: readonly Undo[];
  readonly agent: {
    readonly tab: AgentTab;
    readonly screen: LiveScreen | null;
    readonly log: readonly string[];
    /** Whose log it is. */
    readonly logOf: string | null;
    /** Lines scrolled back from the end. */
    readonly back: number;
    /** Keys go to the agent. */
    readonly typing: boolean;
  };
  readonly mail: MailState;
  /** The chosen event and the first one shown, by their places in the journal; `seq` null: the newest is followed. */
  readonly events: { readonly seq: number | null; readonly top: number };
  readonly hours: 1 | 24;
  /** Agents that waited for a person when last looked at: whoever is new rings the bell. */
  readonly waiting: ReadonlySet<string>;
}

export const initialState = (size: Size, now: number, settings: Settings): State => ({
  size,
  now,
  settings,
  link: { kind: 'connecting' },
  snapshot: null,
  takenAt: now,
  refresh: { asked: false, due: Number.POSITIVE_INFINITY },
  history: new History(),
  news: 0,
  screen: 'crew',
  trail: [],
  selected: null,
  filter: '',
  grid: null,
  overlay: null,
  drafts: new Map(),
  toast: null,
  undo: [],
  agent: { tab: 'screen', screen: null, log: [], logOf: null, back: 0, typing: false },
  mail: {
    entries: [],
    of: '',
    at: 0,
    newsAt: 0,
    show: 'all',
    chosen: null,
    open: false,
    down: 0,
    thread: { of: '', entries: [], stale: false },
  },
  events: { seq: null, top: 0 },
  hours: 1,
  waiting: new Set(),
});

/** What an input leads to. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const step = (state: State, ...effects: readonly Effect[]): Step => ({ state, effects });

/** What can be taken back at most, the newest first. */
const UNDO_MOST = 20;

export const withUndo = (state: State, undo: Undo): State => ({
  ...state,
  undo: [...state.undo, undo].slice(-UNDO_MOST),
});

const TOAST = 4_000;

export const withToast = (state: State, text: string, tone: Toast['tone'] = 'good'): State => ({
  ...state,
  toast: { text, tone, until: state.now + (tone === 'bad' ? 2 * TOAST : TOAST) },
});
