import type { Activity } from '../protocol/index.ts';

/** What kind of dialog stands on a screen. `trust` and `hooks` come before an agent is ready, `auth` asks for an account. */
export type DialogKind = 'approval' | 'question' | 'trust' | 'hooks' | 'auth';

/**
 * Where on the visible screen a sign counts. Model output can hold any text, so a sign is looked for only where the CLI itself
 * draws: `below` the input field, `above` it (the nearest lines that are not blank), `dialog` (what stands at the bottom where no
 * input field is, or below it), or the pane's `title`. `bottom`, the last lines whatever they are, is for types a person describes.
 */
export type SignPlace = 'title' | 'above' | 'below' | 'dialog' | 'bottom';

export interface Sign {
  readonly at: SignPlace;
  /** Over one line, trailing blanks removed. */
  readonly match: RegExp;
  readonly means: Activity;
  /** Set with `approval` and `question`; with `error`, `auth` says that an account is missing. */
  readonly dialog?: DialogKind;
}

/** The input field: how it looks, and how what is typed in it is read back. */
export interface Composer {
  /** Rows of a frame without a prompt that hold no text, at its top and its bottom; null: a prompt shows where the text begins. */
  readonly frame: { readonly top: number; readonly bottom: number } | null;
  /** The line before its first one; null: none is drawn. */
  readonly above: RegExp | null;
  /** Its first line; the last group is the text. */
  readonly first: RegExp;
  /** The line above it when its beginning is out of sight, in a small pane; null: it is not shown so. */
  readonly scrolled: RegExp | null;
  /** A further line of wrapped or multi-line text; the last group is the text. null: nobody knows how those look, so the cursor and the text tell. */
  readonly rest: RegExp | null;
  /** The line after its last one; null: it ends at the first line that `rest` does not match. */
  readonly below: RegExp | null;
  /** Long text pushes what is below it off the screen. */
  readonly runsOver: boolean;
  /** Lines that are not blank which may stand below it: more of them, and it is something in the transcript. */
  readonly footer: number;
  /** What stands in it when it is empty. Faint text (SGR 2) is taken for that anyway, where the screen comes with attributes. */
  readonly placeholder: readonly RegExp[];
  /** What it shows in place of a long paste; groups `lines` and `chars` where it tells them. */
  readonly pasted: RegExp | null;
}

/** How text gets in and how it goes. Keys are tmux key names, times milliseconds. */
export interface Submit {
  readonly keys: readonly string[];
  /** Between the text and the keys. Below 200 ms gemini, opencode and codex lost submissions. */
  readonly wait: number;
  /** Takes out what is typed, pressed again while text is left; empty: nothing does that harmlessly. */
  readonly clear: readonly string[];
  /** How long the text may take to show up in the input field, and how long the proof may take after the keys. */
  readonly within: number;
}

/** How a `now` message gets in while a turn runs: typed at once (the CLI takes it into the turn), or after these keys ended the turn. */
export type Interrupt = { readonly way: 'type' } | { readonly way: 'keys'; readonly keys: readonly string[] };

/** How a person's yes and no get to its approvals: for this one time only, never one that holds for the next. */
export interface Answers {
  /** The first line of a dialog, the lowest that fits. What stands above is the transcript. */
  readonly top: { readonly approval: RegExp; readonly question: RegExp };
  /**
   * What an approval is about, over the lines of a dialog joined by line ends, the last group: the command, the tool, the file. The first that fits; where none
   * does, it is the last line before the options.
   */
  readonly what: readonly RegExp[];
  /** What it draws to the right of a dialog, on the same lines; null: nothing. */
  readonly beside: RegExp | null;
  /** The option that allows it once, as it looks when it is the one that is marked; `styled`: the line with its escapes. */
  readonly yes: { readonly match: RegExp; readonly styled: boolean; readonly keys: readonly string[] };
  /** Any line that says what the keys do. */
  readonly no: { readonly match: RegExp; readonly keys: readonly string[] };
}

/** How its agents are launched with hooks, tools and their own conversation; `none`: as their command stands. */
export type LaunchKind = 'claude' | 'codex' | 'gemini' | 'qwen' | 'opencode' | 'none';

/** One kind of line in a transcript. Keys are paths (`a.b`, `*` for each element of an array); all must fit. The first rule that fits decides. */
export interface LineRule {
  readonly when: Readonly<Record<string, string | boolean | RegExp | typeof PRESENT>>;
  readonly means: 'busy' | 'idle' | 'nothing';
}

/** In a rule: there is something. */
export const PRESENT: unique symbol = Symbol('present');

/** The file in which a CLI keeps a conversation: one JSON object a line, each with a `timestamp` (ISO 8601), only ever added to. */
export interface TranscriptFacts {
  /**
   * `path`: below the folder that the first variable that is set names, else below HOME, made of the folder it works in and the id of its conversation. `open`: it holds the file
   * open, under a name of this shape.
   */
  readonly place:
    | { readonly by: 'path'; readonly variables: readonly string[]; readonly home: string; readonly below: string }
    | { readonly by: 'open'; readonly name: RegExp };
  /** Lines without this are not taken apart. */
  readonly worth: RegExp;
  readonly lines: readonly LineRule[];
}

/** What orchestra knows about one agent CLI. */
export interface Driver {
  readonly type: string;
  /** The version whose screens the signs were recorded from; null: not recorded, from its documentation or its users. */
  readonly version: string | null;
  /** What agents of this type run when they name no command. */
  readonly command: readonly string[] | null;
  readonly launch: LaunchKind;
  readonly signs: readonly Sign[];
  /** null: it keeps none that can be read as it grows. */
  readonly transcript: TranscriptFacts | null;
  /** null: nothing is known about its input; text goes to where the cursor is, and only to an empty line or a prompt. */
  readonly composer: Composer | null;
  readonly submit: Submit;
  readonly interrupt: Interrupt;
  /** null: its dialogs are answered by a person in its pane. */
  readonly answers: Answers | null;
  /** Keys that make it quit. */
  readonly quit: readonly string[];
  /** Its start takes a processor for seconds: starts are staggered. */
  readonly heavy: boolean;
}

/** A pane as tmux shows it, the visible part only. */
export interface Screen {
  /** From top to bottom; with or without SGR sequences (`capture-pane -p -e`). With them a greyed suggestion is told from a draft. */
  readonly lines: readonly string[];
  readonly title: string;
  /** Cell of the cursor, from 0. */
  readonly cursorX: number;
  readonly cursorY: number;
  /** Copy mode or another mode of tmux takes the keys. */
  readonly inMode: boolean;
  readonly width: number;
  readonly height: number;
}

export interface ComposerReading {
  /** `none`: there is no input field on the screen. */
  readonly kind: 'empty' | 'draft' | 'none';
  readonly text: string;
}

export interface Reading {
  readonly activity: Activity;
  readonly by: 'title' | 'screen';
  readonly dialog: DialogKind | null;
  readonly composer: ComposerReading;
  /** It has come up and takes text. */
  readonly ready: boolean;
  /** When a limit ends, milliseconds since the epoch; null: there is none, or the screen does not say. */
  readonly resetAt: number | null;
  /** The line that decided, without escapes; empty when none did. */
  readonly line: string;
  /** Lines of dialogs above its input field, answered before: none of them is a dialog now. One more of them is. */
  readonly past: number;
  /** Some rule knows this screen. When not, the activity is `unknown`, to be treated as busy. */
  readonly known: boolean;
}
