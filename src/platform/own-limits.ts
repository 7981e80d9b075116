import { readFileSync } from 'node:fs';

/** What this process may do about the limits of those it starts (capabilities(7), proc_pid_limits(5)). */
export interface OwnLimits {
  /** CAP_SYS_NICE: it may go below its own niceness. */
  readonly mayPrefer: boolean;
  /** The most files it may let a process open: with CAP_SYS_RESOURCE what the kernel allows at all, else its own hard limit. */
  readonly mostOpenFiles: number;
  readonly nice: number;
}

const CAP_SYS_NICE = 23n;
const CAP_SYS_RESOURCE = 24n;

/** Root is no proof: in a container it often lacks the capabilities. */
export function ownLimits(): OwnLimits {
  const status = readFileSync('/proc/self/status', 'utf8');
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const mayRaise = (capabilities & (1n << CAP_SYS_RESOURCE)) !== 0n;
  const most = mayRaise ? readFileSync('/proc/sys/fs/nr_open', 'latin1').trim() : hard;
  return {
    mayPrefer: (capabilities & (1n << CAP_SYS_NICE)) !== 0n,
    mostOpenFiles: most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most ?? 1024),
    // Field 19, counted after the last parenthesis (proc_pid_stat(5)).
    nice: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] ?? 0),
  };
}
