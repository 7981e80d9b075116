/** One thing `doctor` looked at. A problem keeps orchestra from working, a warning does not. */
export interface Check {
  readonly name: string;
  readonly level: 'ok' | 'warning' | 'problem';
  /** What was found, one line. */
  readonly message: string;
  /** The command that mends it; empty when nothing has to be mended. */
  readonly fix: string;
}

export const ok = (name: string, message: string): Check => ({ name, level: 'ok', message, fix: '' });
export const warning = (name: string, message: string, fix: string): Check => ({
  name,
  level: 'warning',
  message,
  fix,
});
export const problem = (name: string, message: string, fix: string): Check => ({
  name,
  level: 'problem',
  message,
  fix,
});
