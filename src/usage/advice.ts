import { formatBytes, formatDuration } from '../base/index.ts';
import type { Advice, UsagePoint } from '../protocol/index.ts';
import { trendOf } from './trend.ts';

/** What is known of one agent. */
export interface Known {
  readonly agent: string;
  /** Minutes of its present life, oldest first. */
  readonly minutes: readonly UsagePoint[];
  /** Bytes; null for none. */
  readonly memoryLimit: number | null;
  /** Deaths of the last day, and the time they left it to run, ms: the median of its lives. */
  readonly deaths: number;
  readonly medianLife: number;
}

/** A leak is not told before so many minutes: what warms up grows too. */
const LEAK_MINUTES = 30;
/** The first part of a life is left out of it for the same reason. */
const WARM_UP = 1 / 4;
/** The line must explain this much of the ups and downs, and the growth be at least this share and so many bytes. */
const LEAK_FIT = 0.8;
const LEAK_SHARE = 0.1;
const LEAK_BYTES = 8e6;
/** A limit that the most it used comes this close to; one that is this many times too large. */
const TIGHT = 0.9;
const LOOSE = 8;
/** Minutes before a limit is judged. */
const LIMIT_MINUTES = 60;
/** What has no limit and uses so much is told of. */
const LARGE = 1e9;
const CPU_MINUTES = 15;
const CPU_BUSY = 95;
/** Bytes an hour: on a small flash disk a year of it is its end. */
const DISK_HOURLY = 5e9;
const MANY_DEATHS = 10;

/** What could be better, worst first; nothing when all is well. */
export const adviceFor = (known: Known): Advice[] =>
  [leak, restarts, memoryLimit, cpu, disk].flatMap((rule) => rule(known) ?? []);

function leak({ agent, minutes, memoryLimit: limit }: Known): Advice | null {
  if (minutes.length < LEAK_MINUTES) return null;
  const points = minutes.slice(Math.floor(minutes.length * WARM_UP)).map(({ at, memory }) => ({ at, value: memory }));
  const trend = trendOf(points);
  if (trend === null || trend.slope <= 0 || trend.fit < LEAK_FIT) return null;
  const grown = trend.to - trend.from;
  if (grown < LEAK_BYTES || grown < trend.from * LEAK_SHARE) return null;
  const left = limit === null ? null : ((limit - trend.to) / trend.slope) * 3_600_000;
  const until = left === null || left < 0 ? '' : `; it meets its limit in ${formatDuration(left)}`;
  return {
    agent,
    kind: 'leak',
    evidence: `its memory grew from ${formatBytes(trend.from)} to ${formatBytes(trend.to)} in ${formatDuration(trend.span)}, ${formatBytes(trend.slope)} an hour, ${Math.round(trend.fit * 100)} % of it along a straight line${until}`,
    suggestion:
      limit === null
        ? 'set limits.memory so that it ends before the machine suffers, or restart.max_age'
        : 'set restart.max_age, or restart.cron for a time when nobody works',
  };
}

function memoryLimit({ agent, minutes, memoryLimit: limit }: Known): Advice | null {
  if (minutes.length < LIMIT_MINUTES) return null;
  const most = Math.max(...minutes.map(({ memory }) => memory));
  const used = `it used at most ${formatBytes(most)} in ${formatDuration(minutes.length * 60_000)}`;
  if (limit === null)
    return most < LARGE
      ? null
      : {
          agent,
          kind: 'no-memory-limit',
          evidence: `${used} and has no limit`,
          suggestion: `set limits.memory to about ${formatBytes(most * 1.5)}`,
        };
  if (most > limit * TIGHT)
    return {
      agent,
      kind: 'memory-limit',
      evidence: `${used}, ${Math.round((most / limit) * 100)} % of its limit`,
      suggestion: `raise limits.memory to about ${formatBytes(most * 1.5)}, or find what it keeps`,
    };
  if (most * LOOSE > limit) return null;
  return {
    agent,
    kind: 'memory-limit',
    evidence: `${used}, its limit is ${formatBytes(limit)}`,
    suggestion: `lower limits.memory to about ${formatBytes(most * 2)}: a leak is noticed sooner`,
  };
}

function cpu({ agent, minutes }: Known): Advice | null {
  const last = minutes.slice(-CPU_MINUTES);
  if (last.length < CPU_MINUTES || last.some((minute) => minute.cpu < CPU_BUSY)) return null;
  const mean = last.reduce((sum, minute) => sum + minute.cpu, 0) / last.length;
  return {
    agent,
    kind: 'cpu',
    evidence: `it has used ${Math.round(mean)} % of a core for ${formatDuration(last.length * 60_000)} without a pause`,
    suggestion: 'look at it with: orchestra attach; set limits.cpu or limits.nice if it may go on',
  };
}

function disk({ agent, minutes }: Known): Advice | null {
  const last = minutes.slice(-60);
  const written = last.reduce((sum, minute) => sum + minute.written, 0);
  if (last.length < 10 || (written / last.length) * 60 < DISK_HOURLY) return null;
  return {
    agent,
    kind: 'disk',
    evidence: `it wrote ${formatBytes(written)} to disks in ${formatDuration(last.length * 60_000)}`,
    suggestion: 'look for a log or a cache that grows; put it on a tmpfs if nobody needs it',
  };
}

function restarts({ agent, deaths, medianLife }: Known): Advice | null {
  if (deaths < MANY_DEATHS) return null;
  return {
    agent,
    kind: 'restarts',
    evidence: `it died ${deaths} times within a day, half of the times within ${formatDuration(medianLife)}`,
    suggestion:
      'see why with: orchestra logs and orchestra events; restart.breaker and restart.backoff say how often it is tried',
  };
}
