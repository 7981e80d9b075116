import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmacSha256 } from '../platform/index.ts';
import type { MessageDraft } from '../protocol/index.ts';
import { checkDraft, parseDraft } from './draft.ts';
import { readSealed, type Sealed, seal } from './envelope.ts';
import { canonical, sign, tokenOf, verify } from './signature.ts';

const DRAFT: MessageDraft = { type: 'note', to: 'mika', payload: { text: 'hi' } };
const ID = '0190a5a8-0000-7000-8000-000000000000';
const SECRET = new Uint8Array(32).fill(7);
const tokens = (agent: string): string | null => (agent === 'mika' || agent === 'ren' ? tokenOf(SECRET, agent) : null);

describe('a draft', () => {
  test.each([
    [null, 'a message is a JSON object'],
    [[], 'a message is a JSON object'],
    [{}, 'type is missing'],
    [{ ...DRAFT, type: 'noet' }, 'did you mean note?'],
    [{ ...DRAFT, to: '../mika' }, 'to must be the name of an agent, @group or broadcast'],
    [{ ...DRAFT, to: 'external' }, null],
    [{ ...DRAFT, payload: 'text' }, 'payload must be a JSON object'],
    [{ ...DRAFT, payload: [] }, 'payload must be a JSON object'],
    [{ ...DRAFT, id: '../../x' }, 'id must be a UUID in lower case'],
    [{ ...DRAFT, prioritiy: 'high' }, 'did you mean priority?'],
    [{ ...DRAFT, seq: 4 }, 'seq is given by the queue'],
    [{ ...DRAFT, ttl: -1 }, 'ttl must be whole milliseconds'],
    [{ ...DRAFT, ttl: 1e99 }, 'ttl must be whole milliseconds'],
    [{ ...DRAFT, timestamp: 'yesterday' }, 'timestamp must be a time'],
    [{ ...DRAFT, timestamp: '2030-01-01T00:00:00' }, 'timestamp must be a time'],
    [{ ...DRAFT, delivery: 'now' }, 'delivery now is for priority urgent only'],
    [{ ...DRAFT, constructor: 1 }, '"constructor" is no field of a message'],
    [{ ...DRAFT, replyTo: null, ttl: null, priority: 'urgent', delivery: 'now', id: ID }, null],
  ])('%j: %s', (value, why) => {
    const checked = checkDraft(value);
    if (why === null) expect(checked.ok).toBe(true);
    else expect(checked.ok ? '' : checked.why).toContain(why);
  });

  test('nested a hundred thousand levels deep is refused without a stack overflow', () => {
    const text = `{"type":"note","to":"mika","payload":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect(parseDraft(Buffer.from(text))).toEqual({ ok: false, why: 'payload must have at most 64 levels' });
  });

  test('of any bytes never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(parseDraft(bytes)).toBeDefined()));
    fc.assert(fc.property(fc.jsonValue(), (value) => void expect(checkDraft(value)).toBeDefined()));
  });
});

const payloads = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));

describe('a signature', () => {
  test('is good for the agent whose token made it, and for no other', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const signed = sign({ ...DRAFT, id: ID, from: 'ren', payload }, tokenOf(SECRET, 'ren'));
        expect(verify(signed, tokens)).toEqual({ ok: true, value: 'ren' });
        expect(verify({ ...signed, from: 'mika' }, tokens).ok).toBe(false);
        expect(verify({ ...signed, from: 'nobody' }, tokens).ok).toBe(false);
        expect(verify({ ...signed, to: 'ren' }, tokens).ok).toBe(false);
        expect(verify({ ...signed, payload: { ...payload, more: 1 } }, tokens).ok).toBe(false);
      }),
    );
  });

  test('survives the way through JSON and another order of keys', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const signed = sign({ ...DRAFT, id: ID, from: 'ren', payload }, tokenOf(SECRET, 'ren'));
        const turned = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(signed)) as object).reverse());
        expect(verify(turned as unknown as MessageDraft, tokens).ok).toBe(true);
      }),
    );
  });

  test('unsigned is external, a name without a signature is a forgery', () => {
    expect(verify(DRAFT, tokens)).toEqual({ ok: true, value: 'external' });
    expect(verify({ ...DRAFT, from: 'external' }, tokens)).toEqual({ ok: true, value: 'external' });
    expect(verify({ ...DRAFT, from: 'ren' }, tokens).ok).toBe(false);
    expect(verify({ ...DRAFT, mac: 'a'.repeat(64) }, tokens).ok).toBe(false);
  });

  test('is over an id: without one the same words could be said again and again', () => {
    const token = tokenOf(SECRET, 'ren');
    const draft = { ...DRAFT, from: 'ren' };
    expect(() => sign(draft, token)).toThrow('needs an id');
    const old: MessageDraft = { ...draft, mac: hmacSha256(token, canonical(draft)) };
    expect(verify(old, tokens)).toEqual({ ok: false, why: 'it is signed by ren and has no id' });
    expect(verify(sign({ ...draft, id: ID }, token), tokens).ok).toBe(true);
  });

  test('tells apart what differs in a single field', () => {
    expect(canonical({ ...DRAFT, payload: { a: '1' } })).not.toBe(canonical({ ...DRAFT, payload: { a: 1 } }));
    expect(canonical({ ...DRAFT, id: ID })).not.toBe(canonical({ ...DRAFT, replyTo: ID }));
  });
});

describe('an envelope', () => {
  const message: Sealed = {
    ...DRAFT,
    id: ID,
    from: 'external',
    sentTo: 'mika',
    timestamp: '2030-01-01T00:00:00.000Z',
    ttl: null,
    seq: 3,
    priority: 'normal',
    replyTo: null,
    delivery: null,
  };
  const whole = seal(message);

  test('gives the message back', () => {
    expect(readSealed(whole, 'mika', ID, 3)).toEqual({ ok: true, value: message });
  });

  test('cut anywhere, or with any byte changed, is told', () => {
    for (let length = 0; length < whole.length - 1; length++)
      expect(readSealed(whole.subarray(0, length), 'mika', ID, 3).ok).toBe(false);
    for (let at = 0; at < whole.length - 1; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      // The line end behind the checksum and the one at the end carry nothing.
      if (at !== whole.indexOf(10)) expect(readSealed(changed, 'mika', ID, 3).ok, `byte ${at}`).toBe(false);
    }
  });

  test('in another mailbox or under another name is told', () => {
    expect(readSealed(whole, 'ren', ID, 3).ok).toBe(false);
    expect(readSealed(whole, 'mika', ID, 4).ok).toBe(false);
  });
});
