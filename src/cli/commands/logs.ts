import { plainLine, Transcript } from '../../base/index.ts';
import { OrchestraError, type Paths } from '../../protocol/index.ts';
import { followFile } from '../follow.ts';
import { readableLines, tail } from '../log-tail.ts';
import { countOption } from '../option.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { controllerLine } from '../view/controller-log.ts';
import { styleFor } from '../view/style.ts';
import { unknownAgent } from './command.ts';

export interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: string;
  readonly raw?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}

/** `orchestra logs [AGENT]`. Reads the files: works with no session, and after one. */
export async function logs(ports: CliPorts, agent: string | undefined, options: LogsOptions): Promise<number> {
  const count = countOption('-n', options.lines);
  const paths = findProject(ports, options.file);
  if (options.follow && agent !== undefined && /[./]/.test(agent))
    throw new OrchestraError(
      'usage',
      `${plainLine(agent)} is not an agent`,
      'here -f follows; a file is named with: --file FILE',
    );
  const path = agent === undefined ? paths.controllerLog : paths.agentLog(logOf(ports, paths, agent));
  if (agent === undefined && !options.follow && ports.files.facts(path) === null) {
    throw new OrchestraError('not-running', 'there is no log here yet', 'start a session with: orchestra up');
  }
  const printer = options.raw && !options.json ? rawPrinter(ports, count) : textPrinter(ports, agent, options, count);
  // From before reading, so that nothing written meanwhile is missed.
  let stop = (): void => {};
  const followed: Uint8Array[] = [];
  let live: (bytes: Uint8Array) => void = (bytes) => void followed.push(bytes);
  if (options.follow) stop = followFile(ports, path, (bytes) => live(bytes));
  printer.history(path);
  live = (bytes) => printer.more(bytes);
  if (!options.follow) return 0;
  for (const bytes of followed) printer.more(bytes);
  await new Promise<void>((resolve) => void ports.onInterrupt(resolve));
  stop();
  return 0;
}

/** The name, when there is a log of it. */
function logOf(ports: CliPorts, paths: Paths, agent: string): string {
  const known = ports.files
    .list(`${paths.logs}/agents`)
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length));
  if (known.includes(agent)) return agent;
  throw unknownAgent(agent, known);
}

interface Printer {
  history(path: string): void;
  more(bytes: Uint8Array): void;
}

/** Bytes of the end of a log that are looked at for its last lines, at first and at most. */
const FIRST = 256 * 1024;
const MOST = 64 * 1024 * 1024;

function rawPrinter(ports: CliPorts, count: number): Printer {
  const decoder = new TextDecoder();
  return {
    history(path) {
      const { text } = enough(ports, path, (part) => part.split('\n').length > count);
      ports.out.write(
        text
          .split('\n')
          .slice(-count - 1)
          .join('\n'),
      );
    },
    more: (bytes) => ports.out.write(decoder.decode(bytes, { stream: true })),
  };
}

function textPrinter(ports: CliPorts, agent: string | undefined, options: LogsOptions, count: number): Printer {
  const style = styleFor(ports.env, ports.out.isTTY);
  const decoder = new TextDecoder();
  const transcript = new Transcript();
  const show = (line: string): string => {
    if (agent === undefined) return options.json ? line : controllerLine(line, style);
    return options.json ? JSON.stringify({ agent, line }) : line;
  };
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) ports.out.write(`${lines.map(show).join('\n')}\n`);
  };
  return {
    history(path) {
      let lines: string[] = [];
      enough(ports, path, (part, whole) => {
        lines = readableLines(part, !whole);
        return lines.length >= count;
      });
      print(count === 0 ? [] : lines.slice(-count));
    },
    more: (bytes) => print(transcript.feed(decoder.decode(bytes, { stream: true }))),
  };
}

/** Reads more and more of the end of a log until it suffices. */
function enough(
  ports: CliPorts,
  path: string,
  suffices: (text: string, whole: boolean) => boolean,
): { readonly text: string } {
  for (let bytes = FIRST; ; bytes *= 4) {
    const { text, whole } = tail(ports.files, path, bytes);
    if (suffices(text, whole) || whole || bytes >= MOST) return { text };
  }
}
