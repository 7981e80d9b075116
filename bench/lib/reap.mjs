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

const scratch = [];

/** Ends all that was started and is still there: what watches over others first stops, so that nothing is started again. */
function endAll() {
  for (let round = 0; round < 50; round++) {
    const left = ours();
    if (left.length === 0) return;
    for (const signal of ['SIGSTOP', 'SIGKILL']) {
      for (const pid of left) {
        try {
          process.kill(pid, signal);
        } catch {}
      }
    }
  }
}

/** Leaves neither process nor folder. */
export function reap() {
  endAll();
  for (const dir of scratch.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/**
 * Runs `work` with a fresh folder, and leaves no process, also when it fails. Folders go at the very end: ext4 without a journal looks at every
 * inode that was deleted in the last five minutes each time it gives one away (recently_deleted() in fs/ext4/ialloc.c), and after some thousand
 * files of a round creating one took ten times as long.
 */
export async function inScratch(work) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  scratch.push(dir);
  try {
    return await work(dir);
  } finally {
    endAll();
  }
}
