import { giveTo, groupIdOf, userOf } from '../../platform/index.ts';

/** Whom an agent runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Options of setpriv(1). */
  readonly options: readonly string[];
  /** What a log-in as this user would set. */
  readonly env: Readonly<Record<string, string>>;
}

/** Users and groups of this machine, asked for once each. */
export class Identities {
  readonly uid: number;
  readonly #gid: number;
  readonly #home: string;
  readonly #known = new Map<string, Identity | null>();

  /** @param uid of this process */
  constructor(uid: number, gid: number, home: string) {
    this.uid = uid;
    this.#gid = gid;
    this.#home = home;
  }

  /** null when there is no such user or group. */
  of(user: string | null, group: string | null): Identity | null {
    const key = `${user ?? ''}:${group ?? ''}`;
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.#find(user, group);
    this.#known.set(key, found);
    return found;
  }

  #find(user: string | null, group: string | null): Identity | null {
    const entry = user === null ? null : userOf(user);
    const named = group === null ? null : groupIdOf(group);
    if ((user !== null && entry === null) || (group !== null && named === null)) return null;
    const gid = named ?? entry?.gid ?? this.#gid;
    // The groups of the user as the machine has them; a number without a name has none.
    const groups = entry !== null && !/^\d+$/.test(entry.name) && group === null;
    return {
      uid: entry?.uid ?? this.uid,
      gid,
      home: entry?.home ?? this.#home,
      options: [
        ...(entry === null ? [] : ['--reuid', String(entry.uid)]),
        '--regid',
        String(gid),
        groups ? '--init-groups' : '--clear-groups',
      ],
      env: entry === null ? {} : { HOME: entry.home, USER: entry.name, LOGNAME: entry.name, SHELL: entry.shell },
    };
  }

  /** Gives what is there, not what it points at, to whom an agent runs as. */
  own(paths: readonly string[], identity: Identity | null): void {
    if (identity !== null) giveTo(paths, identity.uid, identity.gid);
  }
}
