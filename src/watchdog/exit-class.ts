import type { ExitClass } from '../protocol/index.ts';

/** Signals by number on Linux (signal(7)), those an agent usually ends by. */
const SIGNAL_NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
};

/**
 * What an exit status as sh reports it means. 128+n is either signal n or an exit with that very status: sh cannot tell, so the
 * words say both. 126 and 127 come from sh itself: not executable, not found.
 */
export function classifyExit(code: number, successCodes: readonly number[], outOfMemory: boolean): ExitClass {
  if (successCodes.includes(code)) return 'success';
  if (code === 137 && outOfMemory) return 'oom';
  return code > 128 && code <= 165 ? 'signal' : 'failure';
}

/** A few words for people. */
export function describeExit(code: number | null, kind: ExitClass): string {
  switch (kind) {
    case 'oom':
      return 'killed: out of memory';
    case 'shim-lost':
      return 'its pane was lost';
    case 'server-lost':
      return 'the tmux server died';
    case 'unknown':
      return 'gone, its exit could not be recorded';
    case 'success':
    case 'failure':
    case 'signal': {
      if (code === 127) return 'exit 127: command not found';
      if (code === 126) return 'exit 126: not executable, or no such folder';
      const signal = code === null ? undefined : SIGNAL_NAMES[code - 128];
      return signal === undefined ? `exit ${code}` : `exit ${code} (${signal})`;
    }
  }
}
