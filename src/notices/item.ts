import { type Severity, SEVERITIES } from '../protocol/index.ts';

/** One event as it is told to people. Its text is safe to print. */
export interface Item {
  /** Its place in the journal. */
  readonly seq: number;
  /** When it happened, wall clock, milliseconds. */
  readonly at: number;
  /** Name a rule may match. */
  readonly event: string;
  readonly severity: Severity;
  readonly agent: string | null;
  /** One line. */
  readonly text: string;
}

export const atLeast = (severity: Severity, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);

/** The highest there is among some; `info` of none. */
export const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce<Severity>((high, each) => (atLeast(each, high) ? each : high), 'info');
