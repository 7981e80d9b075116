import { describe, expect, test } from 'vitest';
import { recordedScreens } from '../../test/support/screens.ts';
import type { Activity } from '../protocol/index.ts';
import { holds } from './holds.ts';
import { driverOf, readScreen } from './index.ts';

const DRAFT = 'a draft of a person';
const LINES = `Message one:

its text has three lines of which this one is so long that it has to be wrapped at any width that is usual in a pane of a crew of agents, and then goes on and on until it is long enough
and an end`;
const LONG =
  "Message 01a1fe61-2c66-7049-a99b-ecd2ae7e50a3 from external: please ring to w1\nAnswer with: orchestra reply 01a1fe61-2c66-7049-a99b-ecd2ae7e50a3 'your text'";
const TWENTY = Array.from({ length: 20 }, (_, index) => `Line number ${index + 1} of twenty`).join('\n');

/** What each recorded state means; `late` is where a CLI still tries after most of a minute. */
const MEANS: Readonly<Record<string, Activity>> = {
  idle: 'idle',
  draft: 'idle',
  'draft-lines': 'idle',
  'draft-20-lines': 'idle',
  'draft-long': 'idle',
  busy: 'busy',
  answered: 'idle',
  'answered-with-signs': 'idle',
  approval: 'approval',
  'approval-tool': 'approval',
  question: 'question',
  'busy-next-sent': 'busy',
  'approval-refused': 'idle',
  'error-400': 'error',
  'error-401': 'error',
  'retry-401': 'busy',
  'retry-429': 'busy',
  'retry-401-late': 'busy',
  'retry-429-late': 'busy',
  'error-429': 'limited',
};
/** Where a CLI goes its own way: codex ends the turn for the next message, opencode tells errors from messages by colour alone. */
const DIFFERS: Readonly<Record<string, Activity>> = {
  'codex busy-next-sent': 'idle',
  'opencode error-400': 'idle',
  'opencode error-401': 'idle',
};
const TYPED: Readonly<Record<string, string>> = {
  draft: DRAFT,
  'draft-lines': LINES,
  'draft-20-lines': TWENTY,
  'draft-long': LONG,
};

describe('recorded screens', () => {
  test.each(recordedScreens().map((recorded) => [recorded.name, recorded] as const))('%s', (_, recorded) => {
    const driver = driverOf(recorded.type, {});
    expect(recorded.version).toBe(driver.version);
    const reading = readScreen(driver, recorded.screen, 0);
    const means = DIFFERS[`${recorded.type} ${recorded.state}`] ?? MEANS[recorded.state];
    expect(reading).toMatchObject({ activity: means, known: true });
    const text = TYPED[recorded.state];
    if (text !== undefined) expect(holds(driver, recorded.screen, reading, text)).toBe('all');
    else if (means === 'approval' || means === 'question') expect(reading.dialog).toBe(means);
    else expect(reading.composer).toEqual({ kind: 'empty', text: '' });
  });
});
