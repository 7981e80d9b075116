import { plainLine, plainLines, unified } from '../../base/index.ts';
import {
  EXIT_STATUS,
  type Applied,
  type AppliedConfig,
  OrchestraError,
  type Plan,
  type SessionSpec,
} from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { localTime } from '../../view/index.ts';
import { confirmed } from '../confirm.ts';
import { loadSpec } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { findSessionFile } from '../reach.ts';
import { writeJson, writeLines } from '../report.ts';
import { planLines } from '../view/plan.ts';
import { type Style, styleFor } from '../view/style.ts';
import { BY } from './command.ts';
import { change } from './up.ts';

export interface HistoryOptions {
  readonly file?: string;
  readonly json?: boolean;
}

/** The configurations that were applied, of a controller or from its database. */
interface Kept {
  list(): Promise<readonly Applied[]>;
  get(n: number): Promise<AppliedConfig>;
}

/** With or without a session: what was applied is history. */
async function withKept<T>(ports: CliPorts, file: string | undefined, use: (kept: Kept) => Promise<T>): Promise<T> {
  const paths = findProject(ports, file);
  let client: Client;
  try {
    client = await ports.connect(paths.run);
  } catch (error) {
    if (!(error instanceof OrchestraError) || EXIT_STATUS[error.code] !== EXIT_STATUS['not-running']) throw error;
    return use({
      list: () => ports.readApplied(paths.database),
      get: async (n) => {
        const found = await ports.readAppliedConfig(paths.database, n);
        if (found !== null) return found;
        throw new OrchestraError('usage', `no configuration ${n} is kept`, 'orchestra config history lists them');
      },
    });
  }
  return use({ list: () => client.applied(), get: (n) => client.appliedConfig(n) }).finally(() => client.close());
}

/** `orchestra config history`. */
export function history(ports: CliPorts, options: HistoryOptions): Promise<number> {
  return withKept(ports, options.file, async (kept) => {
    const all = await kept.list();
    if (options.json) writeJson(ports.out, all);
    else if (all.length === 0) ports.out.write('no configuration was applied yet; the first is with: orchestra up\n');
    else
      writeLines(
        ports.out,
        aligned(
          all.map(({ n, time, by, profile, agents, file }, index) => [
            String(n),
            localTime(time),
            `${agents} ${agents === 1 ? 'agent' : 'agents'}`,
            profile === null ? '' : `profile ${plainLine(profile)}`,
            plainLine(file.slice(file.lastIndexOf('/') + 1)),
            `by ${plainLine(by)}${index === all.length - 1 ? ', applied last' : ''}`,
          ]),
        ),
      );
    return 0;
  });
}

/** Cells in columns as wide as their widest. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .filter((cell) => cell !== '')
      .join('  ')
      .trimEnd(),
  );
}

interface Side {
  readonly what: string;
  readonly spec: SessionSpec;
  readonly text: string | null;
}

/** `orchestra config diff [A [B]]`. */
export function diff(
  ports: CliPorts,
  a: string | undefined,
  b: string | undefined,
  options: HistoryOptions,
): Promise<number> {
  return withKept(ports, options.file, async (kept) => {
    const all = await kept.list();
    const last = all.at(-1);
    if (last === undefined)
      throw new OrchestraError('usage', 'no configuration was applied yet', 'the first is with: orchestra up');
    const from = sideOf(await kept.get(a === undefined ? last.n : numberOf(a)));
    const to =
      a === undefined
        ? await ofFile(ports, options, last)
        : sideOf(await kept.get(b === undefined ? last.n : numberOf(b)));
    const { maskedText, planChange } = await import('../../config/index.ts');
    const [before, after] = [from.text, to.text];
    const lines = before === null || after === null ? null : unified(await maskedText(before), await maskedText(after));
    const plan = planChange(from.spec, to.spec);
    if (options.json) writeJson(ports.out, { from: from.what, to: to.what, text: lines, plan });
    else writeLines(ports.out, diffText(from, to, lines, plan, styleFor(ports.env, ports.out.isTTY)));
    return 0;
  });
}

const sideOf = ({ n, time, spec, text }: AppliedConfig): Side => ({
  what: `${n}, applied ${localTime(time)}`,
  spec,
  text,
});

async function ofFile(ports: CliPorts, options: HistoryOptions, last: Applied): Promise<Side> {
  const file = await findSessionFile(ports, options.file);
  const { spec, text } = await loadSpec(ports, file, last.profile ?? undefined);
  return { what: file, spec, text };
}

function numberOf(word: string): number {
  if (/^[1-9]\d{0,9}$/.test(word)) return Number(word);
  throw new OrchestraError(
    'usage',
    `"${plainLine(word)}" is no number of a configuration`,
    'orchestra config history lists them',
  );
}

function diffText(from: Side, to: Side, lines: readonly string[] | null, plan: Plan, style: Style): string[] {
  const inks = { '-': 'red', '+': 'green', '@': 'cyan' } as const;
  const coloured = (line: string): string => {
    const ink = inks[line[0] as keyof typeof inks];
    return ink === undefined ? line : style.paint(ink, line);
  };
  const text = lines?.flatMap((line) => plainLines(line)) ?? ['the text of one of them was not kept'];
  return [
    style.paint('red', `--- ${plainLine(from.what)}`),
    style.paint('green', `+++ ${plainLine(to.what)}`),
    ...(lines?.length === 0 ? ['the text is the same, but for values that are hidden'] : text.map(coloured)),
    '',
    ...planLines(plan, 'before', style),
  ];
}

export interface RollbackOptions extends HistoryOptions {
  readonly yes?: boolean;
  readonly write?: boolean;
}

/** `orchestra config rollback [N]`: applies an earlier configuration to the session that runs. */
export async function rollback(ports: CliPorts, word: string | undefined, options: RollbackOptions): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const all = await client.applied();
    const wanted = word === undefined ? all.at(-2)?.n : numberOf(word);
    if (wanted === undefined)
      throw new OrchestraError(
        'usage',
        'there is no earlier configuration',
        'orchestra config history lists what was applied',
      );
    const kept = await client.appliedConfig(wanted);
    if (options.write && kept.text === null)
      throw new OrchestraError('usage', `the text of configuration ${wanted} was not kept`, 'leave --write out');
    const plan = await client.plan(kept.spec);
    const style = styleFor(ports.env, ports.out.isTTY);
    if (!options.yes) {
      if (!ports.input.isTTY || options.json)
        throw new OrchestraError(
          'usage',
          'a rollback asks first, and there is nobody to ask',
          `see it with: orchestra config diff ${wanted}; then add --yes`,
          { plan },
        );
      writeLines(ports.out, [
        `configuration ${wanted}, applied ${localTime(kept.time)}:`,
        ...planLines(plan, 'before', style),
      ]);
      if (!(await confirmed(ports, 'Apply it?'))) {
        ports.out.write('nothing was changed\n');
        return 0;
      }
    }
    const status = await change(ports, client, kept, `${BY}, rollback to ${wanted}`, options.json === true);
    const wrote = options.write === true && kept.text !== null;
    if (wrote && kept.text !== null) ports.files.replace(kept.file, kept.text);
    if (!options.json)
      ports.out.write(
        wrote
          ? `${plainLine(kept.file)} is what it was then\n`
          : `${plainLine(kept.file)} was not changed: the next orchestra up or reload applies it again (--write puts this one there)\n`,
      );
    return status;
  } finally {
    client.close();
  }
}
