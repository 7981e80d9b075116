/**
 * The command line is bundled several times, each time without what some commands never need: a text that is read, compiled and set up for nothing was
 * a quarter of what `orchestra status` took. dist/bin/orchestra.js picks one by what it is called with, and no process ever runs two.
 */

/** Words that show or change a running session, and its mail: no configuration is read for them, nothing is drawn. */
const TALK = [
  'ack',
  'approve',
  'attach',
  'deny',
  'down',
  'events',
  'inbox',
  'logs',
  'pane',
  'pause',
  'peek',
  'queue',
  'read',
  'reply',
  'restart',
  'resume',
  'start',
  'stop',
  'type',
  'version',
];

/** Those of them that agents call at every turn, a person looks at all the time, and a crew starts with; they go past commander. */
const OFTEN = ['status', 'send', 'worker'];

const DASHBOARD = 'src/bin/dashboard.ts';
const TOOLS = 'src/bin/mcp.ts';

/** What reads a configuration. */
const READERS = [
  'config',
  'config-history',
  'config-sync',
  'doctor',
  'explain',
  'import',
  'init',
  'layout',
  'notices',
  'reload',
  'run',
  'up',
].map((command) => `src/cli/commands/${command}.ts`);
/** What sends notices without a controller. */
const SENDING = 'src/bin/notices.ts';
const SMALL = [DASHBOARD, TOOLS, SENDING, ...READERS];

/**
 * The first whose `takes` holds is run. `takes` is an expression over `words`, the arguments; `without` are files that are left out, with everything
 * only they import; `runs` is what it is compiled by: arguments, with the file of a session that has agents. Compiled functions that are not called
 * cost as much as those that are, hence two of the same text.
 */
export const PROGRAMS = [
  {
    name: 'orchestra-often',
    takes: `${JSON.stringify(OFTEN)}.includes(words[0])`,
    without: SMALL,
    runs: (file) => [['status', '-f', file], ['send', '-f', file, 'kaede', 'hello'], ['worker']],
  },
  {
    name: 'orchestra-talk',
    takes: `${JSON.stringify(TALK)}.includes(words[0])`,
    without: SMALL,
    runs: (file) => [['inbox', '-f', file], ['queue', 'ls', '-f', file], ['version']],
  },
  {
    name: 'orchestra-dashboard',
    takes: `words[0] === 'dashboard'`,
    without: [TOOLS, SENDING, ...READERS],
    runs: (file) => [['dashboard', '-f', file]],
  },
  {
    name: 'orchestra-mcp',
    takes: `words[0] === 'mcp'`,
    without: [DASHBOARD, SENDING, ...READERS],
    runs: () => [['mcp']],
  },
  // One of them behind an option. Nobody types that: it need not be fast.
  {
    name: 'orchestra-full',
    takes: `words.some((word) => word === 'dashboard' || word === 'mcp')`,
    without: [],
    runs: () => [],
  },
  { name: 'orchestra', takes: 'true', without: [DASHBOARD, TOOLS], runs: () => [['up', '--dry-run']] },
];

/** Files that know every command, and load the one that is asked for. */
const DOORS = /^src\/(bin\/cli-ports|cli\/(main|program[a-z-]*|commands\/complete))\.ts$/;

/** Packages that are there for what is left out. */
const PACKAGES = {
  'src/bin/dashboard.ts': ['blessed'],
  'src/bin/mcp.ts': ['@modelcontextprotocol/sdk', 'ajv'],
  'src/cli/commands/up.ts': ['yaml', 'acorn'],
};

/**
 * Throws when a bundle (esbuild's metafile) holds what it is to do without, or imports it elsewhere than where every command is loaded from: then a
 * command it is picked for would end in the middle.
 */
export function assertWithout({ inputs }, { name, without }) {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const wanted = imports.find(({ path }) => without.includes(path));
    if (wanted !== undefined && !DOORS.test(file))
      throw new Error(`${name} does without ${wanted.path}, but ${file} imports it`);
  }
  const packages = without.flatMap((file) => PACKAGES[file] ?? []);
  const held = Object.keys(inputs).find((file) => packages.some((each) => file.includes(`node_modules/${each}/`)));
  if (held !== undefined) throw new Error(`${name} holds ${held}`);
}
