import { existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { keyOf } from './crew.ts';
import { postTest as test } from './post.ts';

describe.each(['claude', 'codex'] as const)('%s', (name) => {
  test('gets each message whole, once, when it is idle', async ({ open }) => {
    const post = await open(name);
    await post.send('first [[slow 3000]]');
    await post.untilIs('busy');
    await post.send('/second !with @signs #and; カエデ 🍁');
    await post.send('third;');
    const said = await post.untilSaid('third;');
    expect(said).toHaveLength(3);
    expect(said[1]).toContain('/second !with @signs #and; カエデ 🍁');
    // None of its turns was cut short by the next message.
    expect(post.stub.turns.filter(({ key, outcome }) => key === keyOf(name) && outcome === 'aborted')).toEqual([]);
  });

  test('a dialog is never answered by a message, which comes when it is gone', async ({ open }) => {
    const post = await open(name);
    await post.send('run it [[shell touch ran]]');
    await post.untilIs('approval');
    const id = await post.send('for later');
    await post.untilEvent((event) => event.type === 'message.queued' && event.data.id === id);
    // A person says no. Until then nothing was pressed.
    expect((await post.project.status()).agents[0]?.activity).toBe('approval');
    await post.tmux(['send-keys', '-t', await post.pane(), 'Escape']);
    await post.untilSaid('for later');
    expect(existsSync(join(post.work, 'ran'))).toBe(false);
  });

  test("a person's draft is not sent, and not lost", async ({ open }) => {
    const post = await open(name);
    const typed = await post.project.cli(['type', name, 'half a thought', '--no-enter']);
    if (typed.code !== 0) console.log(typed.stderr, (await post.project.cli(['peek', name])).stdout);
    expect(typed).toMatchObject({ code: 0 });
    const id = await post.send('from the crew');
    await post.untilEvent(
      (event) => event.type === 'message.deferred' && event.data.id === id && event.data.why === 'draft',
    );
    expect((await post.project.cli(['peek', name])).stdout).toContain('half a thought');
    expect(post.said).toEqual([]);
    await post.tmux(['send-keys', '-t', await post.pane(), 'Enter']);
    const said = await post.untilSaid('from the crew');
    expect(said[0]).toBe('half a thought');
    expect(said).toHaveLength(2);
  });

  test('copy mode is left for a message', async ({ open }) => {
    const post = await open(name);
    await post.tmux(['copy-mode', '-t', await post.pane()]);
    await post.send('into the pane');
    const said = await post.untilSaid('into the pane');
    expect(said).toHaveLength(1);
  });

  test('killed, it goes on with its own conversation', async ({ open }) => {
    const post = await open(name);
    await post.send('remember the number 4711');
    await post.untilSaid('4711');
    await post.untilIs('idle');
    const before = await post.untilEvent((event) => event.type === 'agent.conversation');
    const [born] = before.filter((event) => event.type === 'agent.conversation');
    await post.transcript();
    const pid = (await post.project.status()).agents[0]?.pid as number;
    process.kill(pid, 'SIGKILL');
    await post.project.untilReplaced(name, pid);
    await post.untilIs('idle');
    await post.send('which number was it');
    await post.untilSaid('which number was it');
    const asked = post.stub.requests.findLast(({ text }) => text.includes('which number was it'));
    expect(asked?.prompts.join('\n')).toContain('remember the number 4711');
    expect(born).toMatchObject({ data: { resumed: false } });
  });

  test('whose conversation was lost, it begins a new one', async ({ open }) => {
    const post = await open(name);
    await post.send('remember the number 4711');
    await post.untilSaid('4711');
    await post.untilIs('idle');
    truncateSync(await post.transcript());
    const pid = (await post.project.status()).agents[0]?.pid as number;
    process.kill(pid, 'SIGKILL');
    await post.project.untilReplaced(name, pid);
    await post.send('here again');
    await post.untilSaid('here again');
    const exits = (await post.project.events()).filter(({ type }) => type === 'agent.exited');
    // The kill, then the one start that found nothing.
    expect(exits).toHaveLength(2);
  });
});
