import { basename, dirname, join, resolve } from 'node:path';
import { nearest, plainLine } from '../../base/index.ts';
import type { Import, ImportFormat, Left } from '../../config/index.ts';
import { OrchestraError } from '../../protocol/index.ts';
import { configPorts } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { DEFAULT_FILE, sessionNameFor } from '../project.ts';
import { problemLines, type Problem, writeJson, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';

export interface ImportOptions {
  readonly output?: string;
  readonly stdout?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const FORMATS: readonly ImportFormat[] = ['pm2', 'procfile', 'tmuxp', 'tmuxinator', 'compose'];

/** Bytes a file may have that is imported. */
const LARGEST = 1_048_576;

/** `orchestra import FORMAT FILE`. */
export async function importFile(
  ports: CliPorts,
  format: string,
  file: string,
  options: ImportOptions,
): Promise<number> {
  const known = FORMATS.find((each) => each === format);
  if (known === undefined) {
    const meant = nearest(format, FORMATS);
    throw new OrchestraError(
      'usage',
      `there is no import from "${plainLine(format)}"`,
      meant === null ? `possible: ${FORMATS.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  if (options.stdout && options.output !== undefined)
    throw new OrchestraError('usage', '--stdout and --output exclude each other', 'leave one of them out');
  const target = resolve(ports.cwd, options.output ?? DEFAULT_FILE);
  if (!options.stdout) refuseTarget(ports, target, options.force === true);
  const source = await readSource(ports, file);
  const { importConfig } = await import('../../config/index.ts');
  const made = await importConfig(
    known,
    {
      file: source.path,
      text: source.text,
      to: dirname(target),
      here: ports.cwd,
      session: sessionNameFor(dirname(target)),
    },
    configPorts(ports),
  );
  if (!made.ok) throw refused(file, made.problems);
  const problems = await checked(ports, target, made.text);
  const backup = options.stdout ? null : put(ports, target, made.text, options.force === true);
  tell(ports, { made, problems, target, backup, source: source.shown }, options);
  return 0;
}

function refused(file: string, problems: readonly Problem[]): OrchestraError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new OrchestraError('config', `${plainLine(file)} has ${count}; nothing was written`, '', { problems });
}

/** Before anything is read: nobody wants to read a report and be told then. */
function refuseTarget(ports: CliPorts, target: string, force: boolean): void {
  const shown = plainLine(target);
  if (ports.files.kind(target) === 'directory')
    throw new OrchestraError('usage', `${shown} is a folder`, 'name a file: -o FILE');
  if (ports.files.kind(dirname(target)) !== 'directory')
    throw new OrchestraError('usage', `the folder of ${shown} does not exist`, 'make it first, or name another file');
  if (!force && ports.files.kind(target) !== null) throw there(target);
}

const there = (target: string): OrchestraError =>
  new OrchestraError(
    'conflict',
    `there is ${plainLine(target)} already; it was left alone`,
    'look at the result with --stdout, write elsewhere with -o FILE, or replace it with --force (the old one is kept as .bak)',
  );

interface Source {
  /** Absolute. */
  readonly path: string;
  readonly shown: string;
  readonly text: string;
}

async function readSource(ports: CliPorts, file: string): Promise<Source> {
  const shown = plainLine(file);
  const wrong = (what: string, hint = ''): OrchestraError =>
    new OrchestraError('config', `${file === '-' ? 'what was read' : shown} ${what}; nothing was written`, hint);
  const tooLarge = (): OrchestraError =>
    wrong('is larger than 1 MiB', 'a session has at most 1,000 agents, which need far less');
  if (file === '-') {
    const text = await ports.input.text(LARGEST);
    if (text === null) throw tooLarge();
    if (text.includes('\0') || text.includes('\ufffd')) throw wrong('is no text in UTF-8');
    return { path: join(ports.cwd, 'stdin'), shown: 'standard input', text };
  }
  const path = resolve(ports.cwd, file);
  const bytes = readBytes(ports, path, wrong);
  if (bytes === null) throw tooLarge();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw wrong('is no text file');
    return { path, shown, text };
  } catch (error) {
    throw error instanceof OrchestraError
      ? error
      : wrong('is no text in UTF-8', `iconv -t UTF-8 makes it one, when it is in another encoding`);
  }
}

const WHY: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['does not exist', 'name the file that is to be imported'],
  ENOTDIR: ['does not exist', 'name the file that is to be imported'],
  EISDIR: ['is a folder', 'name the file in it'],
  EACCES: ['may not be read by you', ''],
  EPERM: ['may not be read by you', ''],
  ELOOP: ['is a link that leads to itself', ''],
};

function readBytes(
  ports: CliPorts,
  path: string,
  wrong: (what: string, hint: string) => OrchestraError,
): Buffer | null {
  try {
    if (ports.machine.isDevice(path)) throw wrong('is a device', 'name a file');
    return ports.files.readAtMost(path, LARGEST);
  } catch (error) {
    if (error instanceof OrchestraError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const [what, hint] = WHY[code] ?? [`cannot be read (${code})`, ''];
    throw wrong(what, hint);
  }
}

/** What `orchestra config check` says of a text that does not lie there yet. */
async function checked(ports: CliPorts, target: string, text: string): Promise<readonly Problem[]> {
  const { loadConfig } = await import('../../config/index.ts');
  const own = configPorts(ports);
  const loaded = await loadConfig(
    target,
    {},
    { ...own, readFile: (path) => (path === target ? text : own.readFile(path)) },
  );
  return loaded.ok ? loaded.warnings : loaded.problems;
}

/** @returns where the old file went. */
function put(ports: CliPorts, target: string, text: string, force: boolean): string | null {
  const backup = force && ports.files.kind(target) !== null ? `${target}.bak` : null;
  if (backup !== null) ports.files.rename(target, backup);
  try {
    if (ports.files.create(target, text)) return backup;
  } catch (error) {
    if (backup !== null) ports.files.rename(backup, target);
    throw error;
  }
  throw there(target);
}

interface Report {
  readonly made: Extract<Import, { ok: true }>;
  readonly problems: readonly Problem[];
  readonly target: string;
  readonly backup: string | null;
  readonly source: string;
}

function tell(ports: CliPorts, report: Report, options: ImportOptions): void {
  const { made, problems, target, backup, source } = report;
  if (options.json) {
    const file = options.stdout ? { text: made.text } : { file: target, backup };
    writeJson(ports.out, { ...file, session: made.session, agents: made.agents, left: made.left, problems });
    return;
  }
  const out = options.stdout ? ports.err : ports.out;
  if (options.stdout) ports.out.write(made.text);
  const style = styleFor(ports.env, out.isTTY);
  const count = made.agents.length;
  writeLines(out, [
    ...(options.stdout
      ? []
      : [`wrote ${basename(target)}: ${count} ${count === 1 ? 'agent' : 'agents'} (${shortened(made.agents)})`]),
    ...(backup === null ? [] : [`the old one is ${basename(backup)}`]),
    ...(made.left.length === 0
      ? ['everything was taken over']
      : [
          '',
          'no counterpart, or not the same one:',
          ...made.left.flatMap((each) => leftLines(each, source, style.paint.bind(style))),
        ]),
    ...(problems.length === 0
      ? []
      : [
          '',
          'before the first up:',
          ...problems.flatMap((each) => problemLines({ ...each, line: 0 }, style, () => null)),
        ]),
    ...(options.stdout ? [] : ['', 'next: read it, then orchestra config check, then orchestra up']),
  ]);
}

const shortened = (names: readonly string[]): string =>
  names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');

function leftLines(
  { line, column, option, agent, why, instead }: Left,
  source: string,
  paint: (ink: 'bold' | 'cyan', text: string) => string,
): string[] {
  const place = line > 0 ? `${source}:${line}:${column}` : source;
  const what = [option === '' ? '' : option, agent === null ? '' : `(${agent})`].filter(Boolean).join(' ');
  return [
    `  ${paint('bold', place)}${what === '' ? '' : ` ${what}`}: ${why}`,
    ...(instead === '' ? [] : [`    ${paint('cyan', instead)}`]),
  ];
}
