import { EXIT_STATUS, OrchestraError } from '../protocol/index.ts';
import type { CliPorts, Output } from './ports.ts';
import { type Style, styleFor } from './view/style.ts';

/** One thing that is wrong in a configuration file, as src/config reports it. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

export function writeJson(out: Output, value: unknown): void {
  out.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function writeLines(out: Output, lines: readonly string[]): void {
  if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
}

/** Tells a failure in the way that was asked for, and gives the exit status. Never a stack trace, unless ORCHESTRA_DEBUG asks for one. */
export function reportError(error: unknown, ports: CliPorts, json: boolean): number {
  const known = error instanceof OrchestraError ? error : unexpected(error);
  if (json) writeJson(ports.out, { error: known.toJSON() });
  else writeLines(ports.err, errorLines(known, styleFor(ports.env, ports.err.isTTY), readerOf(ports)));
  if (ports.env.ORCHESTRA_DEBUG && error instanceof Error) ports.err.write(`${error.stack ?? ''}\n`);
  return EXIT_STATUS[known.code];
}

function unexpected(error: unknown): OrchestraError {
  const text = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EROFS' || code === 'EDQUOT') {
    return new OrchestraError('storage', text, 'make room on the disk, then try again: df -h .');
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new OrchestraError('missing', text, 'orchestra doctor tells which permission is missing');
  }
  return new OrchestraError(
    'internal',
    `this should not have happened: ${text}`,
    'ORCHESTRA_DEBUG=1 shows where it happened',
  );
}

type ReadSource = (file: string) => string | null;

const readerOf =
  (ports: CliPorts): ReadSource =>
  (file) => {
    try {
      return ports.files.read(file);
    } catch {
      return null;
    }
  };

/** A screen of problems hides the first one. */
const MOST_PROBLEMS = 20;

export function errorLines(error: OrchestraError, style: Style, read: ReadSource): string[] {
  const problems = Array.isArray(error.data.problems) ? (error.data.problems as Problem[]) : [];
  const output = Array.isArray(error.data.failed) ? (error.data.failed as FailedAgent[]) : [];
  return [
    ...problems.slice(0, MOST_PROBLEMS).flatMap((problem) => problemLines(problem, style, read)),
    ...(problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`, ''] : []),
    ...output.flatMap((agent) => failedLines(agent, style)),
    `${style.paint('red', 'orchestra:')} ${error.message}`,
    ...(error.hint === '' ? [] : [`  ${style.paint('dim', error.hint)}`]),
  ];
}

/** `file:line:col: message`, the line with a caret under it, and what was meant. */
export function problemLines(problem: Problem, style: Style, read: ReadSource): string[] {
  const { file, line, column, message, hint } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [
    `${style.paint('bold', `${place}:`)} ${message}`,
    ...sourceLines(read(file)?.split('\n')[line - 1], line, column, style),
    ...(hint === '' ? [] : [`  ${style.paint('cyan', hint)}`]),
    '',
  ];
}

/** A line as long as this says nothing to a person. */
const LONGEST_SOURCE = 160;

function sourceLines(source: string | undefined, line: number, column: number, style: Style): string[] {
  if (source === undefined || line < 1) return [];
  // The caret stands under the character only if what is before it is as wide above: tabs become one space.
  const text = source.replace(/[\p{Cc}]/gu, ' ').trimEnd();
  if (text.length > LONGEST_SOURCE || column > text.length + 1) return [];
  const number = String(line);
  const before = text.slice(0, column - 1).replace(/[\u1100-\u{3fffd}]/gu, '  ');
  return [
    `  ${style.paint('dim', `${number} |`)} ${text}`,
    `  ${style.paint('dim', `${' '.repeat(number.length)} |`)} ${' '.repeat(before.length)}${style.paint('red', '^')}`,
  ];
}

/** An agent that did not get up. */
export interface FailedAgent {
  readonly agent: string;
  readonly state: string;
  readonly detail: string;
  /** The last lines it printed. */
  readonly output: readonly string[];
}

const failedLines = ({ agent, state, detail, output }: FailedAgent, style: Style): string[] => [
  `${style.paint('bold', agent)} ${style.paint('red', state)}${detail === '' ? '' : `: ${detail}`}`,
  ...(output.length === 0
    ? [style.paint('dim', '  it printed nothing')]
    : output.map((line) => `  ${style.paint('dim', '|')} ${line}`)),
  '',
];
