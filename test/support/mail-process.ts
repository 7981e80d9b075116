import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { test as base } from 'vitest';
import { type Paths, pathsOf } from '../../src/protocol/index.ts';

/** Processes that work on the mail of one project, and are gone with it. */
export class MailProcesses {
  readonly folder = mkdtempSync(join(tmpdir(), 'mail-'));
  readonly log = join(this.folder, 'log');
  readonly #program: string;
  readonly #running = new Set<ChildProcess>();
  #projects = 0;
  project = '';

  constructor(program: string) {
    this.#program = program;
    this.fresh();
  }

  get paths(): Paths {
    return pathsOf(this.project);
  }

  /** Another project, with nothing in it. */
  fresh(): void {
    this.project = join(this.folder, String(this.#projects++));
    rmSync(this.log, { force: true });
  }

  /** Starts the program of mail-program.ts. @param before a command that is put before node @returns resolves with its end */
  start(
    args: readonly string[],
    before: readonly string[] = [],
    threads = 16,
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const [mode = '', ...rest] = args;
    const argv = [...before, process.execPath, this.#program, mode, this.project, this.log, ...rest];
    const child = spawn(argv[0] as string, argv.slice(1), {
      env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: String(threads) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#running.add(child);
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    const ended = new Promise<Ended>((resolve) =>
      child.once('close', (code, signal) => {
        this.#running.delete(child);
        resolve({ code, signal, stderr });
      }),
    );
    return { child, ended };
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    while (this.#running.size > 0) await new Promise((resolve) => setImmediate(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** The program as one file: Node of this version runs no TypeScript. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'mail-program.mjs');
  const entry = fileURLToPath(new URL('./mail-program.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['libsql', 'chokidar', 'pino'],
    logLevel: 'error',
  });
  return outfile;
}

export const processTest = base.extend<{ mail: MailProcesses }>({
  mail: async ({ task: _task }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-program-'));
    const mail = new MailProcesses(await bundled(folder));
    try {
      await use(mail);
    } finally {
      await mail.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
