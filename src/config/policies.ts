import type {
  Breaker,
  FileWatchSpec,
  LivenessProbe,
  ReadyProbe,
  RestartPolicy,
  StopPolicy,
  Target,
} from '../protocol/index.ts';
import { parseDuration } from '../base/index.ts';
import { hostPort } from './scalars.ts';
import type { DefaultsInput } from './schema.ts';

/** Policies with every default filled in. What comes in has passed the schema; what was taken out of it falls back to the default. */

export const ms = (text: string | undefined, otherwise: string): number => {
  const parsed = parseDuration(text ?? otherwise);
  return parsed.ok ? parsed.value : ms(undefined, otherwise);
};

export const isOff = (value: unknown): value is 'off' | false => value === 'off' || value === false;

/** @param locate turns a path of the file into an absolute one */
export function restartPolicy(input: DefaultsInput['restart'], locate: (path: string) => string): RestartPolicy {
  const given = typeof input === 'string' ? { policy: input } : (input ?? {});
  const { backoff = {}, breaker = {} } = given;
  return {
    policy: given.policy ?? 'always',
    successCodes: given.success_codes ?? [0],
    stopCodes: given.stop_codes ?? [],
    maxAge: given.max_age === undefined ? null : ms(given.max_age, '1d'),
    schedule: given.cron === undefined ? null : { cron: given.cron, zone: given.zone ?? null },
    watch: fileWatch(given.watch, locate),
    strategy: given.strategy ?? 'one_for_one',
    healthyAfter: ms(given.healthy_after, '10s'),
    backoff: isOff(backoff)
      ? null
      : {
          initial: ms(backoff.initial, '1s'),
          max: ms(backoff.max, '60s'),
          factor: backoff.factor ?? 2,
          jitter: backoff.jitter ?? 0.2,
          resetAfter: ms(backoff.reset_after, '60s'),
        },
    breaker: isOff(breaker) ? null : breakerOf(breaker),
  };
}

type RestartInput = Exclude<DefaultsInput['restart'], string | undefined>;

function breakerOf({
  exits,
  within,
  retry = {},
}: Exclude<RestartInput['breaker'], 'off' | false | undefined>): Breaker {
  return {
    exits: exits ?? 5,
    within: ms(within, '10m'),
    retry: isOff(retry)
      ? null
      : {
          after: ms(retry.after, '5m'),
          factor: retry.factor ?? 2,
          max: Math.max(ms(retry.max, '1h'), ms(retry.after, '5m')),
        },
  };
}

function fileWatch(input: RestartInput['watch'], locate: (path: string) => string): FileWatchSpec | null {
  if (input === undefined || isOff(input)) return null;
  const { paths = ['.'], ignore = [], delay, flaps = {} } = input === true ? {} : input;
  return {
    paths: paths.map(locate),
    ignore,
    delay: ms(delay, '300ms'),
    flaps: isOff(flaps) ? null : { starts: flaps.starts ?? 10, within: ms(flaps.within, '1m') },
  };
}

const RUNGS = ['keys', 'int', 'term'] as const;

/**
 * `timeout` is the time until SIGKILL. Rungs that `steps` names take their own time, the others share what is left evenly;
 * the keys are no rung when there are none.
 */
export function stopPolicy(input: DefaultsInput['stop']): StopPolicy {
  const keys = input?.keys ?? ['C-c'];
  const timeout = ms(input?.timeout, '10s');
  const time = { keys: 0, int: 0, term: 0 };
  for (const rung of RUNGS) time[rung] = ms(input?.steps?.[rung], '0s');
  const present = RUNGS.filter((rung) => rung !== 'keys' || keys.length > 0);
  const unnamed = present.filter((rung) => input?.steps?.[rung] === undefined);
  let left = Math.max(0, timeout - time.keys - time.int - time.term);
  unnamed.forEach((rung, index) => {
    time[rung] = Math.floor(left / (unnamed.length - index));
    left -= time[rung];
  });
  return { keys, keysFor: keys.length > 0 ? time.keys : 0, intFor: time.int, termFor: time.term };
}

/** Milliseconds the named steps of a stop take together. */
export const stepsTotal = (input: DefaultsInput['stop']): number =>
  RUNGS.reduce((sum, rung) => sum + ms(input?.steps?.[rung], '0s'), 0);

export const stopTimeout = (input: DefaultsInput['stop']): number => ms(input?.timeout, '10s');

/** Text is run by sh, as with an agent's own command. */
export const argvOf = (command: string | string[]): string[] =>
  typeof command === 'string' ? ['sh', '-c', command] : command;

function targetOf({ http, tcp }: Pick<ReadyInput, 'http' | 'tcp'>): Target | null {
  if (http !== undefined) {
    const { url, status = [200, 399] } = typeof http === 'string' ? { url: http } : http;
    const [from, to] = typeof status === 'number' ? [status, status] : status;
    return { kind: 'http', url, status: { from, to } };
  }
  const at = tcp === undefined ? null : hostPort(tcp);
  return at === null ? null : { kind: 'tcp', ...at };
}

type ReadyInput = Exclude<DefaultsInput['ready'], 'off' | false | undefined>;

/** @param locate turns a path of the file into an absolute one */
export function readyProbe(input: DefaultsInput['ready'], locate: (path: string) => string): ReadyProbe | null {
  if (input === undefined || isOff(input)) return null;
  const timeout = ms(input.timeout, '60s');
  if (input.log !== undefined) return { kind: 'log', pattern: input.log, timeout };
  if (input.file !== undefined) return { kind: 'file', path: locate(input.file), timeout };
  if (input.exec !== undefined)
    return { kind: 'exec', argv: argvOf(input.exec), interval: ms(input.interval, '1s'), timeout };
  const target = targetOf(input);
  if (target !== null) return { ...target, interval: ms(input.interval, '1s'), timeout };
  return input.delay === undefined ? null : { kind: 'delay', delay: ms(input.delay, '0s'), timeout };
}

/** @param locate turns a path of the file into an absolute one */
export function livenessProbe(
  input: DefaultsInput['liveness'],
  locate: (path: string) => string,
): LivenessProbe | null {
  if (input === undefined || isOff(input)) return null;
  const { heartbeat, exec, silence } = input;
  const how = exec === undefined ? targetOf(input) : ({ kind: 'exec', argv: argvOf(exec) } as const);
  if (heartbeat !== undefined) {
    return { kind: 'heartbeat', path: locate(heartbeat.file ?? ''), maxAge: ms(heartbeat.max_age, '1m') };
  }
  if (how !== null) {
    const [interval, timeout] = [ms(input.interval, '30s'), ms(input.timeout, '10s')];
    return { ...how, interval, timeout, failures: input.failures ?? 3 };
  }
  return silence === undefined ? null : { kind: 'silence', maxAge: ms(silence, '10m') };
}
