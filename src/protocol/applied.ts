import type { SessionSpec } from './spec.ts';

/** A configuration that was applied once. */
export interface Applied {
  /** From 1, in the order they were applied; no number is used twice. */
  readonly n: number;
  /** ISO 8601. */
  readonly time: string;
  /** Who applied it. */
  readonly by: string;
  readonly session: string;
  readonly profile: string | null;
  /** Absolute path of the file it was read from. */
  readonly file: string;
  /** How many. */
  readonly agents: number;
}

export interface AppliedConfig extends Applied {
  readonly spec: SessionSpec;
  /** Text of the file as it was then; null when it is not known. */
  readonly text: string | null;
}
