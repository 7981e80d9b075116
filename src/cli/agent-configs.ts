import { OrchestraError } from '../protocol/index.ts';

/** Agent programs whose configuration of a project orchestra can write itself into. */
export const CONFIGURED = ['claude', 'codex', 'gemini', 'qwen', 'opencode'] as const;
export type Configured = (typeof CONFIGURED)[number];

/** Its name in every configuration. */
const SERVER = 'orchestra';

/** Variables that say which agent it is. Not the token: a configuration may be shared, and the server finds it in a file. */
const PASSED = ['ORCHESTRA_AGENT', 'ORCHESTRA_PROJECT'];

/** Where the configuration lies, from the project's folder, and how the server is written into it. */
interface Place {
  readonly file: string;
  /** null: TOML. */
  readonly json: { readonly section: string; entry(argv: readonly string[]): object } | null;
}

const env = (spell: (name: string) => string): Record<string, string> =>
  Object.fromEntries(PASSED.map((name) => [name, spell(name)]));

// A variable that is not set: Claude Code passes on the text `${NAME}` (hence the empty default), Gemini CLI and Qwen Code `$NAME`.
const PLACES: Readonly<Record<Configured, Place>> = {
  claude: {
    file: '.mcp.json',
    json: {
      section: 'mcpServers',
      entry: ([command, ...args]) => ({ type: 'stdio', command, args, env: env((name) => `\${${name}:-}`) }),
    },
  },
  gemini: {
    file: '.gemini/settings.json',
    json: { section: 'mcpServers', entry: ([command, ...args]) => ({ command, args, env: env((name) => `$${name}`) }) },
  },
  qwen: {
    file: '.qwen/settings.json',
    json: { section: 'mcpServers', entry: ([command, ...args]) => ({ command, args, env: env((name) => `$${name}`) }) },
  },
  opencode: {
    file: 'opencode.json',
    json: {
      section: 'mcp',
      entry: (command) => ({ type: 'local', command, enabled: true, environment: env((name) => `{env:${name}}`) }),
    },
  },
  // Read in projects the person trusts.
  codex: { file: '.codex/config.toml', json: null },
};

export const configFile = (type: Configured): string => PLACES[type].file;

/**
 * The text of a configuration with orchestra's server in it, or taken out of it; everything else is kept.
 * Throws OrchestraError `config` for a text that is not what the program would read.
 * @param text what is there, null: no file
 * @param argv program and arguments of the server, null: take it out
 * @returns null when there is no file and none is needed
 */
export function configured(type: Configured, text: string | null, argv: readonly string[] | null): string | null {
  if (text === null && argv === null) return null;
  const { json, file } = PLACES[type];
  if (json === null) return inToml(text ?? '', argv, file);
  return inJson(text ?? '', json.section, argv === null ? null : json.entry(argv), file);
}

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function inJson(text: string, section: string, entry: object | null, file: string): string {
  const whole = text.trim() === '' ? {} : parseObject(text, file);
  const servers = whole[section] ?? {};
  if (!isObject(servers)) throw unusable(file, `"${section}" is not an object`);
  const { [SERVER]: before, ...others } = servers;
  if (JSON.stringify(before) === JSON.stringify(entry ?? undefined)) return text;
  // An entry that is there keeps its place.
  const after = entry === null ? others : { ...servers, [SERVER]: entry };
  const indent = /^[{[]\s*\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  return `${JSON.stringify({ ...whole, [section]: after }, null, indent)}\n`;
}

function parseObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const comments = /(^|\s)(\/\/|\/\*)/.test(text) ? ' (comments would be lost)' : '';
    throw unusable(file, `${(error as Error).message}${comments}`);
  }
  if (isObject(value)) return value;
  throw unusable(file, 'it is not an object');
}

const HEADER = `[mcp_servers.${SERVER}]`;

/** Only our own table is touched: from its header to the next one. Strings are basic ones (TOML 1.0), which JSON's are as well. */
function inToml(text: string, argv: readonly string[] | null, file: string): string {
  const lines = text.split('\n');
  const ours = (line: string): boolean => /^\s*\[\s*mcp_servers\s*\.\s*"?orchestra"?\s*[\].]/.test(line);
  const start = lines.findIndex(ours);
  if (start < 0 && /^\s*mcp_servers\s*[=.]/m.test(text)) throw unusable(file, 'mcp_servers is not written as tables');
  const block = argv === null ? [] : tomlBlock(argv);
  if (start < 0) {
    if (argv === null) return text;
    const before = text.trimEnd();
    return `${before}${before === '' ? '' : '\n\n'}${block.join('\n')}\n`;
  }
  let end = start + 1;
  while (end < lines.length && (!/^\s*\[/.test(lines[end] ?? '') || ours(lines[end] ?? ''))) end++;
  // Blank lines and comments before the next table belong to it.
  while (end > start + 1 && /^\s*(#|$)/.test(lines[end - 1] ?? '')) end--;
  const rest = [...lines.slice(0, start), ...block, ...lines.slice(end)].join('\n');
  return argv === null ? `${rest.replace(/\n{3,}/g, '\n\n').trim()}\n`.replace(/^\n$/, '') : rest;
}

const tomlBlock = ([command, ...args]: readonly string[]): string[] => [
  HEADER,
  `command = ${JSON.stringify(command)}`,
  `args = [${args.map((word) => JSON.stringify(word)).join(', ')}]`,
  `env_vars = [${PASSED.map((name) => JSON.stringify(name)).join(', ')}]`,
];

const unusable = (file: string, why: string): OrchestraError =>
  new OrchestraError(
    'config',
    `${file} was left alone: ${why}`,
    'mend it, or add the server by hand: --dry-run in an empty folder shows it',
    {
      file,
    },
  );
