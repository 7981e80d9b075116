/** Agent names: they become file names, lock names and tmux option values, so they are kept to what is safe in all of them. */
export const AGENT_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Session names: tmux replaces `.` and `:` in them, so neither is allowed. */
export const SESSION_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/** Names orchestra keeps for itself; the last two are folders beside the mailboxes. */
export const RESERVED_NAMES: readonly string[] = [
  'dashboard',
  'controller',
  'all',
  'broadcast',
  'external',
  'intake',
  'corrupt',
];
