import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { uuid8 } from '../base/index.ts';
import { pathKind, readIfThere, startGroup, systemClock } from '../platform/index.ts';
import { EXTERNAL, pathsFor } from '../protocol/index.ts';
import { type RunningCommand, type TaskCommand, work, type WorkerMail } from '../worker/index.ts';
import { stdout } from './standard-streams.ts';

/** The built-in agent on this process's terminal. */
export const runWorker = (): Promise<number> =>
  work({
    name: process.env.ORCHESTRA_AGENT ?? '',
    write: (text) => void stdout().write(text),
    ...systemClock,
    onLine(line, ended) {
      const reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
      reader.on('line', line);
      reader.on('close', ended);
    },
    onStop(stop) {
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
    },
    mail: mailOf(process.env),
    start,
    secrets: secretsOf(process.env),
  });

/** The line to the controller; null when this is no agent of a session. What it needs is loaded after the worker is ready. */
function mailOf({
  ORCHESTRA_AGENT: agent,
  ORCHESTRA_PROJECT: project,
  ORCHESTRA_TOKEN,
}: NodeJS.ProcessEnv): WorkerMail | null {
  if (agent === undefined || project === undefined) return null;
  const paths = pathsFor(project, process.env);
  return {
    connect: async () => (await import('../rpc/index.ts')).connect(paths.run),
    async sign(draft) {
      const token = ORCHESTRA_TOKEN ?? readIfThere(paths.agentToken(agent))?.trim();
      // Unsigned, its name would only be refused as a forgery.
      if (!token) return { ...draft, from: EXTERNAL };
      return (await import('../mailbox/index.ts')).sign(draft, token);
    },
    idFrom: (text) => uuid8(createHash('sha256').update(text).digest()),
  };
}

function start({ argv, cwd }: TaskCommand, onOutput: (bytes: Uint8Array) => void): RunningCommand {
  if (cwd !== null && pathKind(cwd) !== 'directory') {
    return { ended: Promise.resolve({ code: null, signal: null, error: `there is no folder ${cwd}` }), signal() {} };
  }
  const group = startGroup(argv, { ...(cwd === null ? {} : { cwd }), env: process.env }, onOutput);
  const ended = group.ended.then(({ error, ...end }) => ({
    ...end,
    error: error === null ? null : `${argv[0]} cannot be started (${error})`,
  }));
  return { ended, signal: group.signal };
}

/** Values of variables whose names say that they are secret. Shorter ones are words that a text may well hold. */
function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const named = /TOKEN|SECRET|PASSW|CREDENTIAL|(^|_)(API|ACCESS|PRIVATE|AUTH)?_?KEY$/i;
  return Object.entries(env).flatMap(([name, value]) =>
    named.test(name) && value && value.length >= 8 ? [value] : [],
  );
}
