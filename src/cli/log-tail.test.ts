import { describe, expect, it } from 'vitest';
import { lastLines, lastRun, readableLines } from './log-tail.ts';
import type { Files } from './ports.ts';

/** A file system of texts. */
function filesOf(texts: Readonly<Record<string, string>>): Pick<Files, 'facts' | 'readFrom'> {
  const bytes = (path: string): Buffer => Buffer.from(texts[path] ?? '');
  return {
    facts: (path) => (texts[path] === undefined ? null : { inode: 1, size: bytes(path).length }),
    readFrom: (path, offset, most) => bytes(path).subarray(offset, offset + most),
  };
}

describe('the last lines of a log', () => {
  it('are read over its rotation', () =>
    expect(lastLines(filesOf({ '/l': 'three\nfour\n', '/l.1': 'one\ntwo\n' }), '/l', 3)).toEqual([
      'two',
      'three',
      'four',
    ]));

  it('are found however many bytes a line takes', () => {
    const heavy = `${'\x1b[1;31m'.repeat(3_000)}line`;
    const text = Array.from({ length: 40 }, (_, at) => `${heavy} ${at}\n`).join('');
    expect(lastLines(filesOf({ '/l': text }), '/l', 30)).toEqual(
      Array.from({ length: 30 }, (_, at) => `line ${at + 10}`),
    );
  });

  it('are whole: one whose beginning was not read does not count', () => {
    const long = 'カ'.repeat(40_000);
    expect(lastLines(filesOf({ '/l': `${long}\nlast\n` }), '/l', 2)).toEqual([long, 'last']);
  });

  it('are none without a log, or when none are asked for', () => {
    expect(lastLines(filesOf({}), '/l', 5)).toEqual([]);
    expect(lastLines(filesOf({ '/l': 'one\n' }), '/l', 0)).toEqual([]);
  });
});

it('empty lines that redraws leave are one', () =>
  expect(readableLines('\n\n\na\n\n\n\nb\n\n', false)).toEqual(['a', '', 'b']));

describe('the last run', () => {
  const log = [
    '-- kaede: waiting for orchestra --',
    'old',
    '-- kaede ended with status 1 --',
    '-- kaede: waiting for orchestra --',
    'no such model',
    '-- kaede ended with status 2 --',
    '-- exit 2; starts again in 1.0 s --',
  ];
  it('is what stands between the last two ends', () => expect(lastRun(log, 'kaede')).toEqual(['no such model']));
  it('may be the first', () => expect(lastRun(log.slice(0, 3), 'kaede')).toEqual(['old']));
  it('may not have ended', () => expect(lastRun(['hello', 'world'], 'kaede')).toEqual(['hello', 'world']));
  it('may have ended without that being told yet', () =>
    expect(lastRun([...log.slice(0, 3), 'no licence'], 'kaede')).toEqual(['no licence']));
  it('has nothing of the keys an earlier one was stopped with', () =>
    expect(lastRun(['^C^C', '^Csetpriv: no such program', '2^C'], 'kaede')).toEqual([
      'setpriv: no such program',
      '2^C',
    ]));
});
