import { plainLine } from '../../base/index.ts';
import type { Peek } from '../../protocol/index.ts';
import { mailProject } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';
import { writeJson, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';

/** `orchestra peek AGENT`: what is on its screen. The lines alone where no person looks. */
export async function peek(
  ports: CliPorts,
  agent: string,
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const client = await ports.connect(mailProject(ports, options.file).run);
  try {
    const seen = await client.peek(agent);
    if (options.json) writeJson(ports.out, seen);
    else writeLines(ports.out, [...(ports.out.isTTY ? [headLine(ports, seen)] : []), ...shownLines(seen)]);
    return 0;
  } finally {
    client.close();
  }
}

/** Without what is empty below the last text. */
function shownLines({ lines }: Peek): string[] {
  const shown = lines.map(screenLine);
  return shown.slice(0, shown.findLastIndex((line) => line !== '') + 1);
}

/** The lines have their columns: only what could move the cursor is taken out. */
const screenLine = (line: string): string => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${plainLine(line)}`.trimEnd();
};

function headLine(ports: CliPorts, { agent, activity, pane, width, height, title }: Peek): string {
  const style = styleFor(ports.env, true);
  const size = `${width}${style.unicode ? '×' : 'x'}${height}`;
  const parts = [plainLine(activity), plainLine(pane), size, plainLine(title)].filter((part) => part !== '');
  const text = parts.join(style.unicode ? ' · ' : ' - ');
  return `${style.paint('bold', plainLine(agent))} ${style.paint('dim', text)}`;
}
