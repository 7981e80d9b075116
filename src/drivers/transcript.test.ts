import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordedTranscripts } from '../../test/support/transcripts.ts';
import { DRIVERS, driverOf, readTranscript, transcriptPath } from './index.ts';

const claude = driverOf('claude', {});
const line = (record: Record<string, unknown>): string =>
  JSON.stringify({ timestamp: '2030-01-01T00:00:00.000Z', ...record });
const END = line({ type: 'assistant', message: { stop_reason: 'end_turn' } });

/** Qwen writes nothing of a turn that failed: its hook (StopFailure) and its screen tell. */
const UNTOLD: Readonly<Record<string, string>> = { qwen: 'it gave up' };

describe('what real CLIs wrote', () => {
  test('every driver that reads a transcript has one of its version', () => {
    const read = Object.values(DRIVERS).filter(({ transcript }) => transcript !== null);
    const have = recordedTranscripts().map(({ type, version }) => ({ type, version }));
    expect(have).toEqual(read.map(({ type, version }) => ({ type, version })));
  });

  describe.each(recordedTranscripts())('$type $version', ({ type, parts }) => {
    const driver = driverOf(type, {});
    const upTo = (index: number): string[] => parts.slice(0, index + 1).flatMap(({ lines }) => lines);

    const told = parts
      .map(({ truth, what }, index) => ({ truth, what, index }))
      .filter(({ what }) => UNTOLD[type] !== what);
    test.each(told)('$what: $truth', ({ truth, index }) => {
      expect(readTranscript(driver, upTo(index))?.activity).toBe(truth);
    });

    test('no line before the first turn says anything, and moments never go back', () => {
      const moments = upTo(parts.length).flatMap((each) => readTranscript(driver, [each])?.wall ?? []);
      expect(moments.toSorted((a, b) => a - b)).toEqual(moments);
      expect(moments.every((wall) => wall > Date.parse('2026-01-01T00:00:00Z'))).toBe(true);
    });

    test('any line may be torn, and any other program may write in between', () => {
      fc.assert(
        fc.property(
          fc.array(
            fc.oneof(
              fc.string(),
              fc.json(),
              fc.constantFrom(...upTo(parts.length)).map((each) => each.slice(0, -2)),
            ),
          ),
          (junk) => {
            expect(readTranscript(driver, [...upTo(0), ...junk])?.activity).toBe('idle');
          },
        ),
      );
    });
  });
});

describe('claude', () => {
  test('what a person runs without the model is no turn, and neither is what its helpers write', () => {
    const also = [
      line({ type: 'user', message: { content: '<command-name>/status</command-name>' } }),
      line({ type: 'user', message: { content: '<bash-input>ls</bash-input>' } }),
      line({ type: 'user', isMeta: true, message: { content: 'a caveat' } }),
      line({ type: 'user', isSidechain: true, message: { content: 'look for it' } }),
    ];
    expect(readTranscript(claude, [END, ...also])).toEqual({ activity: 'idle', wall: Date.parse('2030-01-01') });
  });

  test('a line without a moment tells nothing', () => {
    expect(readTranscript(claude, ['{"type":"user"}', '{"type":"user","timestamp":"soon"}'])).toBeNull();
  });
});

describe('transcriptPath', () => {
  const place = { cwd: '/tmp/a b/work.d', conversation: 'the-id' };
  const env = (values: Record<string, string>) => (name: string) => values[name] ?? null;

  test('is made of the folder and the id', () => {
    expect(transcriptPath(claude, { ...place, env: env({ HOME: '/home/k' }) })).toBe(
      '/home/k/.claude/projects/-tmp-a-b-work-d/the-id.jsonl',
    );
    const elsewhere = env({ HOME: '/home/k', CLAUDE_CONFIG_DIR: '/etc/claude' });
    expect(transcriptPath(claude, { ...place, env: elsewhere })).toBe(
      '/etc/claude/projects/-tmp-a-b-work-d/the-id.jsonl',
    );
  });

  test('is not known of the others', () => {
    for (const type of ['codex', 'gemini', 'worker', 'command'])
      expect(transcriptPath(driverOf(type, {}), { ...place, env: env({ HOME: '/home/k' }) })).toBeNull();
    expect(transcriptPath(claude, { ...place, env: env({}) })).toBeNull();
  });
});
