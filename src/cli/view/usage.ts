import { formatBytes, formatDuration, plainLine } from '../../base/index.ts';
import type { Advice, AgentUsage, Usage, UsagePoint } from '../../protocol/index.ts';
import { type Column, sparkline } from '../../view/index.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** Columns of a line of bars. */
const BARS = 24;

/** What the agents used, one line each, and what it costs to know. */
export function usageLines(
  { agents, watching }: Usage,
  { width, style }: { readonly width: number; readonly style: Style },
): string[] {
  if (agents.length === 0) return ['there are no agents'];
  const last = ({ points }: AgentUsage): UsagePoint | undefined => points.at(-1);
  const bars = (of: (point: UsagePoint) => number, least: number) => (agent: AgentUsage) =>
    sparkline(squeezed(agent.points.map(of)), BARS, least, style.unicode);
  const columns: Column<AgentUsage>[] = [
    { title: 'agent', text: ({ agent }) => plainLine(agent), ink: () => 'bold' },
    { title: 'cpu', text: (agent) => percent(last(agent)?.cpu), align: 'right' },
    { title: 'mean', text: ({ points }) => percent(mean(points.map(({ cpu }) => cpu))), align: 'right', priority: 4 },
    { title: 'most', text: ({ points }) => percent(most(points.map(({ cpu }) => cpu))), align: 'right', priority: 3 },
    { title: '', text: bars(({ cpu }) => cpu, 100), natural: BARS, ink: () => 'green', priority: 2 },
    { title: 'memory', text: (agent) => bytes(last(agent)?.memory), align: 'right' },
    {
      title: 'most',
      text: ({ points }) => bytes(most(points.map(({ memory }) => memory))),
      align: 'right',
      priority: 5,
    },
    { title: '', text: bars(({ memory }) => memory, 1), natural: BARS, ink: () => 'cyan', priority: 1 },
    {
      title: 'written',
      text: ({ points }) => bytes(sum(points.map(({ written }) => written))),
      align: 'right',
      priority: 6,
    },
  ];
  const { cpu, every } = watching;
  const cost = `looking costs ${cpu.toFixed(2)} % of a core, every ${formatDuration(every)}`;
  return [...tableLines(columns, agents, width, style), '', style.paint('dim', cost)];
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : sum(values) / values.length;
const most = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((best, value) => Math.max(best, value), 0);
const percent = (value: number | undefined): string => (value === undefined ? '' : `${Math.round(value)}%`);
const bytes = (value: number | undefined): string => (value === undefined ? '' : formatBytes(value));

/** As many values as there are bars, each the highest of its share. */
function squeezed(values: readonly number[]): number[] {
  if (values.length <= BARS) return [...values];
  return Array.from({ length: BARS }, (_, n) =>
    Math.max(...values.slice(Math.floor((n * values.length) / BARS), Math.floor(((n + 1) * values.length) / BARS))),
  );
}

/** Each advice in two lines: what was seen, what to do. */
export function adviceLines(advice: readonly Advice[], style: Style): string[] {
  if (advice.length === 0) return ['nothing to advise: see what is used with orchestra usage'];
  return advice.flatMap(({ agent, evidence, suggestion }) => [
    `${style.paint('yellow', style.unicode ? '▲' : '!')} ${style.paint('bold', plainLine(agent))}  ${evidence}`,
    style.paint('dim', `  ${suggestion}`),
  ]);
}
