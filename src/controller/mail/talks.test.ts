import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentSpec } from '../../../test/support/agent-spec.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { driverOf } from '../../drivers/index.ts';
import type { Conversation, Conversations } from '../../journal/index.ts';
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
  return { clock, kept, talks: new Talks(conversations, clock, () => {}) };
}

const kaede = agentSpec({ name: 'kaede', type: 'claude', cwd: '/garden' });
const claude = driverOf('claude', {});
const codex = driverOf('codex', {});
const said = (conversation: string, transcript: string | null) =>
  ({ activity: null, conversation, transcript, prompt: null }) as const;

describe('the conversation of an agent', () => {
  it('is given at birth, and taken up once its transcript is there', () => {
    const { talks } = house();
    const born = talks.forLaunch(kaede, claude);
    expect(born).toMatchObject({ born: false });
    const id = born?.id as string;
    const transcript = join(folder, 'talk.jsonl');
    talks.heard(kaede, claude, said(id, transcript));
    // Nothing was said in it yet: its CLI would not find it.
    expect(talks.forLaunch(kaede, claude)).toEqual({ id, born: false });
    talks.heard(kaede, claude, said(id, transcript));
    writeFileSync(transcript, '{}\n');
    expect(talks.forLaunch(kaede, claude)).toEqual({ id, born: true });
  });

  it('is another one elsewhere, or for another program', () => {
    const { talks } = house();
    const { id } = talks.forLaunch(kaede, claude) ?? { id: '' };
    const transcript = join(folder, 'talk.jsonl');
    writeFileSync(transcript, '{}\n');
    talks.heard(kaede, claude, said(id, transcript));
    expect(talks.forLaunch({ ...kaede, cwd: '/elsewhere' }, claude)?.id).not.toBe(id);
  });

  it('is given up when the program fails at once with it, not when it is killed or runs for a while', () => {
    const { clock, talks, kept } = house();
    const launch = () => talks.forLaunch(kaede, claude)?.id;
    const first = launch();
    talks.ended('kaede', false);
    expect(launch()).toBe(first);
    clock.pass(10_000);
    talks.ended('kaede', true);
    expect(launch()).toBe(first);
    talks.ended('kaede', true);
    expect(kept.size).toBe(0);
    expect(launch()).not.toBe(first);
  });

  it('of a program that chooses the id is the first it tells, not that of a hidden thread', () => {
    const { talks } = house();
    const own = { ...kaede, type: 'codex' };
    expect(talks.forLaunch(own, codex)).toBeNull();
    talks.heard(own, codex, said('thread-1', null));
    talks.heard(own, codex, said('title-thread', null));
    expect(talks.forLaunch(own, codex)).toEqual({ id: 'thread-1', born: true });
  });

  it('is left to the program when the file says so', () => {
    const { talks } = house();
    expect(talks.forLaunch({ ...kaede, resume: false }, claude)).toBeNull();
  });
});
