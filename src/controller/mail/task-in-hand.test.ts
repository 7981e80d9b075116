import { describe, expect, it } from 'vitest';
import { FakeMail } from '../../../test/support/fake-mail.ts';
import { taskIn } from './task-in-hand.ts';

const given = (...payloads: Readonly<Record<string, unknown>>[]) => {
  const mail = new FakeMail('kaede');
  for (const payload of payloads) mail.put('kaede', { type: 'task_assign', payload, from: 'momiji' });
  return mail;
};

describe('the task in hand', () => {
  it('is the newest one, whatever else was handed over since', () => {
    const mail = given({ text: 'older' }, { text: 'newer\nwith more below' });
    mail.put('kaede', { payload: { text: 'a note' } });
    const [, newer] = mail.entries;
    expect(taskIn(mail.entries)).toEqual({ id: newer?.message.id, from: 'momiji', text: 'newer' });
  });

  it('is none without a task', () => {
    expect(taskIn([])).toBeNull();
    expect(taskIn([new FakeMail('kaede').put('kaede')])).toBeNull();
  });

  it.each([
    [{ command: 'make all' }, 'make all'],
    [{ command: ['make', 'all'] }, 'make all'],
    [{ text: ' ', command: 'make' }, 'make'],
    [{ text: 'evil\x1b[31m\x1b]0;owned\x07 name\u202e' }, 'evil name'],
    [{}, ''],
  ])('is told as one plain line: %j', (payload, text) => expect(taskIn(given(payload).entries)?.text).toBe(text));

  it('is cut', () => expect(taskIn(given({ text: '長'.repeat(100) }).entries)?.text).toBe(`${'長'.repeat(59)}…`));
});
