import { describe, expect, it } from 'vitest';
import { OrchestraError } from '../protocol/index.ts';
import { errorLines, problemLines } from './report.ts';
import { makeStyle } from './view/style.ts';

const plain = makeStyle(false);
const problem = (changes: object) => ({
  file: 'a.yaml',
  line: 2,
  column: 3,
  message: 'unknown key',
  hint: 'did you mean x?',
  ...changes,
});

describe('a problem in a file', () => {
  const read = (): string => 'version: 1\n  retsart: 1\n\tタブ: x\n';

  it('shows the place, the line, the character', () =>
    expect(problemLines(problem({}), plain, read)).toEqual([
      'a.yaml:2:3: unknown key',
      '  2 |   retsart: 1',
      '    |   ^',
      '  did you mean x?',
      '',
    ]));

  it('points at the right column behind tabs and wide characters', () =>
    expect(problemLines(problem({ line: 3, column: 6, hint: '' }), plain, read).slice(1, 3)).toEqual([
      '  3 |  タブ: x',
      '    |        ^',
    ]));

  it('is content without a line', () => {
    expect(problemLines(problem({ line: 0, column: 0 }), plain, read)[0]).toBe('a.yaml: unknown key');
    expect(problemLines(problem({ line: 99 }), plain, read)[1]).toBe('  did you mean x?');
    expect(problemLines(problem({}), plain, () => null)[1]).toBe('  did you mean x?');
  });
});

describe('an error', () => {
  it('says what happened and what to do', () =>
    expect(errorLines(new OrchestraError('not-running', 'no session', 'orchestra up'), plain, () => null)).toEqual([
      'orchestra: no session',
      '  orchestra up',
    ]));

  it('shows what the failed agent printed', () => {
    const failed = [
      { agent: 'kaede', state: 'backoff', detail: 'exit 127', output: ['sh: codex: not found'] },
      { agent: 'botan', state: 'broken', detail: '', output: [] },
    ];
    expect(errorLines(new OrchestraError('failed', 'two failed', '', { failed }), plain, () => null)).toEqual([
      'kaede backoff: exit 127',
      '  | sh: codex: not found',
      '',
      'botan broken',
      '  it printed nothing',
      '',
      'orchestra: two failed',
    ]);
  });

  it('does not fill the screen', () => {
    const problems = Array.from({ length: 500 }, (_, at) => problem({ line: 0, message: `number ${at}` }));
    const lines = errorLines(new OrchestraError('config', '500 problems', '', { problems }), plain, () => null);
    expect(lines.length).toBeLessThan(70);
    expect(lines).toContain('and 480 more');
  });
});
