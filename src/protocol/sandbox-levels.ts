/** How much of the machine an agent may change, from everything to nothing. */
export const SANDBOX_LEVELS = ['none', 'project', 'offline', 'locked'] as const;
export type SandboxLevel = (typeof SANDBOX_LEVELS)[number];

type Access = 'writable' | 'read-only';

/** What one level allows. */
export interface SandboxRules {
  readonly about: string;
  /** Its working directory, with everything below. */
  readonly workspace: Access;
  /** The files its CLI keeps in the home folder, see AGENT_FILES. */
  readonly agentFiles: Access;
  /** False: it has a loopback interface of its own and no other. */
  readonly network: boolean;
}

/** The one place that says what a level allows: bwrap's arguments and `orchestra explain sandbox` are made of it. */
export const SANDBOXES: Readonly<Record<Exclude<SandboxLevel, 'none'>, SandboxRules>> = {
  project: {
    about: 'Changes nothing but its workspace and its own files.',
    workspace: 'writable',
    agentFiles: 'writable',
    network: true,
  },
  offline: {
    about: 'As project, without a network.',
    workspace: 'writable',
    agentFiles: 'writable',
    network: false,
  },
  locked: {
    about: 'Changes nothing at all, and has no network.',
    workspace: 'read-only',
    agentFiles: 'read-only',
    network: false,
  },
};

/** Replaced by an empty folder of its own in memory: sockets lie there through which other programs would do what it may not (D-Bus, ssh-agent, tmux, docker). */
export const HIDDEN: readonly string[] = ['/tmp', '/var/tmp', '/run'];

/** What is put back of it, read-only: names of machines are looked up through these. */
export const KEPT: readonly string[] = [
  '/run/systemd/resolve',
  '/run/NetworkManager/resolv.conf',
  '/run/resolvconf/resolv.conf',
];

/** What each CLI keeps in the home folder: settings, log-in, conversations. Relative to it. */
export const AGENT_FILES: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly files: readonly string[] }>
> = {
  claude: { folders: ['.claude', '.cache/claude-cli-nodejs'], files: ['.claude.json'] },
  codex: { folders: ['.codex'], files: [] },
  gemini: { folders: ['.gemini'], files: [] },
  qwen: { folders: ['.qwen'], files: [] },
  opencode: {
    folders: ['.config/opencode', '.local/share/opencode', '.local/state/opencode', '.cache/opencode'],
    files: [],
  },
  aider: { folders: ['.aider'], files: [] },
};

/** What a level allows, in lines for people. @param type of the agent it is explained for; null: for any */
export function sandboxLines(level: SandboxLevel, type: string | null): readonly string[] {
  if (level === 'none') return ['Nothing is kept from it: it may do what the user it runs as may do.'];
  const rules = SANDBOXES[level];
  const files = (type === null ? Object.values(AGENT_FILES) : [AGENT_FILES[type]]).flatMap((each) =>
    each === undefined ? [] : [...each.folders, ...each.files].map((file) => `~/${file}`),
  );
  const kept = files.length === 0 ? 'none are known of this type' : files.join(', ');
  return [
    rules.about,
    `workspace (cwd)    ${rules.workspace}`,
    `agent files        ${rules.agentFiles}: ${kept}`,
    `everything else    read-only; ${HIDDEN.join(', ')} and .orchestra are empty folders of its own`,
    `network            ${rules.network ? 'yes' : 'loopback only'}`,
    'processes          sees and signals its own only',
    'orchestra          its own mail, hooks and status; no orders to the session',
    'capabilities       none, also for root',
  ];
}
