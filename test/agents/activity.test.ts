import { describe, expect } from 'vitest';
import type { OrchestraEvent } from '../../src/protocol/index.ts';
import { until } from '../support/until.ts';
import { keyOf } from './crew.ts';
import { type Post, postTest as test } from './post.ts';

type Change = Extract<OrchestraEvent, { type: 'agent.activity' }>;

const changes = async (post: Post): Promise<Change[]> =>
  (await post.project.events()).filter((event): event is Change => event.type === 'agent.activity');

/** What the model server knows of its newest turn. */
const newest = (post: Post) => post.stub.turns.findLast(({ key }) => key === keyOf(post.name));

/** Waits until the stub's answer to `text` is under way, and is shown as work. */
async function untilBusy(post: Post, text: string): Promise<void> {
  await until(
    'the turn',
    () => newest(post),
    (turn) => turn?.text.includes(text) === true && turn.end === null,
    40_000,
  );
  await post.untilIs('busy');
}

/** Presses Escape; milliseconds until it is shown as idle. */
async function interrupt(post: Post): Promise<number> {
  const pane = await post.pane();
  const from = performance.now();
  await post.tmux(['send-keys', '-t', pane, 'Escape']);
  await post.untilIs('idle', 10_000);
  return performance.now() - from;
}

describe.each(['claude', 'codex'] as const)('%s', (name) => {
  test('a turn that a person interrupts is over within a second', async ({ open }) => {
    const post = await open(name);
    for (const word of ['first', 'second', 'third']) {
      const id = await post.send(`${word} [[slow 30000]]`);
      await untilBusy(post, word);
      // Before it is proven that the text was taken, nothing ends the turn that it is to begin.
      await post.untilEvent((event) => event.type === 'message.submitted' && event.data.id === id);
      expect(await interrupt(post)).toBeLessThan(1_000);
      // What it may have put back into its input field is a draft to everyone else.
      await post.tmux(['send-keys', '-t', await post.pane(), ...Array(8).fill(['C-u', 'BSpace']).flat()]);
    }
  });

  test('whose hooks are not heard is still seen to work and to rest, and gets its mail in between', async ({
    open,
  }) => {
    const post = await open(name, { deaf: true });
    await post.send('one [[slow 3000]]');
    await untilBusy(post, 'one');
    await post.send('two [[slow 3000]]');
    await post.untilSaid('two');
    await untilBusy(post, 'two');
    await post.send('three');
    await post.untilSaid('three');
    await post.untilIs('idle');
    // Never typed into a turn, and never given up.
    const turns = post.stub.turns.filter(({ key }) => key === keyOf(name));
    expect(turns.map(({ outcome }) => outcome)).not.toContain('aborted');
    const by = (await changes(post)).map(({ data }) => data.by);
    expect(by).not.toContain('hook');
    expect(by).toContain('transcript');
  });
});
