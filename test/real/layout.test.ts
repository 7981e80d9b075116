import { execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { arrange, type WindowPlan } from '../../src/layout/index.ts';
import type { LayoutNode, LayoutSpec } from '../../src/protocol/index.ts';

const COUNTS = [1, 2, 5, 9, 12, 20];
const SIZES = [
  { width: 80, height: 24 },
  { width: 120, height: 40 },
  { width: 200, height: 50 },
  { width: 240, height: 70 },
];

function readLayout(name: string): LayoutSpec {
  const text = readFileSync(new URL(`../../layouts/${name}.yaml`, import.meta.url), 'utf8');
  const file: { name: string; description: string; min_pane: LayoutSpec['minPane']; root: LayoutNode } = parse(text);
  expect(file.name).toBe(name);
  return { name, description: file.description, minPane: file.min_pane, root: file.root };
}

/**
 * A tmux server of its own, a child of this process (-D) so that its end is an event. Panes are empty (''), but for the
 * first of each window, which runs cat.
 */
class Tmux {
  readonly folder = mkdtempSync(join(tmpdir(), 'layout-'));
  readonly env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TMUX')));
  readonly arguments = ['-S', join(this.folder, 'sock'), '-f', '/dev/null'];
  readonly server = spawn('tmux', ['-D', ...this.arguments], { env: this.env, stdio: 'ignore' });
  readonly exited = once(this.server, 'exit');

  async ready(): Promise<void> {
    const set = ['set', '-s', 'exit-empty', 'off', ';', 'set', '-g', 'status', 'off'];
    await vi.waitFor(() => this.run(set), { timeout: 5_000, interval: 10 });
  }

  /** One client, any number of commands with ';' between them; the lines they print. */
  run(commands: readonly string[]): string[] {
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    const options = { encoding: 'utf8' as const, timeout: 20_000, env: this.env, stdio };
    return execFileSync('tmux', [...this.arguments, ...commands], options)
      .trimEnd()
      .split('\n');
  }

  async end(): Promise<void> {
    // TERM makes the server hang up its panes and leave.
    this.server.kill('SIGTERM');
    const late = setTimeout(() => this.server.kill('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(late);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where each cut finds its target: the panes made so far, in the order of the plan, are numbered from 0 by tmux. */
function cutCommands(plan: WindowPlan): string[] {
  const made = [0];
  return plan.splits.flatMap(({ target, creates, direction, size }) => {
    const index = made.indexOf(target);
    made.splice(index + 1, 0, creates);
    return [';', 'split-window', '-t', `w:0.${index}`, direction === 'horizontal' ? '-h' : '-v', '-l', `${size}`, ''];
  });
}

const GEOMETRY = '#{pane_left},#{pane_top} #{pane_width}x#{pane_height}';

/** What tmux says of a window made by the cuts, after its layout was selected, and after that again from another one. */
function build(tmux: Tmux, plan: WindowPlan, status: string): string[][] {
  const look = [';', 'list-panes', '-t', 'w', '-F', GEOMETRY, ';', 'list-windows', '-t', 'w', '-F', '#{window_layout}'];
  const lines = tmux.run([
    'set',
    '-g',
    'pane-border-status',
    status,
    ';',
    'new-session',
    '-d',
    '-s',
    'w',
    '-x',
    `${plan.width}`,
    '-y',
    `${plan.height}`,
    'cat',
    '-',
    ...cutCommands(plan),
    ...look,
    ';',
    'select-layout',
    '-t',
    'w',
    plan.layout,
    ...look,
    ';',
    'select-layout',
    '-t',
    'w',
    'tiled',
    ';',
    'select-layout',
    '-t',
    'w',
    plan.layout,
    ...look,
    ';',
    'kill-session',
    '-t',
    'w',
  ]);
  const each = lines.length / 3;
  return [lines.slice(0, each), lines.slice(each, 2 * each), lines.slice(2 * each)];
}

/** Fails unless tmux shows the panes where the plan has them, whichever way they came there. */
function expectAsPlanned(tmux: Tmux, plan: WindowPlan, status: string, what: string): void {
  const [cut = [], selected, again] = build(tmux, plan, status);
  const shown = plan.panes.map(({ x, y, width, height }) => {
    const own = status === 'top' && y === 0 ? 1 : 0;
    return `${x},${y + own} ${width}x${height - own}`;
  });
  expect(cut.slice(0, -1), what).toEqual(shown);
  expect(selected, what).toEqual(cut);
  expect(again, what).toEqual(cut);
  expect(withoutIds(cut.at(-1) ?? ''), what).toBe(plan.layout.slice(5));
}

/** A layout as tmux writes it, without checksum and pane ids: the number after the position of a leaf. */
function withoutIds(layout: string): string {
  return layout.slice(5).replaceAll(/(\d+x\d+,\d+,\d+),\d+(?![\dx])/g, '$1');
}

describe.each(['nine', 'five', 'grid', 'focus'])('layout %s in tmux', (name) => {
  let tmux: Tmux;
  beforeAll(async () => {
    tmux = new Tmux();
    await tmux.ready();
  });
  afterAll(() => tmux.end());

  it.each(['off', 'top'])('comes out as planned by cuts and by its layout string, pane-border-status %s', (status) => {
    const spec = readLayout(name);
    for (const size of SIZES) {
      for (const count of COUNTS) {
        const agents = Array.from({ length: count }, (_, i) => `agent-${i}`);
        for (const plan of arrange(spec, agents, size)) {
          expectAsPlanned(tmux, plan, status, `${name}, ${count} agents, ${size.width}x${size.height}`);
        }
      }
    }
  });

  it.each(['off', 'top'])('is cut down to the smallest panes there are, pane-border-status %s', (status) => {
    const spec = { ...readLayout(name), minPane: { width: 1, height: 1 } };
    const agents = Array.from({ length: 20 }, (_, i) => `agent-${i}`);
    for (let height = 1; height <= 14; height += 1) {
      const size = { width: 3 * height - 1, height };
      for (const plan of arrange(spec, agents, size)) expectAsPlanned(tmux, plan, status, JSON.stringify(size));
    }
  });
});
