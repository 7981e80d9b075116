import { checkVersion, missingCommands, TESTED_VERSIONS } from '../base/index.ts';
import { type Check, ok, problem, warning } from './checks.ts';
import type { CliPorts } from './ports.ts';

/** Does this machine have what orchestra is built on? */
export async function machineChecks(ports: CliPorts): Promise<Check[]> {
  const tmux = tmuxChecks(ports);
  const tools = Promise.all(TOOLS.map((tool) => toolCheck(ports, tool)));
  return [nodeCheck(ports), ...(await tmux), ...(await tools), ...procChecks(ports), localeCheck(ports)];
}

/** The line to type; with sudo for those who need it. */
export const aptInstall = ({ machine }: CliPorts, name: string): string =>
  `${machine.uid === 0 ? '' : 'sudo '}apt-get install -y ${name}`;

const OLDEST_NODE = [20, 19] as const;

function nodeCheck({ machine }: CliPorts): Check {
  const [major = 0, minor = 0] = machine.node.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (enough) return ok('node', machine.node);
  return problem(
    'node',
    `${machine.node} is too old, ${OLDEST_NODE.join('.')} or newer is needed`,
    'install a newer Node.js: https://nodejs.org/en/download',
  );
}

async function tmuxChecks(ports: CliPorts): Promise<Check[]> {
  const fix = aptInstall(ports, 'tmux');
  const ran = await ports.run(['tmux', '-V'], 5_000);
  if (ran.code !== 0)
    return [
      problem('tmux', ran.error === 'ENOENT' ? 'is not installed' : `does not run: ${ran.stderr || ran.error}`, fix),
    ];
  const { ok: fits, version, message } = checkVersion(ran.stdout);
  if (!fits) return [problem('tmux', message, fix)];
  const listed = await ports.run(
    ['tmux', '-L', 'orchestra-doctor', '-f', '/dev/null', 'list-commands', '-F', '#{command_list_name}'],
    5_000,
  );
  // Some versions want a server for it; starting one only to ask would be a side effect.
  if (listed.code !== 0) return [ok('tmux', version)];
  const missing = missingCommands(listed.stdout.split('\n'));
  const known = TESTED_VERSIONS.includes(version) ? version : `${version}; tested on ${TESTED_VERSIONS.join(', ')}`;
  return [missing.length === 0 ? ok('tmux', known) : problem('tmux', `${version} lacks ${missing.join(', ')}`, fix)];
}

interface Tool {
  readonly name: string;
  readonly package: string;
  /** Text its --help must hold, and what for. */
  readonly needs?: readonly [text: string, what: string];
}

const TOOLS: readonly Tool[] = [
  { name: 'flock', package: 'util-linux', needs: ['--no-fork', 'flock -F'] },
  { name: 'setpriv', package: 'util-linux', needs: ['--pdeathsig', 'setpriv --pdeathsig'] },
  { name: 'setsid', package: 'util-linux' },
  { name: 'mkfifo', package: 'coreutils' },
  { name: 'stdbuf', package: 'coreutils' },
  { name: 'sh', package: 'dash' },
];

async function toolCheck(ports: CliPorts, { name, package: from, needs }: Tool): Promise<Check> {
  const path = ports.machine.which(name);
  if (path === null) return problem(name, 'is not installed', aptInstall(ports, from));
  if (needs === undefined) return ok(name, path);
  const { stdout, stderr } = await ports.run([path, '--help'], 5_000);
  // BusyBox has programs of these names that know less.
  if (`${stdout}${stderr}`.includes(needs[0])) return ok(name, path);
  return problem(name, `${path} does not know ${needs[1]}`, aptInstall(ports, from));
}

function procChecks({ files, machine }: CliPorts): Check[] {
  if (files.kind('/proc/self/stat') === null) return [problem('/proc', 'is not mounted', 'mount -t proc proc /proc')];
  return [
    machine.lockHolders() === null
      ? problem(
          '/proc/locks',
          'cannot be read: nobody could tell which agent runs',
          'run orchestra where /proc/locks is readable',
        )
      : ok('/proc', 'processes and locks can be read'),
    ...(machine.isDevice('/dev/null')
      ? []
      : [
          // A program run as root that renames its output to /dev/null makes it a file: no tmux server starts after that.
          problem(
            '/dev/null',
            'is not a device: no tmux server can start',
            'rm -f /dev/null; mknod -m 666 /dev/null c 1 3',
          ),
        ]),
  ];
}

function localeCheck({ env }: CliPorts): Check {
  // The order POSIX gives them (8.2).
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (/utf-?8/i.test(locale)) return ok('locale', locale);
  return warning(
    'locale',
    `${locale === '' ? 'none is set' : locale}: agents may draw names such as カエデ wrongly`,
    'export LC_ALL=C.UTF-8',
  );
}
