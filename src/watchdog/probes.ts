import { MATCH_WITHIN, stripEscapes, testWithin } from '../base/index.ts';
import {
  type Cancel,
  type Clock,
  type FileFacts,
  fileFacts,
  type Reached,
  readFrom,
  type RunResult,
} from '../platform/index.ts';
import type { LivenessProbe, ReadyProbe, Target } from '../protocol/index.ts';
import { keepTrying, tryUntil } from './tries.ts';

export interface ProbePorts {
  readonly clock: Clock;
  run(argv: readonly string[], options: { timeout: number; cwd: string; env: NodeJS.ProcessEnv }): Promise<RunResult>;
  /** Asks over the network, once. @param timeout ms */
  reach(target: Target, timeout: number): Promise<Reached>;
  /** Tells of trouble that a person must see; null when it is over. */
  degraded(what: string, message: string | null): void;
}

export interface LivenessSeen {
  onGood(): void;
  onUnfit(detail: string): void;
}

export interface ProbeTarget {
  readonly agent: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The agent's pane log, and its size when this incarnation was launched. */
  readonly log: string;
  readonly logFrom: number;
  /** Wall clock at the launch, ms: an older ready file is from an earlier incarnation. */
  readonly launchedWall: number;
}

/** How often a log or a file is looked at while an agent starts. */
const LOOK_EVERY = 50;
/** Bytes read of a log at a time, and kept for a match that spans two reads. */
const LOG_CHUNK = 64 * 1024;
const LOG_CARRY = 4096;
/** Matches that took too long before a pattern is given up. */
const MOST_LATE = 3;

/** Calls `onReady` once when the probe succeeds. Time-out is the machine's affair. */
export function watchReady(probe: ReadyProbe, target: ProbeTarget, ports: ProbePorts, onReady: () => void): Cancel {
  const isFresh = freshness(probe.kind === 'file' ? fileFacts(probe.path) : null, target.launchedWall);
  switch (probe.kind) {
    case 'delay':
      return ports.clock.after(probe.delay, onReady);
    case 'log':
      return lookUntil(ports.clock, logMatcher(new RegExp(probe.pattern, 'm'), target, ports), onReady);
    case 'file':
      return lookUntil(ports.clock, () => isFresh(fileFacts(probe.path)), onReady);
    case 'exec':
    case 'http':
    case 'tcp':
      return tryUntil(probe, target, ports, onReady);
  }
}

/**
 * A ready file is fresh when it is younger than the launch, or changed under our eyes: with a wall clock that was set back a file
 * written just now is older than the launch.
 */
function freshness(first: FileFacts | null, launchedWall: number): (now: FileFacts | null) => boolean {
  // A file system may keep whole seconds only.
  const launched = Math.floor(launchedWall / 1000) * 1000;
  return (now) => now !== null && (now.modified >= launched || !isSame(first, now));
}

const isSame = (one: FileFacts | null, other: FileFacts | null): boolean =>
  one?.modified === other?.modified && one?.size === other?.size && one?.inode === other?.inode;

function lookUntil(clock: Clock, look: () => boolean, onReady: () => void): Cancel {
  const cancel = clock.every(LOOK_EVERY, () => {
    if (!look()) return;
    cancel();
    onReady();
  });
  return cancel;
}

/** Looks for a pattern in what was written to the log since the launch, escapes removed, over rotations. */
function logMatcher(pattern: RegExp, target: ProbeTarget, { degraded }: ProbePorts): () => boolean {
  const found = patiently(pattern, () =>
    degraded(
      `ready.log of ${target.agent}`,
      `${JSON.stringify(pattern.source)} takes too long to match: make it simpler`,
    ),
  );
  degraded(`ready.log of ${target.agent}`, null);
  let offset = target.logFrom;
  let carry = '';
  return () => {
    const size = fileFacts(target.log)?.size ?? 0;
    if (size < offset) offset = 0; // rotated
    while (offset < size) {
      const chunk = readFrom(target.log, offset, LOG_CHUNK);
      if (chunk.length === 0) return false;
      offset += chunk.length;
      carry += chunk.toString('utf8');
      if (found(stripEscapes(carry))) return true;
      carry = carry.slice(-LOG_CARRY); // raw: an escape sequence may be cut by the end of the read
    }
    return false;
  };
}

/**
 * Tests a text, however long that would take: a pattern that is too slow for the whole of it is tried on pieces from then on, and given up when it is
 * too slow for these as well.
 */
function patiently(pattern: RegExp, onGivenUp: () => void): (text: string) => boolean {
  let pieces = false;
  let late = 0;
  return (text) => {
    if (late >= MOST_LATE) return false;
    const whole = pieces ? 'late' : testWithin(pattern, text, MATCH_WITHIN);
    if (whole !== 'late') return whole;
    pieces = true;
    for (let at = 0; at < text.length && late < MOST_LATE; at += LOG_CARRY) {
      const piece = testWithin(pattern, text.slice(Math.max(0, at - LOG_CARRY), at + LOG_CARRY), MATCH_WITHIN);
      if (piece === true) return true;
      if (piece === 'late') late++;
    }
    if (late >= MOST_LATE) onGivenUp();
    return false;
  };
}

/** Calls `onGood` when a running agent shows that it is alive, and `onUnfit` once, with a sentence, when it no longer does. */
export function watchLiveness(
  probe: LivenessProbe,
  target: ProbeTarget,
  ports: ProbePorts,
  { onGood, onUnfit }: LivenessSeen,
): Cancel {
  // What is only looked at has shown nothing wrong so far.
  if (probe.kind === 'heartbeat' || probe.kind === 'silence') onGood();
  switch (probe.kind) {
    case 'heartbeat':
      return watchAge(probe.path, probe.maxAge, ports.clock, (age) => onUnfit(`no heartbeat for ${age} s`));
    case 'silence':
      return watchAge(target.log, probe.maxAge, ports.clock, (age) => onUnfit(`silent for ${age} s`));
    case 'exec':
    case 'http':
    case 'tcp':
      return keepTrying(probe, target, ports, { onGood, onUnfit });
  }
}

/**
 * Fires when a file has not changed for `maxAge`. The age is counted from the last change *seen*, on the monotonic clock: comparing its
 * mtime with the wall clock kills a healthy agent when somebody sets the clock.
 */
function watchAge(path: string, maxAge: number, clock: Clock, onOld: (seconds: number) => void): Cancel {
  let last = fileFacts(path);
  let changedAt = clock.mono();
  const cancel = clock.every(Math.min(1000, Math.max(50, maxAge / 4)), () => {
    const now = fileFacts(path);
    const same = isSame(now, last);
    last = now;
    if (!same) changedAt = clock.mono();
    const age = clock.mono() - changedAt;
    if (age < maxAge) return;
    cancel();
    onOld(Math.round(age / 1000));
  });
  return cancel;
}
