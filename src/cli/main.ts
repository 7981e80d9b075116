import { parseArgs } from 'node:util';
import type { CliPorts } from './ports.ts';

/**
 * The whole command line: runs `argv` (without node and the script) and gives the exit status; all failures are told already.
 *
 * What runs often or starts with an agent goes past commander, which alone costs a fifth of the time `orchestra status` may take.
 */
export async function main(argv: readonly string[], ports: CliPorts): Promise<number> {
  try {
    const quick = await quickly(argv, ports);
    if (quick !== null) return quick;
    const { runProgram } = await import('./program.ts');
    return await runProgram(argv, ports);
  } catch (error) {
    const { reportError } = await import('./report.ts');
    return reportError(error, ports, wantsJson(argv));
  }
}

/** Tells what no command was there to catch: a listener of a socket or of a timer is nobody's promise. @returns the exit status */
export async function tellUncaught(error: unknown, argv: readonly string[], ports: CliPorts): Promise<number> {
  const { reportError } = await import('./report.ts');
  return reportError(error, ports, wantsJson(argv));
}

/** Words after `--` belong to another program. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** null: not one of the plain forms known here, commander decides. */
async function quickly(argv: readonly string[], ports: CliPorts): Promise<number | null> {
  const [command, ...rest] = argv;
  if (command === 'worker' && rest.length === 0) return ports.worker();
  if ((command === '--version' || command === '-V') && rest.length === 0) {
    return (await import('./commands/version.ts')).version(ports, {});
  }
  if (command === 'complete' && rest.length === 1) {
    return (await import('./commands/complete.ts')).complete(ports, String(rest[0]));
  }
  if (command === 'mcp' && rest.length === 0) return (await import('./commands/mcp.ts')).mcp(ports, {});
  if (command === 'send') return sendQuickly(rest, ports);
  if (command === 'up') return upQuickly(rest, ports);
  if (command === 'dashboard' && rest.length === 0) {
    return (await import('./commands/dashboard.ts')).dashboard(ports, {});
  }
  if (command !== 'status') return null;
  const options = plainStatusOptions(rest);
  if (options === null) return null;
  return (await import('./commands/status.ts')).status(ports, options);
}

/** Anything that is not plainly right is left to commander, which says what is wrong with it. */
async function sendQuickly(words: readonly string[], ports: CliPorts): Promise<number | null> {
  const { send, SEND_WORDS } = await import('./commands/send.ts');
  let parsed: ReturnType<typeof parseArgs<{ options: typeof SEND_WORDS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...words], options: SEND_WORDS, allowPositionals: true });
  } catch {
    return null;
  }
  const [to, ...text] = parsed.positionals;
  if (to === undefined) return null;
  const { 'text-file': textFile, 'reply-to': replyTo, ...others } = parsed.values;
  const options = {
    ...others,
    ...(textFile === undefined ? {} : { textFile }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
  return send(ports, to, text, options);
}

async function upQuickly(words: readonly string[], ports: CliPorts): Promise<number | null> {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  const known = { file: { ...text, short: 'f' }, profile: text, 'no-attach': flag, 'dry-run': flag, json: flag };
  let values: ReturnType<typeof parseArgs<{ options: typeof known }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...words], options: known }));
  } catch {
    return null;
  }
  const { 'no-attach': away = false, 'dry-run': dryRun = false, ...others } = values;
  return (await import('./commands/up.ts')).up(ports, { ...others, attach: !away, dryRun });
}

function plainStatusOptions(words: readonly string[]): { file?: string; json?: boolean; watch?: boolean } | null {
  const options: { file?: string; json?: boolean; watch?: boolean } = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const value = words[at + 1];
    if (word === '--json') options.json = true;
    else if (word === '--watch') options.watch = true;
    else if ((word === '-f' || word === '--file') && value !== undefined && !value.startsWith('-')) {
      options.file = value;
      at++;
    } else return null;
  }
  return options;
}
