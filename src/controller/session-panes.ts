import { shellQuote, tmuxLiteral } from '../base/index.ts';
import { arrange, type WindowPlan, withoutDashboard } from '../layout/index.ts';
import { appendTo, type ProcessId, readProcess, removeFile, stillRuns, writeOver } from '../platform/index.ts';
import type { AgentSpec, LayoutSpec, Paths } from '../protocol/index.ts';
import {
  claimPane,
  fillWindow,
  halvePane,
  listPanes,
  type MadePane,
  openLog,
  openWindow,
  type Pane,
  type PaneContent,
  respawnPane,
  selectLayout,
  sendKeys,
  type TmuxServer,
} from '../tmux/index.ts';
import type { PanePort } from '../watchdog/index.ts';

export interface SessionPanesOptions {
  readonly session: string;
  readonly paths: Paths;
  /** The shim and the log writer, absolute paths of sh scripts. */
  readonly shimScript: string;
  readonly logScript: string;
  /** Bytes after which an agent's log is moved aside. */
  readonly logBytes: number;
  /** Size of windows nobody is attached to. */
  readonly size: { readonly width: number; readonly height: number };
}

/** Name of the dashboard's pane, beside the agents'. */
export const DASHBOARD = 'dashboard';

type Ensured = Awaited<ReturnType<PanePort['ensure']>>;

/** The session's panes as a picture: which agent has which, made where the layout wants them, made again where one is missing. */
export class SessionPanes implements PanePort {
  readonly #server: TmuxServer;
  readonly #options: SessionPanesOptions;
  /** Tells of every pane made, before anything runs in it. */
  readonly #onPane: (agent: string, pane: MadePane, why: 'created' | 'respawned') => void;
  readonly #onRaised: () => void;
  #layout: LayoutSpec;
  #agents: readonly AgentSpec[] = [];
  /** Panes whose log is still to be opened, with their agent. */
  readonly #unlogged = new Map<string, string>();
  #raising = false;
  /** One change of the picture at a time. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    server: TmuxServer,
    options: SessionPanesOptions,
    layout: LayoutSpec,
    onPane: (agent: string, pane: MadePane, why: 'created' | 'respawned') => void,
    onRaised: () => void,
  ) {
    this.#server = server;
    this.#options = options;
    this.#layout = layout;
    this.#onPane = onPane;
    this.#onRaised = onRaised;
  }

  /** What the picture shows from now on, the dashboard included when the layout has one. Nothing is drawn yet. */
  setCrew(layout: LayoutSpec, agents: readonly AgentSpec[]): void {
    this.#layout = layout;
    this.#agents = agents;
  }

  serverAlive(): boolean {
    return this.#server.alive;
  }

  async keys(pane: string, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#server.run(sendKeys(pane, keys));
  }

