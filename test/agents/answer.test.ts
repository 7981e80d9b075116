import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Asked } from '../../src/protocol/index.ts';
import { until } from '../support/until.ts';
import { type Post, postTest as test } from './post.ts';

const asked = (post: Post): Promise<Asked> =>
  until(
    'a dialog that can be answered',
    () => post.project.rpc((client) => client.asked(post.name)),
    (seen) => seen?.answerable === true,
    40_000,
    50,
  ) as Promise<Asked>;

const answer = (post: Post, yes: boolean, { token }: Asked): Promise<void> =>
  post.project.rpc((client) => client.answer(post.name, yes, token, 'test'));

describe.each(['claude', 'codex'] as const)('%s', (name) => {
  test('runs what was approved once, and what was denied never', async ({ open }) => {
    const post = await open(name);
    const ran = join(post.work, 'ran');
    await post.send('run it [[shell echo once >> ran]]');
    const first = await asked(post);
    expect(first.lines.join(' ')).toContain('echo once');
    const behind = await post.send('waits behind the dialog');
    await post.untilEvent((event) => event.type === 'message.queued' && event.data.id === behind);
    // Pressed twice by a person: only the first is an answer to this one.
    const twice = await Promise.allSettled([answer(post, true, first), answer(post, true, first)]);
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await post.untilSaid('waits behind the dialog');
    expect(readFileSync(ran, 'utf8')).toBe('once\n');

    await post.untilIs('idle');
    await post.send('run that [[shell echo never >> other]]');
    const second = await asked(post);
    expect(second.token).not.toBe(first.token);
    const after = await post.send('after it was denied');
    await answer(post, false, second);
    await post.untilSaid('after it was denied');
    await post.untilEvent((event) => event.type === 'message.submitted' && event.data.id === after);
    expect(existsSync(join(post.work, 'other'))).toBe(false);
    expect(readFileSync(ran, 'utf8')).toBe('once\n');
  });
});
