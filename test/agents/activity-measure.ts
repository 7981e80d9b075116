import { connect } from '../../src/rpc/index.ts';
import { startStub, type Stub } from '../stub/index.ts';
import { Project } from '../support/project.ts';
import { until } from '../support/until.ts';
import { keyOf, realAgent } from './crew.ts';

export interface Shown {
  readonly samples: number;
  /** Samples in which what was shown was not what the model server knew. */
  readonly wrong: number;
  /** Longest stretch, ms, in which a working agent was shown as idle. */
  readonly longestWrongIdle: number;
  /** The same in which a resting one was shown as working. */
  readonly longestWrongBusy: number;
}

const TYPES = ['claude', 'codex'] as const;
const EVERY = 100;

/** Lets two real agents work and rest by turns for `duration` ms, and compares what is shown with what the model server knows. */
export async function measureActivity(duration: number, env: Readonly<Record<string, string>> = {}): Promise<Shown> {
  const project = new Project();
  Object.assign(project.env, env);
  const stub = await startStub();
  try {
    const agents = Object.fromEntries(TYPES.map((type) => [type, realAgent(project, type, type, stub.url)]));
    await project.up({ layout: 'focus', agents });
    const idle = async () => (await project.status()).agents.every(({ activity }) => activity === 'idle');
    await until('both to be idle', idle, Boolean, 60_000, 100);
    const end = performance.now() + duration;
    const work = TYPES.map((type) => busyAndIdle(project, type, end));
    const shown = await watch(project, stub, end);
    await Promise.all(work);
    return shown;
  } finally {
    await project.close();
    await stub.close();
  }
}

/** Turns of 3 to 30 s, with rests as long between them. */
async function busyAndIdle(project: Project, name: string, end: number): Promise<void> {
  const some = () => 3_000 + Math.random() * 27_000;
  while (performance.now() < end) {
    const length = Math.round(some());
    await project.cli(['send', name, `work [[slow ${length}]]`]);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(length + some(), Math.max(0, end - performance.now()))),
    );
  }
}

async function watch(project: Project, stub: Stub, end: number): Promise<Shown> {
  const client = await connect(project.paths.run);
  const seen = { samples: 0, wrong: 0, longestWrongIdle: 0, longestWrongBusy: 0 };
  const since = new Map<string, { kind: 'idle' | 'busy'; at: number }>();
  try {
    for (; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, EVERY))) {
      const { agents } = await client.snapshot();
      for (const { name, activity } of agents) {
        seen.samples++;
        const works = isWorking(stub, keyOf(name));
        const kind = works && activity === 'idle' ? 'idle' : !works && activity !== 'idle' ? 'busy' : null;
        const before = since.get(name);
        if (kind === null) since.delete(name);
        else if (before?.kind !== kind) since.set(name, { kind, at: performance.now() });
        if (kind === null) continue;
        seen.wrong++;
        const lasted = performance.now() - (since.get(name)?.at ?? performance.now()) + EVERY;
        if (kind === 'idle') seen.longestWrongIdle = Math.max(seen.longestWrongIdle, lasted);
        else seen.longestWrongBusy = Math.max(seen.longestWrongBusy, lasted);
      }
    }
    return seen;
  } finally {
    client.close();
  }
}

/** An answer is on its way to it. */
const isWorking = (stub: Stub, key: string): boolean =>
  stub.turns.some((turn) => turn.key === key && turn.end === null);
