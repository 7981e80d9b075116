import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT } from '../lib/crew.mjs';
import { must, run } from '../lib/run.mjs';

const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const root = new URL('../../', import.meta.url);

/** The windows orchestra makes of so many agents, as cuts. The dashboard is left out: plain tmux has none. */
async function plansFor(layout, agents) {
  const { readFileSync, readdirSync } = await import('node:fs');
  const [{ loadLayout }, { arrange, withoutDashboard }] = await Promise.all([
    built('config/index.js'),
    built('layout/index.js'),
  ]);
  const ports = {
    readFile: (path) => readFileSync(path, 'utf8'),
    kind: () => null,
    listDir: (path) => readdirSync(path),
    env: {},
    cores: 1,
    home: '/',
    layoutDirs: [new URL('layouts', root).pathname],
  };
  const loaded = await loadLayout(layout, ports);
  if (!loaded.ok) throw new Error(`layout ${layout}: ${JSON.stringify(loaded.problems)}`);
  return arrange(withoutDashboard(loaded.layout), agents, { width: 200, height: 49 });
}

/** A plain tmux server of its own. */
export class Tmux {
  constructor({ dir, agents, reports }) {
    this.socket = join(dir, 'plain.sock');
    this.dir = dir;
    this.agents = agents;
    this.reports = reports;
  }

  exec(...args) {
    return must(['tmux', '-S', this.socket, '-f', '/dev/null', ...args]);
  }

  /** What a pane runs, word by word: tmux puts no shell between. */
  argv(agent) {
    return [AGENT, this.reports, agent];
  }

  #words(agent) {
    return this.argv(agent).join(' ');
  }

  /**
   * The commands that make the same panes in the same places as orchestra does, in one file, so that tmux is started once and never
   * waited for: no script made of tmux commands can be faster. Pane ids count up from %0 in a new server.
   */
  async prepare(layout) {
    const lines = [];
    let id = 0;
    for (const [index, plan] of (await plansFor(layout, this.agents)).entries()) {
      const agents = plan.panes.map((placed) => placed.slot.name);
      const ids = [id++];
      if (index > 0) lines.push(`new-window -d -- ${this.#words(agents[0])}`);
      for (const cut of plan.splits) {
        ids[cut.creates] = id++;
        const way = cut.direction === 'horizontal' ? '-h' : '-v';
        lines.push(
          `split-window -d ${way} -l ${cut.size} -t %${ids[cut.target]} -- ${this.#words(agents[cut.creates])}`,
        );
      }
    }
    this.first = this.agents[0];
    this.file = join(this.dir, 'plain.conf');
    writeFileSync(this.file, `${lines.join('\n')}\n`);
  }

  up() {
    const start = ['new-session', '-d', '-x', '200', '-y', '50', '--', ...this.argv(this.first)];
    return this.exec(...start, ';', 'source-file', this.file);
  }

  down() {
    return run(['tmux', '-S', this.socket, 'kill-server']);
  }
}