  ensure(agent: AgentSpec): Promise<Ensured> {
    return this.#inTurn(async () => {
      try {
        return await this.#ensure(agent);
      } catch (error) {
        return { ok: false, message: (error as Error).message };
      }
    });
  }

  /** Starts the server with the whole picture. Does nothing when it runs. */
  raise(): Promise<void> {
    return this.#inTurn(() => this.#raise());
  }

  /** The picture is being made: every pane changes the layout, and whoever makes it looks at the end. */
  get raising(): boolean {
    return this.#raising;
  }

  /** Takes a pane away and lets the others fill its place. */
  close(agent: string): Promise<void> {
    return this.#inTurn(async () => {
      const mine = (await listPanes(this.#server))?.filter((pane) => pane.agent === agent) ?? [];
      await this.#server.run(mine.map((pane) => ['kill-pane', '-t', pane.id]));
      await this.#relayout();
    });
  }

  /** Brings every window of ours back to its exact layout, unless a person changed which panes it has. */
  relayout(): Promise<void> {
    return this.#inTurn(() => this.#relayout());
  }

  /** Every pane there is; null when tmux could not be asked. */
  list(): Promise<Pane[] | null> {
    return listPanes(this.#server);
  }

  /**
   * Opens the logs of panes that were made without. Two programs a pane are started for it: with a whole crew coming up they would take the
   * processors from the agents, which took twice as long.
   */
  async openLogs(): Promise<void> {
    for (const [pane, agent] of this.#unlogged) {
      const path = this.#options.paths.agentLog(agent);
      // The writer waits for as long as this lies there: what was captured comes first.
      const hold = logHold(path);
      writeOver(hold, '');
      const lines = await openLog(this.#server, pane, this.#logCommand(agent));
      if (lines !== null) appendTo(path, earlier(lines));
      removeFile(hold);
      this.#unlogged.delete(pane);
    }
  }

  /** Logs whose writer ended (tmux drops it, the disk was full) are taken up again. */
  async rearmLogs(panes: readonly Pane[]): Promise<void> {
    const silent = panes.filter(
      (pane) => pane.agent !== '' && !pane.piped && !pane.dead && !this.#unlogged.has(pane.id),
    );
    await this.#server.run(silent.map((pane) => ['pipe-pane', '-t', pane.id, this.#logCommand(pane.agent)]));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #ensure(agent: AgentSpec): Promise<Ensured> {
    if (!this.#server.alive) await this.#raise();
    const panes = await this.#listOrRaise();
    if (panes === null) return { ok: false, message: 'tmux does not answer' };
    const mine = panes.filter((pane) => pane.agent === agent.name);
    const living = mine.find((pane) => !pane.dead && shimOf(pane.pid) !== null);
    if (living !== undefined) return ensured(living.id, living.pid);
    const dead = mine[0];
    if (dead !== undefined) {
      if (!(await respawnPane(this.#server, dead.id, this.#content(agent))))
        return { ok: false, message: 'tmux could not respawn the pane' };
      return this.#tell(agent, await this.#seen(dead.id), 'respawned');
    }
    const made = await this.#insert(agent, panes);
    await this.#relayout();
    return this.#tell(agent, made, 'created');
  }

  /** A server that lost its session without a word has no panes to tell of. */
  async #listOrRaise(): Promise<Pane[] | null> {
    const panes = await listPanes(this.#server);
    if (panes !== null) return panes;
    await this.#server.check();
    if (this.#server.alive) return null;
    await this.#raise();
    return listPanes(this.#server);
  }

  #tell(agent: AgentSpec, pane: MadePane, why: 'created' | 'respawned'): Ensured {
    this.#onPane(agent.name, pane, why);
    return ensured(pane.id, pane.pid);
  }

  /** A pane's new process: respawn-pane does not tell. */
  async #seen(id: string): Promise<MadePane> {
    const [pid = ''] = await this.#server.ask(['display-message', '-p', '-t', id, '#{pane_pid}']);
    return { id, pid: Number(pid) };
  }

  async #raise(): Promise<void> {
    if (this.#server.alive) return;
    this.#raising = true;
    await this.#raiseAll().finally(() => {
      this.#raising = false;
    });
  }

  async #raiseAll(): Promise<void> {
    await this.#server.destroy(); // what a killed server left: its socket, our connection
    this.#unlogged.clear();
    const { size } = this.#options;
    const plans = this.#plans();
    for (const [index, plan] of plans.entries()) {
      const contents = plan.panes.map((placed) =>
        this.#atFirst(placed.slot.kind === 'agent' ? placed.slot.name : DASHBOARD),
      );
      const name = plans.length === 1 ? 'crew' : `crew-${index + 1}`;
      const first = contents[0] as PaneContent;
      const made =
        index === 0
          ? await this.#server.start(first.argv, size, name)
          : await openWindow(this.#server, this.#options.session, name, first);
      await fillWindow(this.#server, made, plan.splits, contents, (content, pane) => {
        if (content.log === null) this.#unlogged.set(pane.id, content.agent);
        this.#onPane(content.agent, pane, 'created');
      });
    }
    this.#onRaised();
  }

  /** The picture as it is raised. */
  #plans(): readonly WindowPlan[] {
    const { width, height } = this.#options.size;
    return arrange(this.#layout, this.#crewNames(), { width, height: height - 1 });
  }

  #crewNames(): string[] {
    return this.#agents.filter((agent) => agent.name !== DASHBOARD).map((agent) => agent.name);
  }

  /** Makes the missing pane of an agent: beside its neighbour in the order of the crew, in the last window with room, or in a new one. */
  async #insert(agent: AgentSpec, panes: readonly Pane[]): Promise<MadePane> {
    const content = this.#content(agent);
    const window = agent.name === DASHBOARD ? firstWindow(panes) : this.#windowFor(agent.name, panes);
    if (window.length === 0) return this.#openFor(content);
    const names = this.#agents.map((each) => each.name).filter((name) => name !== DASHBOARD);
    const place = (pane: Pane): number => (pane.agent === DASHBOARD ? names.length : names.indexOf(pane.agent));
    const wanted = agent.name === DASHBOARD ? names.length : names.indexOf(agent.name);
    const before = window.findLast((pane) => place(pane) < wanted);
    const target = before ?? (window[0] as Pane);
    for (const direction of ['-v', '-h'] as const) {
      const made = await halvePane(this.#server, target.id, direction, before === undefined, content);
      if (made !== null) return this.#claim(made, content);
    }
    return this.#openFor(content);
  }

  async #openFor(content: PaneContent): Promise<MadePane> {
    return this.#claim(await openWindow(this.#server, this.#options.session, 'crew+', content), content);
  }

  async #claim(made: MadePane, content: PaneContent): Promise<MadePane> {
    await this.#server.run(claimPane(made.id, content));
    return made;
  }

  /** The panes of the window an agent's pane should be made in, in their order; empty when a new window is due. */
  #windowFor(agent: string, panes: readonly Pane[]): readonly Pane[] {
    const windows = ourWindows(panes).reverse();
    const mates = this.#matesOf(agent);
    const home = windows.filter((window) => window.some((pane) => mates?.has(pane.agent)));
    // A window that a person closed comes back as one: its panes would fill up the next.
    if (mates !== null && home.length === 0) return [];
    for (const window of [...home, ...windows.filter((each) => !home.includes(each))]) {
      const names = this.#agents
        .map(({ name }) => name)
        .filter((name) => name === agent || window.some((pane) => pane.agent === name));
      if (this.#planFor(window, names) !== null) return window;
    }
    return [];
  }

  /** Who shares a window with an agent, as the picture is raised, when the crew takes more than one; null when it does not. */
  #matesOf(agent: string): ReadonlySet<string> | null {
    const plans = this.#plans();
    if (plans.length < 2) return null;
    const names = plans.map(({ panes }) => panes.flatMap(({ slot }) => (slot.kind === 'agent' ? [slot.name] : [])));
    return new Set(names.find((each) => each.includes(agent)));
  }

  /** The layout of a window with these agents in it; null when they do not fit. */
  #planFor(window: readonly Pane[], names: readonly string[]): WindowPlan | null {
    const { windowWidth: width, windowHeight: height } = window[0] as Pane;
    const hasDashboard = window.some((pane) => pane.agent === DASHBOARD) || names.includes(DASHBOARD);
    const spec = hasDashboard ? this.#layout : withoutDashboard(this.#layout);
    const plans = arrange(
      spec,
      names.filter((name) => name !== DASHBOARD),
      { width, height },
    );
    return plans.length === 1 ? (plans[0] as WindowPlan) : null;
  }

  async #relayout(): Promise<void> {
    const panes = await listPanes(this.#server);
    for (const window of ourWindows(panes ?? [])) {
      const all = panes?.filter((pane) => pane.window === window[0]?.window) ?? [];
      if (all.length !== window.length || window.length < 2 || window.some((pane) => pane.zoomed)) continue;
      const plan = this.#planFor(
        window,
        window.map((pane) => pane.agent),
      );
      if (plan !== null && plan.panes.length === window.length)
        await this.#server.run([selectLayout((window[0] as Pane).id, plan.layout)]);
    }
  }

  /** Content of a pane that comes up with the whole crew: without a log at first, unless somebody waits for a line in it. */
  #atFirst(name: string): PaneContent {
    const agent = this.#agents.find((each) => each.name === name) ?? null;
    const content = this.#content(agent, name);
    return agent?.ready?.kind === 'log' ? content : { ...content, log: null };
  }

  #content(agent: AgentSpec | null, name = agent?.name ?? DASHBOARD): PaneContent {
    const { paths, shimScript } = this.#options;
    const label = agent !== null && agent.display !== '' ? `${name} ${agent.display}` : name;
    return {
      agent: name,
      label: label.replaceAll('#', '##'),
      // flock -F becomes the shim itself: /proc/locks names the pane's own process as the holder.
      argv: ['flock', '-F', '-w', '5', '-E', '75', paths.agentLock(name), 'sh', shimScript, paths.run, name],
      log: this.#logCommand(name),
    };
  }

  /** tmux starts a shell for it in any case: the script is read by that one. */
  #logCommand(agent: string): string {
    const { paths, logScript, logBytes } = this.#options;
    return tmuxLiteral(`set -- ${shellQuote(paths.agentLog(agent))} ${logBytes}; . ${shellQuote(logScript)}`);
  }
}

