/** Where everything of one project lies. All under `.orchestra/`, mode 0700, which ignores itself in git. */
export interface Paths {
  readonly project: string;
  readonly root: string;
  readonly run: string;
  readonly database: string;
  readonly logs: string;
  readonly controllerLog: string;
  readonly keeperLog: string;
  readonly controllerLock: string;
  readonly keeperLock: string;
  readonly notify: string;
  readonly start: string;
  readonly exit: string;
  readonly launch: string;
  /** What agents' hooks said, one file each. */
  readonly status: string;
  readonly tmuxConf: string;
  /** Where messages lie. */
  readonly queue: string;
  /** Folder anyone drops messages into, by `tmp/`, then a rename to `new/`. */
  readonly intake: string;
  /** What was dropped and is no message, or was refused. */
  readonly corrupt: string;
  /** The session's 32 random bytes, from which the tokens of its agents are made; 0600. */
  readonly secret: string;
  /** Folder of one agent's mail. */
  mailbox(name: string): string;
  agentLock(name: string): string;
  agentGo(name: string): string;
  agentLaunch(name: string): string;
  /** The agent's token for whom its environment does not reach; 0600. */
  agentToken(name: string): string;
  /** What an agent in a sandbox reaches of a session: a socket, its hooks' status, its intake, its token. */
  door(name: string): string;
  /** Pane output of one agent; rotated to `.1` by the log writer. */
  agentLog(name: string): string;
}

/**
 * @param project absolute path of the folder the configuration lies in
 * @param door folder through which an agent of it reaches its session, where it may not see the session's own
 */
export function pathsOf(project: string, door?: string): Paths {
  const root = `${project === '/' ? '' : project}/.orchestra`;
  const run = door ?? `${root}/run`;
  const logs = `${root}/logs`;
  const queue = `${root}/queue`;
  return {
    project,
    root,
    run,
    database: `${root}/state.db`,
    logs,
    controllerLog: `${logs}/controller.log`,
    keeperLog: `${logs}/keeper.log`,
    controllerLock: `${run}/controller.lock`,
    keeperLock: `${run}/keeper.lock`,
    notify: `${run}/notify`,
    start: `${run}/start`,
    exit: `${run}/exit`,
    launch: `${run}/launch`,
    status: `${run}/status`,
    tmuxConf: `${run}/tmux.conf`,
    queue,
    intake: `${door ?? queue}/intake`,
    corrupt: `${queue}/corrupt`,
    secret: `${run}/secret`,
    mailbox: (name) => `${queue}/${name}`,
    agentLock: (name) => `${run}/${name}.lock`,
    agentGo: (name) => `${run}/${name}.go`,
    agentLaunch: (name) => `${run}/launch/${name}`,
    agentToken: (name) => `${run}/tokens/${name}`,
    door: (name) => `${root}/run/doors/${name}`,
    agentLog: (name) => `${logs}/agents/${name}.log`,
  };
}

/** The paths of a project as the process sees them that has this environment: an agent may have a door to its own session. */
export const pathsFor = (project: string, env: Readonly<Record<string, string | undefined>>): Paths =>
  pathsOf(project, env.ORCHESTRA_PROJECT === project ? env.ORCHESTRA_DOOR : undefined);
