import type { Place } from '../problem.ts';
import type { Text } from './text.ts';

/** Something of the other tool's file that has no counterpart here, or not the same one. */
export interface Left {
  /** From 1; 0 when it is about the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** Where in the file, in its own words: `apps.0.pid_file`. */
  readonly option: string;
  /** The agent it is about, null for none. */
  readonly agent: string | null;
  /** Why there is none. Never holds a value of an environment. */
  readonly why: string;
  /** What to do; may be empty. */
  readonly instead: string;
}

/** An agent as it will stand in the file. */
export interface DraftAgent {
  /** Its name in the other file; agents are called by it until the end. */
  readonly original: string;
  readonly at: Place;
  /** Keys of `orchestra.yaml`, without `display` and `depends_on`. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** By original names. */
  readonly dependsOn: Readonly<Record<string, string>>;
  /** It is only there with these profiles; empty: always. */
  readonly profiles: readonly string[];
}

/** What was read of another tool's file. */
export interface Draft {
  /** Name of the session; null when the file gives none. */
  readonly session: string | null;
  readonly layout: string;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly agents: readonly DraftAgent[];
  /** Members by original names. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Environment that a profile adds to an agent: profile, agent by its original name, variables. */
  readonly profiles: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

/** A command line: what needs sh is text, all else a list. */
export interface Line {
  readonly words: readonly Text[];
}