/** Told to scripts/pane-log.sh by its name alone. */
const logHold = (log: string): string => `${log}.hold`;

/** What was on the screen and above it, as a terminal would have got it; the empty rows below the last line are none. */
function earlier(lines: readonly string[]): string {
  const last = lines.findLastIndex((line) => line !== '');
  return lines
    .slice(0, last + 1)
    .map((line) => `${line}\r\n`)
    .join('');
}

const shimOf = (pid: number): ProcessId | null => {
  const row = readProcess(pid);
  return row !== null && stillRuns({ pid, startTime: row.startTime }) ? { pid, startTime: row.startTime } : null;
};

function ensured(pane: string, pid: number): Ensured {
  const shim = shimOf(pid);
  return shim === null
    ? { ok: false, message: 'the pane ended at once (is its lock held elsewhere?)' }
    : { ok: true, pane, shim };
}

/** Our panes by window, windows in order, panes in order; windows a person opened are not ours. */
function ourWindows(panes: readonly Pane[]): Pane[][] {
  const windows = new Map<string, Pane[]>();
  for (const pane of [...panes].sort((a, b) => a.windowIndex - b.windowIndex || a.order - b.order)) {
    if (pane.agent === '') continue;
    const window = windows.get(pane.window) ?? [];
    window.push(pane);
    windows.set(pane.window, window);
  }
  return [...windows.values()];
}

const firstWindow = (panes: readonly Pane[]): readonly Pane[] => ourWindows(panes)[0] ?? [];
