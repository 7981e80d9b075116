import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GARDEN, GARDEN_FILES, load, loaded } from '../../test/support/config-load.ts';
import { formatProblems, initTemplate, loadLayout, planChange } from './index.ts';
import { memoryPorts } from '../../test/support/config-ports.ts';

/** Reads it: must not throw, must be quick, and its problems must be printable. */
async function outcome(text: string, profile?: string): Promise<'read' | 'refused'> {
  const before = process.cpuUsage();
  const result = await load(text, { files: GARDEN_FILES, ...(profile === undefined ? {} : { profile }) });
  // Processor time: on a busy machine a second passes while nothing is done.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
  if (result.ok) {
    expect(JSON.parse(JSON.stringify(result.spec))).toEqual(result.spec);
    expect(planChange(result.spec, result.spec).agents.every((each) => each.action === 'keep')).toBe(true);
    return 'read';
  }
  expect(result.problems.length).toBeGreaterThan(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(formatProblems(result.problems, 1_000)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  return 'refused';
}

const EITHER = ['read', 'refused'];
const WORDS = [...new Set(GARDEN.split(/([A-Za-z_]+|\s+|[^\w\s])/))].filter((word) => word !== '');
const noise = fc.oneof(
  fc.constantFrom(
    ...WORDS,
    'null',
    'off',
    'true',
    '1',
    '-1',
    '.inf',
    '0x10',
    '&a',
    '*a',
    '!!set',
    '<<',
    '__proto__',
    '\\e',
    '---',
    '|',
    '>',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    ': ',
    '\n',
    '\n  ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '- ',
    '"',
    "'",
    '#',
    '\t',
    '? ',
    '%',
    '@',
    '\u202e',
    '\x1b[',
  ),
);

describe('any text', () => {
  it('is read or refused', () =>
    fc.assert(
      fc.asyncProperty(fc.array(noise, { maxLength: 200 }), async (parts) => {
        expect(EITHER).toContain(await outcome(parts.join('')));
      }),
      { numRuns: 150 },
    ));

  it('also when it was a valid file before', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(GARDEN.length), fc.nat(12), noise), { minLength: 1, maxLength: 4 }),
        async (edits) => {
          let text = GARDEN;
          for (const [at, length, piece] of edits) text = text.slice(0, at) + piece + text.slice(at + length);
          expect(EITHER).toContain(await outcome(text, 'production'));
        },
      ),
      { numRuns: 250 },
    ));

  it('also as a layout', () =>
    fc.assert(
      fc.asyncProperty(fc.array(noise, { maxLength: 60 }), async (parts) => {
        const text = `root:\n  row: [{ pane: agent }, ${parts.join('')}`;
        const result = await loadLayout('/x.yaml', memoryPorts({ '/x.yaml': text }));
        expect(result.ok ? 'read' : formatProblems(result.problems)).not.toBe('');
      }),
      { numRuns: 200 },
    ));
});

describe('any structure', () => {
  it('in the place of any value is read or refused', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('off', 'max', '10s', '2GB', -1, 5));
    const key = fc.constantFrom(
      'type',
      'command',
      'replicas',
      'cwd',
      'env',
      'env_file',
      'display',
      'skills',
      'role',
      'depends_on',
      'ready',
      'liveness',
      'restart',
      'stop',
      'limits',
      'delivery',
      'resume',
      'account',
    );
    const agent = fc.dictionary(key, value);
    const agents = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'a-1'), fc.string()), fc.oneof(agent, value));
    const names = fc.array(fc.constantFrom('a', 'b', 'a-1', '@g', '@a', '*', 'external', 'broadcast'), {
      maxLength: 3,
    });
    const clause = fc.oneof(value, fc.record({ from: names, to: names }, { requiredKeys: [] }));
    const rule = fc.oneof(value, fc.dictionary(fc.constantFrom('allow', 'deny', 'both'), clause, { maxKeys: 2 }));
    const sign = fc.oneof(value, fc.array(fc.constantFrom('^> ', '^ *$', '(', '\\-', '\\p{L}+', '')));
    const typeKey = fc.constantFrom('extends', 'command', 'screen', 'title', 'composer', 'submit', 'quit');
    const name = fc.oneof(fc.constantFrom('a', 'g', 'claude', 'worker', 'constructor'), fc.string());
    const mail = {
      messages: fc.oneof(value, fc.dictionary(fc.constantFrom('depth', 'ttl', 'backoff', 'lease', 'keep'), value)),
      groups: fc.oneof(value, fc.dictionary(name, fc.oneof(names, value))),
      policy: fc.oneof(value, fc.array(rule, { maxLength: 3 })),
      agent_types: fc.oneof(value, fc.dictionary(name, fc.oneof(value, fc.dictionary(typeKey, fc.oneof(value, sign))))),
    };
    const file = fc.record({
      ...mail,
      version: fc.constant(1),
      session: fc.constant('s'),
      agents,
      defaults: agent,
      profiles: fc.dictionary(fc.constant('production'), fc.record({ ...mail, agents }, { requiredKeys: [] })),
    });
    return fc.assert(
      fc.asyncProperty(file, async (content) => {
        expect(EITHER).toContain(await outcome(JSON.stringify(content)));
        expect(EITHER).toContain(await outcome(JSON.stringify(content), 'production'));
      }),
      { numRuns: 150 },
    );
  });
});

describe('initTemplate', () => {
  it('loads without problems whatever was found', () =>
    fc.assert(
      fc.asyncProperty(
        fc.subarray(['claude', 'codex', 'gemini', 'qwen', 'opencode', 'aider']),
        fc.oneof(fc.string(), fc.constantFrom('123', 'null', 'my project', '庭', '-x', 'a.b:c')),
        fc.string(),
        async (types, session, path) => {
          const spec = await loaded(
            initTemplate(
              types.map((type) => ({ type, path: `/usr/bin/${path}` })),
              session,
            ),
          );
          expect(spec.agents.map((each) => each.name)).toEqual([...types, 'workers-1', 'workers-2']);
        },
      ),
      { numRuns: 50 },
    ));

  it('keeps a name that is fine', async () => {
    expect((await loaded(initTemplate([], 'garden'))).session).toBe('garden');
    expect((await loaded(initTemplate([], '庭'))).session).toBe('crew');
  });
});
