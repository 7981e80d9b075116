import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../platform/index.ts';
import { classifyExit, describeExit } from './exit-class.ts';
import { KILL_AGAIN, ladder } from './ladder.ts';
import { parseNotice, parseRecords } from './shim-records.ts';
import { cookieOf, treesOf } from './tree.ts';

describe('exit classes', () => {
  it.each([
    [0, false, 'success'],
    [1, false, 'failure'],
    [127, false, 'failure'],
    [128, false, 'failure'],
    [129, false, 'signal'],
    [137, false, 'signal'],
    [137, true, 'oom'],
    [143, true, 'signal'],
    [165, false, 'signal'],
    [166, false, 'failure'],
    [255, false, 'failure'],
  ] as const)('%i (out of memory: %s) is %s', (code, oom, kind) => expect(classifyExit(code, [0], oom)).toBe(kind));

  it('a status that counts as success is never anything else', () =>
    fc.assert(
      fc.property(fc.nat(255), fc.boolean(), (code, oom) => {
        expect(classifyExit(code, [code], oom)).toBe('success');
      }),
    ));

  it('finds words for every end', () =>
    fc.assert(
      fc.property(fc.option(fc.nat(255)), (code) => {
        expect(describeExit(code, 'failure')).toMatch(/^exit /);
      }),
    ));
});

describe('the ladder', () => {
  it('always ends with KILL and leaves out what has no time', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('C-c', 'q'), { maxLength: 2 }),
        fc.nat(3),
        fc.nat(3),
        fc.nat(3),
        (keys, keysFor, intFor, termFor) => {
          const rungs = ladder({ keys, keysFor, intFor, termFor });
          expect(rungs.at(-1)).toEqual({ kind: 'SIGKILL', wait: KILL_AGAIN });
          expect(rungs.filter(({ wait }) => wait <= 0)).toEqual([]);
          expect(rungs.some(({ kind }) => kind === 'keys')).toBe(keys.length > 0 && keysFor > 0);
        },
      ),
    ));
});

describe('what shims write', () => {
  it('reads its own lines', () => {
    expect(parseNotice('start kaede 3 4711')).toEqual({ kind: 'start', agent: 'kaede', incarnation: 3, pid: 4711 });
    expect(parseNotice('exit kaede 3 137')).toEqual({ kind: 'exit', agent: 'kaede', incarnation: 3, code: 137 });
  });

  it.each([
    '',
    'exit',
    'exit kaede',
    'exit kaede x 0',
    'exit kaede 1 -1',
    'stop kaede 1 0',
    'exit  1 0',
    'exit kaede 1e3 0',
    'exit kaede 99999999999 0',
  ])('passes over %j', (line) => expect(parseNotice(line)).toBeNull());

  it('never throws, and never gives a number that is none', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string(), { maxLength: 5 }).map((words) => ['exit', ...words].join(' ')),
        ),
        (line) => {
          const notice = parseNotice(line);
          if (notice !== null) expect(Number.isSafeInteger(notice.incarnation)).toBe(true);
        },
      ),
    ));

  it('sorts records by number, not by text, and leaves out the rest', () =>
    expect(
      parseRecords(['a.10.0', 'a.9.1', 'a.9', 'x', 'a.b.c', 'a.1.2.3', '.1.2', 'b.2.5.tmp']).map(({ file }) => file),
    ).toEqual(['a.9.1', 'a.10.0']));
});

describe('whose a process is', () => {
  const row = (pid: number, ppid: number, session = pid): ProcessInfo => ({
    pid,
    ppid,
    session,
    pgrp: pid,
    state: 'S',
    startTime: 1,
    rss: 1,
    cpuTicks: 0,
    reapedTicks: 0,
    comm: 'x',
  });
  const rowsOf = (...rows: ProcessInfo[]) => new Map(rows.map((each) => [each.pid, each]));
  const marks = [
    { agent: 'a', cookie: cookieOf('/p', 'a'), shim: 10 },
    { agent: 'b', cookie: cookieOf('/p', 'b'), shim: 20 },
    { agent: 'c', cookie: cookieOf('/p', 'c'), shim: null },
  ];

  it('goes by descent, terminal session and cookie', () => {
    const rows = rowsOf(
      row(1, 0),
      row(10, 1, 10),
      row(11, 10, 10),
      row(12, 11, 12),
      row(13, 1, 10),
      row(20, 1, 20),
      row(30, 1),
      row(40, 1),
    );
    const cookies = new Map([
      [30, cookieOf('/p', 'c')],
      [40, cookieOf('/other', 'a')],
    ]);
    const trees = treesOf(rows, (pid) => cookies.get(pid), marks);
    expect(Object.fromEntries(trees)).toEqual({ a: [11, 12, 13], b: [], c: [30] });
  });

  it('gives each process to one agent at most and no shim to any, also where parents run in a circle', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)), { maxLength: 60 }), (triples) => {
        const rows = rowsOf(...triples.map(([pid, ppid, session]) => row(pid, ppid, session)));
        const all = [...treesOf(rows, () => undefined, marks).values()].flat();
        expect(new Set(all).size).toBe(all.length);
        expect(all).not.toContain(10);
        expect(all).not.toContain(20);
      }),
    ));
});
