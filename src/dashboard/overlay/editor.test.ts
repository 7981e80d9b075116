import { describe, expect, it } from 'vitest';
import { dashboardState, heard, pressed, screenLines, typed } from '../../../test/support/dashboard.ts';
import { mailLike } from '../../../test/support/dashboard-data.ts';
import { textWidth } from '../../base/index.ts';
import { compose } from '../model/compose.ts';
import type { Effect } from '../model/input.ts';
import type { State } from '../model/state.ts';
import { update } from '../update.ts';
import { view } from '../view.ts';

const sent = (effects: readonly Effect[]): unknown => effects.find(({ kind }) => kind === 'send');
/** The character under the cursor, and those before it on its row. */
function atCursor(state: State): { before: string; under: string } {
  const { cursor } = view(state);
  if (cursor === null) throw new Error('no cursor');
  let column = 0;
  let before = '';
  for (const character of screenLines(state)[cursor.y] ?? '') {
    if (column >= cursor.x) return { before, under: character };
    before += character;
    column += textWidth(character);
  }
  return { before, under: '' };
}

describe('the editor', () => {
  it('sends what was written as a note, Japanese and emoji included', () => {
    const { state, effects } = typed(dashboardState(), 'mこんにちは 👩‍💻\nもう一行\x1b\rend\r');
    expect(state.overlay).toBeNull();
    expect(sent(effects)).toEqual({
      kind: 'send',
      draft: { type: 'note', to: 'kaede', payload: { text: 'こんにちは 👩‍💻\nもう一行\nend' } },
    });
  });

  it('sends nothing that is empty', () => {
    const { state, effects } = typed(dashboardState(), 'm  \n \r');
    expect(sent(effects)).toBeUndefined();
    expect(state.overlay?.kind).toBe('editor');
  });

  it('keeps a draft for each recipient, and says so', () => {
    const left = typed(dashboardState(), 'mhalf a thou\x1b').state;
    expect(left.overlay).toBeNull();
    expect(left.toast?.text).toBe('the draft for kaede is kept');
    const other = pressed(left, 'down', 'm').state;
    expect(other.overlay).toMatchObject({ to: 'sakura', text: '' });
    const again = pressed(other, 'escape', 'up', 'm').state;
    expect(again.overlay).toMatchObject({ to: 'kaede', text: 'half a thou', at: 11 });
    const { state, effects } = typed(again, 'ght\r');
    expect(sent(effects)).toMatchObject({ draft: { payload: { text: 'half a thought' } } });
    expect(pressed(state, 'm').state.overlay).toMatchObject({ text: '' });
  });

  it('has what could not be sent back as a draft', () => {
    const { state, effects } = typed(dashboardState(), 'mimportant\r');
    const of = effects.find(({ kind }) => kind === 'send') as Effect;
    const failed = update(state, { kind: 'failed', of, message: 'the mailbox is full' }, state.now).state;
    expect(failed.toast?.text).toBe('the mailbox is full');
    expect(pressed(failed, 'm').state.overlay).toMatchObject({ text: 'important' });
  });

  it('goes to another one with Tab, with another priority with C-p', () => {
    const { effects } = typed(dashboardState(), 'mx\t\t\t\t\x10\x10\r');
    expect(sent(effects)).toMatchObject({ draft: { to: 'broadcast', priority: 'urgent' } });
    expect(sent(typed(dashboardState(), 'mx\t\x1b[Z\r').effects)).toMatchObject({ draft: { to: 'kaede' } });
  });

  it('answers who asked, nobody else', () => {
    const reply = compose(dashboardState(), 'sakura', 'id-1');
    const { effects } = typed(reply, 'yes\t\r');
    expect(sent(effects)).toMatchObject({ draft: { to: 'sakura', replyTo: 'id-1', payload: { text: 'yes' } } });
  });

  it('takes in what it answers, before the answer', () => {
    const asked = (over: Parameters<typeof mailLike>[1]): Effect[] => {
      const entry = mailLike(1, { from: 'sakura', to: 'external', ...over });
      const blank = dashboardState();
      const state = { ...blank, mail: { ...blank.mail, entries: [entry] } };
      return [...typed(compose(state, 'sakura', entry.message.id), 'yes\r').effects];
    };
    expect(asked({}).map(({ kind }) => kind)).toEqual(['ack', 'send']);
    expect(asked({})[0]).toEqual({ kind: 'ack', agent: 'external', id: mailLike(1).message.id });
    expect(asked({ state: 'acked' }).map(({ kind }) => kind)).toEqual(['send']);
    // What was written to an agent is the agent's to take in.
    expect(asked({ to: 'kaede' }).map(({ kind }) => kind)).toEqual(['send']);
  });

  it('takes a paste with its lines and nothing that acts on a terminal', () => {
    const { state } = typed(dashboardState(), 'm\x1b[200~one\r\ntwo\x1b[31m red\x07\tz\x1b[201~');
    expect(state.overlay).toMatchObject({ text: 'one\ntwo red    z' });
    const { state: long } = heard(dashboardState({}), [
      { kind: 'key', key: { name: 'm', text: 'm', raw: 'm' } },
      { kind: 'paste', text: 'x'.repeat(60_000) },
    ]);
    expect(long.toast?.tone).toBe('warn');
  });

  it.each([
    [60, 10],
    [80, 24],
    [160, 45],
  ])('has its cursor where one writes, %i by %i', (width, height) => {
    let state = dashboardState({}, { width, height });
    state = typed(state, 'mカエデ、👍 ok').state;
    expect(atCursor(state).before.trimEnd()).toMatch(/カエデ、👍 ok$/);
    state = pressed(state, 'left', 'left', 'left', 'left').state;
    expect(atCursor(state)).toMatchObject({ under: '👍' });
    for (const line of screenLines(state)) expect(textWidth(line)).toBe(width);
    // Longer than the box: what is written is seen all the same.
    state = typed(state, Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n')).state;
    expect(atCursor(state).before).toMatch(/line 59$/);
    state = pressed(state, 'C-home').state;
    expect(atCursor(state).under).toBe('カ');
    state = pressed(state, 'down', 'down', 'down', 'end').state;
    expect(atCursor(state).before).toMatch(/line 3$/);
  });

  it('puts the cursor where one presses', () => {
    const state = typed(dashboardState(), 'mabc\ndef').state;
    const { cursor } = view(state);
    if (cursor === null) throw new Error('no cursor');
    const press = { kind: 'mouse', what: 'press', x: cursor.x - 2, y: cursor.y - 1 } as const;
    expect(heard(state, [press]).state.overlay).toMatchObject({ at: 1 });
    // Beside the box: what was written stays open.
    expect(heard(state, [{ ...press, x: 0, y: 0 }]).state.overlay).toMatchObject({ at: 7 });
  });
});

describe('the filter', () => {
  it('narrows with every letter; Enter keeps it, Esc has it as before', () => {
    const narrowed = typed(dashboardState(), '/saku').state;
    expect(screenLines(narrowed).some((line) => line.includes('kaede'))).toBe(false);
    expect(narrowed.selected).toBe('sakura');
    expect(view(narrowed).cursor).toEqual({ x: 13, y: 23 });
    const kept = pressed(narrowed, 'enter').state;
    expect(kept).toMatchObject({ filter: 'saku', overlay: null });
    const back = typed(kept, '/\x15tsu\x1b').state;
    expect(back).toMatchObject({ filter: 'saku', overlay: null });
    expect(typed(kept, '/\x15カエ\r').state.filter).toBe('カエ');
  });

  it('is one line, whatever is pasted', () => {
    expect(typed(dashboardState(), '/\x1b[200~sa\nku\x1b[201~').state.filter).toBe('sa ku');
  });
});
