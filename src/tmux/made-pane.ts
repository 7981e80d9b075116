/** A pane that has just been made, and the process in it: asked for with the command that makes it, so that no second question is needed. */
export interface MadePane {
  readonly id: string;
  readonly pid: number;
}

/** What `-P -F` is to print of a new pane. */
export const MADE_PANE = '#{pane_id} #{pane_pid}';

/** null for anything but "%7 4711", with or without more words after it. */
export function parseMade(line: string): MadePane | null {
  const match = /^(%\d+) (\d+)(?: |$)/.exec(line.trim());
  return match === null ? null : { id: match[1] as string, pid: Number(match[2]) };
}
