import { plainLine } from '../../base/index.ts';
import type { Check } from '../checks.ts';
import type { Ink } from '../../view/index.ts';
import type { Style } from './style.ts';

const SIGNS: Readonly<Record<Check['level'], { sign: string; ascii: string; ink: Ink }>> = {
  ok: { sign: '✔', ascii: 'ok     ', ink: 'green' },
  warning: { sign: '!', ascii: 'warning', ink: 'yellow' },
  problem: { sign: '✖', ascii: 'PROBLEM', ink: 'red' },
};

/** The checks, one line each, the mending command below, and a last line that says how it stands. */
export function checkLines(checks: readonly Check[], style: Style): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, level, message, fix }) => {
    const { sign, ascii, ink } = SIGNS[level];
    return [
      `${style.paint(ink, style.unicode ? sign : ascii)} ${name.padEnd(width)}  ${plainLine(message)}`,
      ...(fix === '' ? [] : [`  ${' '.repeat(width)}  ${style.paint('cyan', fix)}`]),
    ];
  });
  return [...lines, '', summary(checks)];
}

function summary(checks: readonly Check[]): string {
  const count = (level: Check['level']): number => checks.filter((check) => check.level === level).length;
  const problems = count('problem');
  const warnings = count('warning');
  const aside = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  if (problems === 0) return `all there${aside}`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'} to mend${aside}`;
}
