import * as z from 'zod';
import { between, Cron, Duration, line, LongerThanZero, Off, Path, whole, Zone } from './scalars.ts';

/** The part of the schema that says when an agent is started again. */

const Backoff = z
  .strictObject({
    initial: LongerThanZero.meta({ description: 'Wait before the second restart in a row.', default: '1s' }),
    max: LongerThanZero.meta({ description: 'Longest wait.', default: '60s' }),
    factor: between(1, 100).meta({ description: 'Each wait is this many times the one before.', default: 2 }),
    jitter: between(0, 1).meta({
      description: 'Share of the wait that is random, so that a crew does not come back in step.',
      default: 0.2,
    }),
    reset_after: LongerThanZero.meta({
      description: 'A run at least this long starts the waits over at `initial`.',
      default: '60s',
    }),
  })
  .partial();

const Retry = z
  .strictObject({
    after: LongerThanZero.meta({ description: 'From the opening of the breaker to the first try.', default: '5m' }),
    factor: between(1, 100).meta({ description: 'Each wait is this many times the one before.', default: 2 }),
    max: LongerThanZero.meta({ description: 'Longest wait.', default: '1h' }),
  })
  .partial();

const Breaker = z
  .strictObject({
    exits: whole(1, 10_000).meta({
      description: 'This many exits within the time below, and the agent is `broken`.',
      default: 5,
    }),
    within: LongerThanZero.meta({ description: 'Length of the sliding window.', default: '10m' }),
    retry: z.union([Off, Retry]).meta({
      description:
        'One try after a while, the next after a longer one; one that lives for `within` divided by `exits` closes the breaker. `off` waits for `orchestra restart`.',
    }),
  })
  .partial();

export const Policy = z.enum(['always', 'on-failure', 'never']);

const Watch = z
  .strictObject({
    paths: z
      .array(Path)
      .min(1, { error: 'this list is empty' })
      .meta({ description: 'Files and folders, relative to its `cwd`.', default: ['.'] }),
    ignore: z.array(line(1_000)).meta({
      description:
        'What does not count, as in a `.gitignore` of its `cwd`. `.git`, `.orchestra` and `node_modules` never count.',
      examples: [['dist/', '*.log']],
    }),
    delay: Duration.meta({ description: 'So long nothing may change before it is started anew.', default: '300ms' }),
    flaps: z
      .union([
        Off,
        z
          .strictObject({
            starts: whole(2, 1_000).meta({ description: 'This many starts by changes...', default: 10 }),
            within: LongerThanZero.meta({ description: '...within this time.', default: '1m' }),
          })
          .partial(),
      ])
      .meta({
        description:
          'An agent started so often by changes makes them itself: they no longer count until `orchestra restart`, and what to add to `ignore` is said.',
      }),
  })
  .partial();

export const Restart = z
  .strictObject({
    policy: Policy.meta({ description: 'When an agent that ended is started again.', default: 'always' }),
    success_codes: z
      .array(whole(0, 255))
      .meta({ description: 'Exit statuses that are no failure, for `on-failure`.', default: [0] }),
    stop_codes: z.array(whole(0, 255)).meta({
      description: 'Exit statuses after which it stays down, whatever the policy.',
      examples: [[78]],
    }),
    cron: Cron.meta({
      description:
        'Started anew at these times: minute, hour, day, month, weekday. Only when it runs, and also when nobody was there to do it in time.',
      examples: ['0 3 * * *'],
    }),
    zone: Zone.meta({
      description: 'Time zone of `cron`; the one of the machine unless given.',
      examples: ['Europe/Berlin'],
    }),
    max_age: LongerThanZero.meta({ description: 'Started anew when it has run for so long.', examples: ['1d'] }),
    watch: z.union([Off, z.boolean(), Watch]).meta({
      description: 'Started anew when a file changes; `true` watches its `cwd`.',
    }),
    healthy_after: Duration.meta({
      description: 'A run at least this long was healthy: the first restart after it is immediate.',
      default: '10s',
    }),
    backoff: z
      .union([Off, Backoff])
      .meta({ description: 'Growing waits between restarts; `off` restarts at once, always.' }),
    breaker: z
      .union([Off, Breaker])
      .meta({ description: 'Gives up on an agent that keeps dying; `off` never gives up.' }),
    strategy: z.enum(['one_for_one', 'rest_for_one', 'one_for_all']).meta({
      description:
        'Who is started anew when it comes back after a death: itself only, those that depend on it too (`rest_for_one`), or everyone of its `groups` (`one_for_all`).',
      default: 'one_for_one',
    }),
  })
  .partial();
