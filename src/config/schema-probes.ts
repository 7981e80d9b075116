import * as z from 'zod';
import { CommandLine, Duration, HostPort, httpUrl, LongerThanZero, Path, Pattern, whole } from './scalars.ts';

/** The part of the schema that says how it is known whether an agent is ready and alive. */

const Url = httpUrl.meta({ format: 'uri', examples: ['http://127.0.0.1:8080/health'] });

/** 200 to 399 unless said otherwise: what browsers and load balancers take for an answer. */
const Http = z.union([
  Url,
  z.strictObject({
    url: Url,
    status: z
      .union([whole(100, 599), z.tuple([whole(100, 599), whole(100, 599)])])
      .optional()
      .meta({ description: 'Status that means yes, or the first and the last of them.', default: [200, 399] }),
  }),
]);

export const Ready = z
  .strictObject({
    log: Pattern.meta({
      description: 'Ready when a line of its output matches this regular expression.',
      examples: ['compiled'],
    }),
    file: Path.meta({
      description: 'Ready when this file exists and is younger than the start. Relative to its `cwd`.',
    }),
    exec: CommandLine.meta({
      description: 'Ready when this command exits with 0. Text is run by sh, a list as it is.',
    }),
    http: Http.meta({ description: 'Ready when this address answers with a status of 200 to 399, or `status`.' }),
    tcp: HostPort.meta({ description: 'Ready when somebody listens there: a port of this machine, or `host:port`.' }),
    delay: Duration.meta({ description: 'Ready after this time.' }),
    timeout: LongerThanZero.meta({ description: 'Not ready by then: the start has failed.', default: '60s' }),
    interval: LongerThanZero.meta({ description: 'Time between two tries of `exec`, `http` or `tcp`.', default: '1s' }),
  })
  .partial();

export const Liveness = z
  .strictObject({
    heartbeat: z
      .strictObject({
        file: Path.meta({ description: 'A file the agent touches. Relative to its `cwd`.' }),
        max_age: LongerThanZero.meta({ description: 'Older than this, and the agent hangs.' }),
      })
      .meta({ description: 'Alive as long as a file is touched.' }),
    exec: CommandLine.meta({
      description: 'Alive as long as this command exits with 0. Text is run by sh, a list as it is.',
    }),
    http: Http.meta({ description: 'Alive as long as this address answers with a status of 200 to 399, or `status`.' }),
    tcp: HostPort.meta({
      description: 'Alive as long as somebody listens there: a port of this machine, or `host:port`.',
    }),
    silence: LongerThanZero.meta({ description: 'Not alive after no output for this long.', examples: ['10m'] }),
    interval: LongerThanZero.meta({
      description: 'Time between two tries of `exec`, `http` or `tcp`.',
      default: '30s',
    }),
    timeout: LongerThanZero.meta({ description: 'A try that takes longer has failed.', default: '10s' }),
    failures: whole(1, 1_000).meta({
      description: 'Failed tries in a row until the agent is restarted.',
      default: 3,
    }),
  })
  .partial();
