import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './measure.mjs';
import { childEnv } from './reap.mjs';

/**
 * Several programs that send at the same time (see sender.mjs): all are ready before the first begins.
 *
 * @param {{ program: URL, where: string, processes: number, count: number, inFlight?: number }} options `count` for each process
 * @returns {Promise<{ rate: number, samples: number[] }>} sends a second from the first begun to the last answered, and ms of each
 */
export async function storm({ program, where, processes, count, inFlight = 1, env = {} }) {
  const argv = [fileURLToPath(program), where, String(count), String(inFlight)];
  const senders = Array.from({ length: processes }, () => new Sender(argv, env));
  try {
    await within(60_000, 'the start of the senders', Promise.all(senders.map((each) => each.line())));
    for (const each of senders) each.go();
    const lines = await within(120_000, 'sending', Promise.all(senders.map((each) => each.line())));
    const said = lines.map((line) => JSON.parse(line));
    const [from, to] = [Math.min(...said.map((each) => each.from)), Math.max(...said.map((each) => each.to))];
    return { rate: (processes * count * 1000) / (to - from), samples: said.flatMap((each) => each.samples) };
  } finally {
    for (const each of senders) each.end();
  }
}

class Sender {
  #child;
  #lines;
  #said = '';

  constructor(argv, env) {
    this.#child = spawn(process.execPath, argv, { env: childEnv(env), stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#said += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`a sender ended early: ${this.#said.trim().slice(-600)}`);
    return value;
  }

  go() {
    this.#child.stdin.end('go\n');
  }

  end() {
    this.#child.kill('SIGKILL');
  }
}
