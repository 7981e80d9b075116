import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './measure.mjs';
import { must, run } from './run.mjs';

const built = (path) => new URL(`../../dist/${path}`, import.meta.url);
/** What a person types. */
export const ORCHESTRA = fileURLToPath(new URL('../../scripts/orchestra.sh', import.meta.url));
export const AGENT = fileURLToPath(new URL('../.build/agent', import.meta.url));

/** Names of `count` agents. */
export const names = (count, prefix = 'a') => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

/** A project of plain agents under orchestra: nothing holds a restart back. */
export class Crew {
  /**
   * @param {{ dir: string, agents: readonly string[], layout: 'nine' | 'grid', reports: string, delivery?: string, more?: string }} options
   * `more`: further lines of the configuration
   */
  constructor({ dir, agents, layout, reports, delivery = 'idle', more = '' }) {
    this.project = join(dir, 'project');
    this.agents = agents;
    mkdirSync(this.project);
    const lines = agents.map((name) => `  ${name}: { command: ${JSON.stringify([AGENT, reports, name])} }\n`);
    writeFileSync(
      join(this.project, 'orchestra.yaml'),
      `version: 1\nsession: bench\nlayout: ${layout}\ndefaults:\n` +
        '  restart: { policy: always, backoff: off, breaker: off }\n' +
        `  stop: { keys: [], timeout: 1s }\n  delivery: ${delivery}\nagents:\n${lines.join('')}${more}`,
    );
  }

  /** The command line of `orchestra up`, to be timed from its exec. */
  up() {
    return must([ORCHESTRA, 'up', '--no-attach'], { cwd: this.project });
  }

  down() {
    return run([ORCHESTRA, 'down'], { cwd: this.project, timeout: 60_000 });
  }

  /** The folder of the controller's socket. */
  get runFolder() {
    return join(this.project, '.orchestra/run');
  }

  async connect() {
    const { connect } = await import(built('rpc/index.js').href);
    return connect(this.runFolder);
  }

  /** Connects as soon as there is a controller. */
  connectSoon() {
    return until(20_000, 'a controller', () => this.connect().catch(() => null), 2);
  }

  /** Resolves when the controller says that every agent runs. */
  async allRunning(client, timeout = 60_000) {
    const running = async () => {
      const { agents } = await client.snapshot();
      return agents.length === this.agents.length && agents.every(({ state }) => state === 'running');
    };
    await until(timeout, 'all agents running', running, 2);
  }
}
