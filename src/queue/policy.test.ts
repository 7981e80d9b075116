import { describe, expect, it } from 'vitest';
import { DEFAULT_MESSAGES } from '../protocol/index.ts';
import { mayWrite, recipientsOf } from './policy.ts';

const CREW = ['kaede', 'sakura', 'momiji'];

describe('a group', () => {
  // Every object has a `constructor`: one dropped file to `@constructor` held up the whole intake.
  it.each(['@constructor', '@nobody'])('that does not exist is no recipient: %s', (group) => {
    expect(() => recipientsOf(group, 'external', CREW, {})).toThrow(expect.objectContaining({ code: 'unknown-agent' }));
  });

  it('may be called anything', () => {
    const groups = { constructor: ['kaede', 'sakura'] };
    expect(recipientsOf('@constructor', 'kaede', CREW, groups)).toEqual(['sakura']);
    const rules = { ...DEFAULT_MESSAGES, groups };
    const policy = [{ allow: false, from: ['@constructor'], to: ['*'], types: [] }];
    expect(mayWrite({ ...rules, policy }, 'kaede', 'momiji', 'note')).toBe(false);
    expect(mayWrite({ ...rules, policy }, 'momiji', 'kaede', 'note')).toBe(true);
  });

  it('with nobody but the sender is refused', () => {
    expect(() => recipientsOf('@g', 'kaede', CREW, { g: ['kaede'] })).toThrow(
      expect.objectContaining({ code: 'refused' }),
    );
  });
});

describe('a policy', () => {
  it('is decided by the first rule that fits; what none fits is allowed', () => {
    const policy = [
      { allow: true, from: ['kaede'], to: ['*'], types: [] },
      { allow: false, from: ['*'], to: ['momiji'], types: ['task_assign' as const] },
    ];
    const may = (from: string, type: 'note' | 'task_assign'): boolean =>
      mayWrite({ ...DEFAULT_MESSAGES, policy }, from, 'momiji', type);
    expect([may('kaede', 'task_assign'), may('sakura', 'task_assign'), may('sakura', 'note')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
