// The rooms and who may enter which, as data: one row a folder. What is not listed is forbidden.
const GROUND = ['base', 'protocol', 'platform'];
const MAY_IMPORT = {
  base: [],
  protocol: ['base'],
  platform: ['base'],
  layout: ['base', 'protocol'],
  view: ['base', 'protocol'],
  dashboard: ['base', 'protocol', 'rpc', 'view'],
  config: ['base', 'protocol', 'layout'],
  rpc: GROUND,
  tmux: GROUND,
  watchdog: GROUND,
  journal: GROUND,
  mailbox: GROUND,
  queue: [...GROUND, 'mailbox'],
  drivers: GROUND,
  notices: GROUND,
  usage: GROUND,
  controller: [
    ...GROUND,
    'config',
    'layout',
    'mailbox',
    'tmux',
    'watchdog',
    'journal',
    'queue',
    'drivers',
    'notices',
    'usage',
  ],
  cli: ['base', 'protocol', 'rpc', 'config', 'layout', 'mailbox', 'view'],
  mcp: ['base', 'protocol', 'rpc', 'config', 'mailbox'],
  worker: ['base', 'protocol', 'rpc', 'config', 'mailbox'],
  // bin: everything
};
const EFFECTS = '^(node:)?(fs|fs/promises|child_process|net|timers|timers/promises|worker_threads|process|os|module)$';
const TESTS = '\\.test\\.ts$';

const layers = Object.entries(MAY_IMPORT).map(([from, to]) => ({
  name: `layer-${from}`,
  severity: 'error',
  comment: `src/${from} may import only: ${to.join(', ') || 'nothing'}. Take a port from the controller or bin, or move the noun to protocol.`,
  from: { path: `^src/${from}/`, pathNot: TESTS },
  to: { path: '^src/', pathNot: `^src/(${[from, ...to].join('|')})/` },
}));

const owner = (packages, where) => ({
  name: `one-owner-${packages.replaceAll(/[()|]/g, '-')}`,
  severity: 'error',
  comment: `Only src/${where} may import ${packages}.`,
  from: { path: '^src/', pathNot: [`^src/${where}/`, TESTS] },
  to: { path: `node_modules/${packages}/` },
});

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'only-through-the-door',
      severity: 'error',
      comment: 'A folder is entered through its index.ts.',
      from: { path: '^src/([^/]+)/', pathNot: TESTS },
      to: { path: '^src/([^/]+)/.+', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'effects-live-in-platform',
      severity: 'error',
      comment: 'Files, processes, sockets and timers are reached through src/platform.',
      from: { path: '^src/', pathNot: ['^src/(platform|bin)/', TESTS] },
      to: { path: EFFECTS, dependencyTypes: ['core'] },
    },
    owner('yaml', 'config'),
    owner('zod', 'config'),
    owner('acorn', 'config'),
    owner('commander', '(cli|bin)'),
    owner('blessed', 'dashboard'),
    owner('@modelcontextprotocol/sdk', 'mcp'),
    owner('(node-pty|chokidar|ignore|nodemailer|pino|libsql)', 'platform'),
    owner('croner', '(config|watchdog)'),
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: ['^test/', TESTS, 'node_modules/(vitest|fast-check)/'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['^src/bin/', TESTS, '\\.d\\.ts$'] },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
