import { listDir, privateDir, removeFile, writeOver } from '../../platform/index.ts';
import type { Paths } from '../../protocol/index.ts';

/** Screens kept of one agent; the oldest goes when another comes. */
const KEPT = 10;

/** Keeps a screen no rule knows, for whoever writes the rule. Returns its path; empty when the disk does not take it. */
export function keepScreen(paths: Paths, agent: string, lines: readonly string[], wall: number): string {
  const folder = `${paths.logs}/screens`;
  const mine = (): string[] =>
    listDir(folder)
      .filter((file) => file.startsWith(`${agent}.`))
      .sort();
  try {
    privateDir(folder);
    for (const old of mine().slice(0, -KEPT + 1)) removeFile(`${folder}/${old}`);
    const path = `${folder}/${agent}.${new Date(wall).toISOString().replaceAll(':', '-')}`;
    writeOver(path, `${lines.join('\n')}\n`);
    return path;
  } catch {
    return '';
  }
}
