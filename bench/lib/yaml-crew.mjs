import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORCHESTRA } from './crew.mjs';
import { must, run } from './run.mjs';

/** A project with whatever agents a case needs. JSON is YAML. */
export class YamlCrew {
  constructor({ dir, agents }) {
    this.project = join(dir, 'project');
    mkdirSync(this.project);
    writeFileSync(
      join(this.project, 'orchestra.yaml'),
      JSON.stringify({ version: 1, session: 'bench', layout: 'grid', agents }),
    );
  }

  /** Agents that die at once are what some cases are about: its exit status says nothing here. */
  up() {
    return run([ORCHESTRA, 'up', '--no-attach'], { cwd: this.project });
  }

  say(...args) {
    return must([ORCHESTRA, ...args], { cwd: this.project, timeout: 300_000 });
  }

  async json(...args) {
    return JSON.parse(await this.say(...args, '--json'));
  }

  down() {
    return run([ORCHESTRA, 'down'], { cwd: this.project, timeout: 60_000 });
  }
}
