import { spawnSync } from 'node:child_process';

/** An entry of passwd(5). */
export interface UserEntry {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

/** Milliseconds a look-up may take: names may come from a server. */
const PATIENCE = 2_000;

/** getent(1) asks whatever this machine has its users from; the file alone lacks those of a directory service. null: there is none. */
function entry(database: 'passwd' | 'group', name: string): readonly string[] | null {
  const ran = spawnSync('getent', [database, name], {
    encoding: 'utf8',
    timeout: PATIENCE,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return ran.status === 0 ? (ran.stdout.split('\n')[0] ?? '').split(':') : null;
}

/** The user of a name or a number; null when there is none. A number that nobody has a name for stands for itself. */
export function userOf(name: string): UserEntry | null {
  const fields = entry('passwd', name);
  if (fields !== null) {
    const [known = '', , uid = '', gid = '', , home = '/', shell = '/bin/sh'] = fields;
    return { uid: Number(uid), gid: Number(gid), name: known, home, shell };
  }
  if (!/^\d+$/.test(name)) return null;
  return { uid: Number(name), gid: Number(name), name, home: '/', shell: '/bin/sh' };
}

/** The id of a group; null when there is none of that name. */
export function groupIdOf(name: string): number | null {
  const fields = entry('group', name);
  if (fields !== null) return Number(fields[2]);
  return /^\d+$/.test(name) ? Number(name) : null;
}
