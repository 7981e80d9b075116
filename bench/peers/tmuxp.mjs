import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT } from '../lib/crew.mjs';
import { must, run } from '../lib/run.mjs';

/** tmuxp with a session of so many panes, written the way its manual does: a pane is the command typed into it. */
export class Tmuxp {
  constructor({ dir, agents, reports }) {
    this.agents = agents;
    this.socket = join(dir, 'tmuxp.sock');
    this.home = dir;
    this.file = join(dir, 'tmuxp.yaml');
    const panes = agents.map((agent) => `      - exec ${AGENT} ${reports} ${agent}\n`);
    writeFileSync(
      this.file,
      `session_name: bench\nwindows:\n  - window_name: crew\n    layout: tiled\n    panes:\n${panes.join('')}`,
    );
  }

  /** A home of its own, so that no dotfile of whoever runs this is read. */
  up() {
    const argv = ['tmuxp', 'load', '-d', '-y', '-S', this.socket, '-f', '/dev/null', this.file];
    return must(argv, { env: { HOME: this.home, COLUMNS: '200', LINES: '50' }, cwd: this.home });
  }

  down() {
    return run(['tmux', '-S', this.socket, 'kill-server']);
  }
}
