import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentSpec } from '../../../test/support/agent-spec.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { driverOf } from '../../drivers/index.ts';
import type { Conversation, Conversations } from '../../journal/index.ts';
import type { ExitClass } from '../../protocol/index.ts';
import type { Machine } from '../../watchdog/index.ts';
import { Talks } from './talks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'talks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function house() {
  const kept = new Map<string, Conversation>();
  const clock = new FakeClock();
  const conversations = {
    of: (agent: string) => kept.get(agent) ?? null,
    set: (agent: string, conversation: Conversation) => void kept.set(agent, conversation),
    forget: (agent: string) => void kept.delete(agent),
  } as unknown as Conversations;
  return { talks: new Talks(conversations, clock, () => {}) };
}

const kaede = agentSpec({ name: 'kaede', type: 'claude', cwd: '/garden' });
const claude = driverOf('claude', {});
const codex = driverOf('codex', {});
const exit = (how: ExitClass, uptime: number) => ({ code: 1, class: how, uptime, wall: 0 });
const said = (conversation: string, transcript: string | null) =>
  ({ activity: null, conversation, transcript, prompt: null }) as const;

describe('the conversation of an agent', () => {
  it('is given at birth, and taken up once its transcript is there', () => {
    const { talks } = house();
    const born = talks.forLaunch(kaede, claude, null);
    expect(born).toMatchObject({ born: false });
    const id = born?.id as string;
    const transcript = join(folder, 'talk.jsonl');
    talks.heard(kaede, claude, said(id, transcript));
    // Nothing was said in it yet: its CLI would not find it.
    expect(talks.forLaunch(kaede, claude, null)).toEqual({ id, born: false });
    talks.heard(kaede, claude, said(id, transcript));
    writeFileSync(transcript, '{}\n');
    expect(talks.forLaunch(kaede, claude, null)).toEqual({ id, born: true });
  });

  it('is another one elsewhere, or for another program', () => {
    const { talks } = house();
    const { id } = talks.forLaunch(kaede, claude, null) ?? { id: '' };
    const transcript = join(folder, 'talk.jsonl');
    writeFileSync(transcript, '{}\n');
    talks.heard(kaede, claude, said(id, transcript));
    expect(talks.forLaunch({ ...kaede, cwd: '/elsewhere' }, claude, null)?.id).not.toBe(id);
  });

  it('is given up when the program failed at once with it, not when it was killed or ran for a while', () => {
    const { talks } = house();
    const launch = (lastExit: Machine['lastExit']) => talks.forLaunch(kaede, claude, lastExit)?.id;
    const first = launch(null);
    expect(launch(exit('signal', 500))).toBe(first);
    expect(launch(exit('failure', 10_000))).toBe(first);
    expect(launch(exit('success', 500))).toBe(first);
    const second = launch(exit('failure', 9_999));
    expect(second).not.toBe(first);
    expect(launch(exit('signal', 500))).toBe(second);
  });

  it('is given up also when the failing program named it once more on its way out', () => {
    const { talks } = house();
    const transcript = join(folder, 'talk.jsonl');
    writeFileSync(transcript, '');
    const first = talks.forLaunch(kaede, claude, null)?.id as string;
    talks.heard(kaede, claude, said(first, transcript));
    expect(talks.forLaunch(kaede, claude, exit('signal', 500))).toEqual({ id: first, born: true });
    talks.heard(kaede, claude, said(first, transcript));
    const next = talks.forLaunch(kaede, claude, exit('failure', 600));
    expect(next?.born).toBe(false);
    expect(next?.id).not.toBe(first);
  });

  it('of a program that chooses the id is the first it tells, not that of a hidden thread', () => {
    const { talks } = house();
    const own = { ...kaede, type: 'codex' };
    expect(talks.forLaunch(own, codex, null)).toBeNull();
    talks.heard(own, codex, said('thread-1', null));
    talks.heard(own, codex, said('title-thread', null));
    expect(talks.forLaunch(own, codex, null)).toEqual({ id: 'thread-1', born: true });
  });

  it('is written where its hook says, or until then where its CLI would write it', () => {
    const { talks } = house();
    const env = (name: string) => (name === 'HOME' ? '/home/k' : null);
    expect(talks.transcriptOf(kaede, claude, env)).toBeNull();
    const id = talks.forLaunch(kaede, claude, null)?.id as string;
    expect(talks.transcriptOf(kaede, claude, env)).toBe(`/home/k/.claude/projects/-garden/${id}.jsonl`);
    talks.heard(kaede, claude, said(id, '/elsewhere/talk.jsonl'));
    expect(talks.transcriptOf(kaede, claude, env)).toBe('/elsewhere/talk.jsonl');
    expect(talks.transcriptOf({ ...kaede, cwd: '/meadow' }, claude, env)).toBeNull();
  });

  it('is left to the program when the file says so', () => {
    const { talks } = house();
    expect(talks.forLaunch({ ...kaede, resume: false }, claude, null)).toBeNull();
  });
});
