import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TEST_MARK } from '../support/processes.ts';
import type { CliType } from './catalogue.ts';
import { programOf } from './install.ts';

/** An MCP server for an agent. Some CLIs pass on nothing but `env`. */
export interface McpServer {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Its tools run without a person's yes. */
  readonly trusted?: boolean;
}

export interface HomeOptions {
  /** The API key it shows the stub: tells agents that share one apart. */
  readonly key?: string;
  readonly mcp?: McpServer;
  /** The folder it works in; `dir`/work when not given. */
  readonly cwd?: string;
}

/** How to start it: `env` is all of its environment. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

interface Place {
  readonly home: string;
  readonly cwd: string;
  readonly stub: string;
  readonly key: string;
  readonly mcp: McpServer | null;
}

/**
 * Writes a home of its own for one agent below `dir`, in which the CLI starts without onboarding, login, trust or update dialogs, asks
 * nobody but the stub, and every process it starts carries the mark of `dir`.
 */
export function agentHome(
  type: CliType,
  stubUrl: string,
  dir: string,
  root: string,
  options: HomeOptions = {},
): Launch {
  const { key = `stub-key-of-a-test-agent-${type}`, mcp = null, cwd = join(dir, 'work') } = options;
  const place: Place = { home: join(dir, 'home'), cwd, stub: stubUrl, key, mcp };
  mkdirSync(place.home, { recursive: true, mode: 0o700 });
  mkdirSync(cwd, { recursive: true });
  const { argv, env } = SET_UP[type](place);
  const [program, ...rest] = [...programOf(type, root), ...argv] as [string, ...string[]];
  return { argv: [program, ...rest], env: { ...common(place), [TEST_MARK]: dir, ...env }, cwd };
}

const common = ({ home, stub }: Place): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_DATA_HOME: join(home, '.local/share'),
  XDG_CACHE_HOME: join(home, '.cache'),
  XDG_STATE_HOME: join(home, '.local/state'),
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  SHELL: '/bin/sh',
  TZ: 'UTC',
  // What does not go to the stub goes through it, and is refused there.
  HTTP_PROXY: stub,
  HTTPS_PROXY: stub,
  http_proxy: stub,
  https_proxy: stub,
  NO_PROXY: '127.0.0.1,localhost',
  no_proxy: '127.0.0.1,localhost',
});

type SetUp = (place: Place) => { argv: readonly string[]; env: Readonly<Record<string, string>> };

const SET_UP: Readonly<Record<CliType, SetUp>> = {
  claude: ({ home, cwd, stub, key, mcp }) => {
    writeJson(join(home, '.claude.json'), {
      hasCompletedOnboarding: true,
      theme: 'dark',
      // A key is approved by its last 20 characters.
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
      projects: {
        [cwd]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true, projectOnboardingSeenCount: 1 },
      },
    });
    writeJson(join(home, '.claude/settings.json'), {
      enableAllProjectMcpServers: true,
      spinnerTipsEnabled: false,
      // By default a server of the vendor is asked about each call, which the stub is not.
      permissions: {
        defaultMode: 'default',
        disableAutoMode: 'disable',
        allow: mcp?.trusted === true ? [`mcp__${mcp.name}`] : [],
      },
    });
    if (mcp !== null) writeJson(join(cwd, '.mcp.json'), mcpServers(mcp));
    return {
      argv: [],
      env: {
        ANTHROPIC_BASE_URL: stub,
        ANTHROPIC_API_KEY: key,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
      },
    };
  },
  codex: ({ home, cwd, stub, key, mcp }) => {
    const table = (name: string, rows: Record<string, unknown>) =>
      `[${name}]\n${Object.entries(rows)
        .map(([word, value]) => `${JSON.stringify(word)} = ${toml(value)}\n`)
        .join('')}`;
    write(
      join(home, '.codex/config.toml'),
      [
        'model = "gpt-5-stub"\nmodel_provider = "stub"\napproval_policy = "on-request"\nsandbox_mode = "workspace-write"\n' +
          'check_for_update_on_startup = false\n',
        table('analytics', { enabled: false }),
        table('otel', { exporter: 'none' }),
        table('tui', { screen_reader_detection_done: true }),
        table('model_providers.stub', {
          name: 'stub',
          base_url: `${stub}/v1`,
          wire_api: 'responses',
          env_key: 'STUB_KEY',
        }),
        table(`projects.${JSON.stringify(cwd)}`, { trust_level: 'trusted' }),
        mcp === null
          ? ''
          : table(`mcp_servers.${mcp.name}`, {
              command: mcp.argv[0],
              args: mcp.argv.slice(1),
              env: mcp.env,
              ...(mcp.trusted === true ? { default_tools_approval_mode: 'approve' } : {}),
            }),
      ].join('\n'),
    );
    // Without this a process of its own stays behind when the pane is gone.
    return { argv: ['--no-daemon'], env: { STUB_KEY: key, CODEX_HOME: join(home, '.codex') } };
  },
  gemini: ({ home, cwd, stub, key, mcp }) => {
    writeJson(join(home, '.gemini/settings.json'), {
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      // With a named model nothing is asked to choose one.
      model: { name: 'gemini-2.5-pro' },
    });
    if (mcp !== null) writeJson(join(cwd, '.gemini/settings.json'), mcpServers(mcp));
    return { argv: [], env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: stub } };
  },
  qwen: ({ home, cwd, stub, key, mcp }) => {
    writeJson(join(home, '.qwen/settings.json'), {
      $version: 4,
      security: { auth: { selectedType: 'openai' } },
      general: { disableAutoUpdate: true, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      model: { name: 'stub-model' },
    });
    if (mcp !== null) writeJson(join(cwd, '.qwen/settings.json'), mcpServers(mcp));
    return { argv: [], env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${stub}/v1`, OPENAI_MODEL: 'stub-model' } };
  },
  opencode: ({ cwd, stub, key, mcp }) => {
    writeJson(join(cwd, 'opencode.json'), {
      model: 'stub/stub-model',
      small_model: 'stub/stub-model',
      autoupdate: false,
      share: 'disabled',
      provider: {
        stub: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Stub',
          options: { baseURL: `${stub}/v1`, apiKey: key },
          models: { 'stub-model': { name: 'Stub model' } },
        },
      },
      ...(mcp === null
        ? {}
        : { mcp: { [mcp.name]: { type: 'local', command: mcp.argv, enabled: true, environment: mcp.env } } }),
      permission: { bash: 'ask' },
    });
    // What it would fetch from elsewhere at every start.
    return {
      argv: [],
      env: {
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      },
    };
  },
};

const mcpServers = ({ name, argv: [command, ...args], env, trusted = false }: McpServer) => ({
  mcpServers: { [name]: { command, args, env, trust: trusted } },
});

/** JSON's strings, booleans and arrays are TOML's too; a table is written on one line. */
function toml(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([word, each]) => `${JSON.stringify(word)} = ${toml(each)}`)
    .join(', ')} }`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

const writeJson = (path: string, value: unknown): void => write(path, `${JSON.stringify(value, null, 2)}\n`);
