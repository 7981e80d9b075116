import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Everything a benchmark starts inherits this variable; daemons forget their parents, nothing forgets the environment it was born with.
const VARIABLE = 'CREW_BENCH';
const cookie = `${process.pid}-${Date.now()}`;

/** The environment of every program a benchmark starts. Whoever runs it inside tmux must not have that found. */
export function childEnv(more = {}) {
  const { TMUX, TMUX_PANE, NODE_OPTIONS, ...env } = process.env;
  void [TMUX, TMUX_PANE, NODE_OPTIONS];
  return { ...env, SHELL: '/bin/sh', [VARIABLE]: cookie, ...more };
}

/** @returns {number[]} what still runs of all that was started, ourselves left out */
export function ours() {
  const found = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^[1-9]/.test(entry) || Number(entry) === process.pid) continue;
    try {
      const env = readFileSync(`/proc/${entry}/environ`, 'latin1');
      if (env.split('\0').includes(`${VARIABLE}=${cookie}`)) found.push(Number(entry));
    } catch {} // ended meanwhile, or somebody else's
  }
  return found;
}

const scratch = new Set();

/** Ends all that was started and is still there: what watches over others first stops, so that nothing is started again. */
export function reap() {
  for (let round = 0; round < 50; round++) {
    const left = ours();
    if (left.length === 0) break;
    for (const signal of ['SIGSTOP', 'SIGKILL']) {
      for (const pid of left) {
        try {
          process.kill(pid, signal);
        } catch {}
      }
    }
  }
  // An exit in the middle of a round passes by its `finally`.
  for (const dir of scratch) rmSync(dir, { recursive: true, force: true });
}

/** Runs `work` with a fresh folder, and leaves neither folder nor process, also when it fails. */
export async function inScratch(work) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  scratch.add(dir);
  try {
    return await work(dir);
  } finally {
    reap();
    scratch.delete(dir);
  }
}
