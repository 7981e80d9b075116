import { join } from 'node:path';
import { nearest } from '../../base/index.ts';
import { OrchestraError } from '../../protocol/index.ts';
import { CONFIGURED, type Configured, configFile, configured } from '../agent-configs.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';
import { changedLines } from '../view/change.ts';
import { type Style, styleFor } from '../view/style.ts';

export interface InstallOptions {
  readonly type?: readonly string[];
  readonly dryRun?: boolean;
  readonly remove?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}

interface Change {
  readonly type: Configured;
  /** Absolute path. */
  readonly file: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** `orchestra mcp install`: all files are looked at before the first is written, so that a broken one leaves nothing half done. */
export async function install(ports: CliPorts, options: InstallOptions): Promise<number> {
  const { project } = findProject(ports, options.file);
  const argv = options.remove ? null : serverOf(ports);
  const changes = typesOf(ports, options).map((type): Change => {
    const file = join(project, configFile(type));
    const before = ports.files.read(file);
    return { type, file, before, after: configured(type, before, argv) };
  });
  for (const { file, before, after } of changes) {
    if (!options.dryRun && after !== null && after !== before) ports.files.replace(file, after);
  }
  const outcomes = changes.map((change) => ({ type: change.type, file: change.file, change: wordOf(change, options) }));
  if (options.json) writeJson(ports.out, { dryRun: options.dryRun === true, files: outcomes });
  else
    writeLines(
      ports.out,
      changes.flatMap((change) => linesOf(change, options, styleFor(ports.env, ports.out.isTTY))),
    );
  return 0;
}

/** By its name where the shell finds it, so that the file is good on another machine too. */
const serverOf = ({ machine, self }: CliPorts): readonly string[] =>
  machine.which('orchestra') === null ? [...self, 'mcp'] : ['orchestra', 'mcp'];

function typesOf({ machine }: CliPorts, { type, remove }: InstallOptions): readonly Configured[] {
  if (type !== undefined) return type.map(typeOf);
  const found = CONFIGURED.filter((each) => remove || machine.which(each) !== null);
  if (found.length > 0) return found;
  throw new OrchestraError(
    'missing',
    `none of ${CONFIGURED.join(', ')} is on PATH`,
    'install one, or name it all the same with --type',
  );
}

function typeOf(word: string): Configured {
  const found = CONFIGURED.find((type) => type === word);
  if (found !== undefined) return found;
  const meant = nearest(word, CONFIGURED);
  throw new OrchestraError(
    'usage',
    `--type cannot be ${JSON.stringify(word)}`,
    meant === null ? `it is one of: ${CONFIGURED.join(', ')}` : `did you mean ${meant}?`,
  );
}

type Word = 'none' | 'unchanged' | 'written' | 'changed' | 'removed';

function wordOf({ before, after }: Change, { remove }: InstallOptions): Word {
  if (after === null) return 'none';
  if (before === after) return 'unchanged';
  return remove ? 'removed' : before === null ? 'written' : 'changed';
}

const SAID: Readonly<Record<Word, readonly [done: string, would: string]>> = {
  none: ['there is no such file', 'there is no such file'],
  unchanged: ['is right already', 'is right already'],
  written: ['written', 'would be written'],
  changed: ['changed', 'would be changed'],
  removed: ['taken out', 'would be taken out'],
};

function linesOf(change: Change, options: InstallOptions, style: Style): string[] {
  const word = wordOf(change, options);
  const moves = word !== 'none' && word !== 'unchanged';
  const sign = moves ? style.paint('green', style.unicode ? '✔' : '+') : style.paint('dim', '-');
  const said = SAID[word][options.dryRun ? 1 : 0];
  const head = `${sign} ${change.type.padEnd(8)}  ${change.file}  ${style.paint('dim', said)}`;
  const shown = options.dryRun && moves ? changedLines(change.before ?? '', change.after ?? '', style) : [];
  return [head, ...shown.map((line) => `    ${line}`)];
}
