import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVITIES, DELIVERY_MODES, LIFECYCLES, PRIORITIES } from '../../protocol/index.ts';
import { decide, type Recipient } from './decide.ts';

const recipient: fc.Arbitrary<Recipient> = fc.record({
  state: fc.constantFrom(...LIFECYCLES),
  activity: fc.constantFrom(...ACTIVITIES),
  readable: fc.boolean(),
  fetches: fc.boolean(),
  mode: fc.constantFrom(...DELIVERY_MODES),
  held: fc.boolean(),
  paused: fc.boolean(),
  typing: fc.boolean(),
  notBefore: fc.integer({ min: 0, max: 20 }),
});
const message = fc.record({
  priority: fc.constantFrom(...PRIORITIES),
  delivery: fc.option(fc.constantFrom(...DELIVERY_MODES)),
});

const idle: Recipient = {
  state: 'running',
  activity: 'idle',
  readable: true,
  fetches: false,
  mode: 'idle',
  held: false,
  paused: false,
  typing: false,
  notBefore: 0,
};
const plain = { priority: 'normal', delivery: null } as const;

describe('decide', () => {
  it('types into an agent that waits for input, however long it has waited', () => {
    expect(decide(idle, plain, 0)).toEqual({ kind: 'type', mode: 'idle' });
  });

  it.each(ACTIVITIES.filter((activity) => activity !== 'idle'))('never types while it is %s', (activity) => {
    expect(decide({ ...idle, activity }, plain, 0)).toEqual({ kind: 'wait' });
  });

  it('types into a turn only what is urgent and meant to', () => {
    const busy: Recipient = { ...idle, activity: 'busy' };
    expect(decide(busy, { priority: 'urgent', delivery: 'now' }, 0)).toEqual({ kind: 'type', mode: 'now' });
    expect(decide({ ...busy, mode: 'now' }, { priority: 'urgent', delivery: null }, 0)).toEqual({
      kind: 'type',
      mode: 'now',
    });
    expect(decide({ ...busy, mode: 'now' }, plain, 0)).toEqual({ kind: 'wait' });
    expect(decide(busy, { priority: 'urgent', delivery: null }, 0)).toEqual({ kind: 'wait' });
  });

  it('never touches a dialog, a held account, a paused agent, a pane without a program, or one that is being typed into', () => {
    fc.assert(
      fc.property(recipient, message, fc.integer({ min: 0, max: 20 }), (who, what, now) => {
        const decision = decide(who, what, now);
        if (decision.kind === 'wait') return;
        expect(who.state).toBe('running');
        expect(who.held || who.paused || who.typing || who.fetches).toBe(false);
        expect(now).toBeGreaterThanOrEqual(who.notBefore);
        expect(what.delivery ?? who.mode).not.toBe('inbox');
        if (who.readable) expect(['idle', 'busy']).toContain(who.activity);
        if (who.readable && who.activity === 'busy') expect(decision.mode).toBe('now');
      }),
    );
  });

  it('leaves alone what fetches its own mail, and everybody for a while after something was in the way', () => {
    expect(decide({ ...idle, fetches: true }, plain, 0)).toEqual({ kind: 'wait' });
    expect(decide({ ...idle, mode: 'inbox' }, plain, 0)).toEqual({ kind: 'wait' });
    expect(decide(idle, { ...plain, delivery: 'inbox' }, 0)).toEqual({ kind: 'wait' });
    expect(decide({ ...idle, notBefore: 5 }, plain, 4)).toEqual({ kind: 'wait' });
    expect(decide({ ...idle, notBefore: 5 }, plain, 5)).toEqual({ kind: 'type', mode: 'idle' });
  });
});
