import { cutText } from '../../base/index.ts';
import { arrange, drawPlan } from '../../layout/index.ts';
import { type LayoutSpec, OrchestraError } from '../../protocol/index.ts';
import { configPorts, loadSpec } from '../load.ts';
import { countOption } from '../option.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { findSessionFile } from '../reach.ts';
import { problemLines, writeJson, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';
import type { Column } from '../../view/index.ts';
import { tableLines } from '../view/table.ts';

/** `orchestra layout list`. */
export async function list(ports: CliPorts, options: { readonly json?: boolean }): Promise<number> {
  const { listLayouts } = await import('../../config/index.ts');
  const { layouts, problems } = await listLayouts(configPorts(ports), findProject(ports).project);
  if (options.json) {
    writeJson(ports.out, { layouts, problems });
    return 0;
  }
  const errStyle = styleFor(ports.env, ports.err.isTTY);
  for (const problem of problems) writeLines(ports.err, problemLines(problem, errStyle, ports.files.read));
  const style = styleFor(ports.env, ports.out.isTTY);
  const columns: Column<(typeof layouts)[number]>[] = [
    { title: 'layout', text: ({ name }) => name, ink: () => 'bold' },
    { title: 'what it is', text: ({ description }) => description, least: 20 },
  ];
  writeLines(ports.out, tableLines(columns, layouts, ports.out.columns(), style));
  return 0;
}

/** Names only, for shell completion. */
export async function completeLayouts(ports: CliPorts): Promise<void> {
  const { listLayouts } = await import('../../config/index.ts');
  const { layouts } = await listLayouts(configPorts(ports), findProject(ports).project);
  ports.out.write(layouts.map(({ name }) => `${name}\n`).join(''));
}

export interface PreviewOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly agents?: string;
  readonly size?: string;
  readonly json?: boolean;
}

/** `orchestra layout preview [NAME]`. */
export async function preview(ports: CliPorts, name: string | undefined, options: PreviewOptions): Promise<number> {
  const { layout, names } = await subject(ports, name, options);
  const size = sizeOf(ports, options.size);
  const plans = arrange(layout, names, size);
  if (options.json) {
    writeJson(ports.out, {
      layout: layout.name,
      size,
      windows: plans.map(({ width, height, panes }) => ({ width, height, panes })),
    });
    return 0;
  }
  const style = styleFor(ports.env, ports.out.isTTY);
  writeLines(ports.out, [
    `${style.paint('bold', layout.name)}: ${cutText(layout.description, Math.max(20, ports.out.columns() - layout.name.length - 2))}`,
    '',
    drawPlan(plans, { unicode: style.unicode, columns: Math.max(20, ports.out.columns()) }),
  ]);
  return 0;
}

/** Nine stand-ins, when neither a file nor a number says which agents. */
const STAND_INS = 9;

async function subject(
  ports: CliPorts,
  name: string | undefined,
  options: PreviewOptions,
): Promise<{ layout: LayoutSpec; names: readonly string[] }> {
  const needsFile = name === undefined || options.file !== undefined;
  const spec =
    needsFile || (await fileThere(ports))
      ? (await loadSpec(ports, await findSessionFile(ports, options.file), options.profile)).spec
      : null;
  const count = options.agents === undefined ? STAND_INS : countOption('--agents', options.agents);
  if (count > 1_000) throw new OrchestraError('usage', '--agents takes at most 1000');
  const standIns = Array.from({ length: count }, (_, at) => `agent-${at + 1}`);
  const names = options.agents === undefined && spec !== null ? spec.agents.map((agent) => agent.name) : standIns;
  if (name === undefined && spec !== null) return { layout: spec.layout, names };
  const { loadLayout } = await import('../../config/index.ts');
  const loaded = await loadLayout(name ?? '', configPorts(ports), findProject(ports, options.file).project);
  if (loaded.ok) return { layout: loaded.layout, names };
  throw new OrchestraError('config', `the layout ${name} cannot be used`, 'see: orchestra layout list', {
    problems: loaded.problems,
  });
}

const fileThere = (ports: CliPorts): Promise<boolean> =>
  findSessionFile(ports, undefined).then(
    () => true,
    () => false,
  );

function sizeOf(ports: CliPorts, text: string | undefined): { width: number; height: number } {
  // Without a terminal: what many have. One row goes to tmux's status line.
  if (text === undefined)
    return ports.out.isTTY ? { width: ports.out.columns(), height: ports.out.rows() - 1 } : { width: 200, height: 50 };
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (size.width >= 1 && size.height >= 1) return size;
  throw new OrchestraError('usage', `--size takes COLUMNSxROWS such as 200x50, not ${JSON.stringify(text)}`);
}
