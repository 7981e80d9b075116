import { posix } from 'node:path';
import { parseEnvFile } from '../env-file.ts';
import { readText } from '../ports.ts';
import { AgentKeys } from './agent-keys.ts';
import type { Draft, DraftAgent } from './draft.ts';
import type { Gathering } from './gathering.ts';

/** What foreman 0.90 and overmind 2.5 take for a line of a Procfile. */
const LINE = /^([A-Za-z0-9_-]+):\s*(.+)$/;

/** foreman and overmind give the first process this port, and each further one one that is larger by PORT_STEP. */
const FIRST_PORT = 5_000;
const PORT_STEP = 100;

/** Reads a Procfile: one `name: command` a line. The `.env` beside it is what foreman and overmind read too. */
export function importProcfile(text: string, gathering: Gathering): Draft | null {
  const { file, from, to } = gathering;
  const agents: DraftAgent[] = [];
  const defaults: Record<string, unknown> = from === to ? {} : { cwd: gathering.path([from], from) };
  const env = envFile(gathering);
  if (env !== null) defaults.env_file = gathering.path([env.path], from);
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return;
    const at = { file, line: index + 1, column: 1, path: '' };
    const [, name, command] = LINE.exec(line.trim()) ?? [];
    // The line itself may hold a password.
    if (name === undefined || command === undefined)
      gathering.refuse(at, 'this line is no process', 'write name: command');
    else if (agents.some(({ original }) => original === name))
      gathering.refuse(at, 'this name is there twice', 'processes of a Procfile have different names');
    else {
      const place = { ...at, path: name };
      const keys = new AgentKeys();
      keys.set('command', command);
      if (name === 'release') {
        keys.set('restart', 'never');
        gathering.leave(
          place,
          name,
          'a release process runs once, before the others',
          'it is started with all others and not again; let those that need it have depends_on',
        );
      }
      if (/\$\{?PORT\b/.test(command))
        keys.set('env', { PORT: String((env?.port ?? FIRST_PORT) + PORT_STEP * agents.length) });
      agents.push({ original: name, at: place, keys: keys.done(), dependsOn: {}, profiles: [] });
    }
  });
  if (agents.length === 0 && gathering.problems.length === 0)
    gathering.refuse(gathering.wholeFile, 'there are no processes in the file', 'write name: command');
  return gathering.problems.length > 0
    ? null
    : { session: null, layout: 'nine', defaults, agents, groups: {}, profiles: {} };
}

/** The `.env` beside the file, and the port it gives; null, and a word about it, when it can't be used. */
function envFile(gathering: Gathering): { readonly path: string; readonly port: number | null } | null {
  const path = posix.join(gathering.from, '.env');
  if (gathering.ports.kind(path) !== 'file') return null;
  const read = readText(gathering.ports, path);
  const parsed = read.ok ? parseEnvFile(read.text, path) : null;
  if (parsed?.ok) {
    const port = Number(parsed.env.PORT);
    return { path, port: Number.isInteger(port) && port > 0 ? port : null };
  }
  const line = parsed === null ? '' : ` (line ${parsed.problems[0]?.line})`;
  gathering.leave(
    gathering.wholeFile,
    null,
    `the .env beside it can't be read${line}`,
    'mend it, then add env_file: .env to the defaults',
  );
  return null;
}
