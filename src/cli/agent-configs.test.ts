import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIGURED, configured } from './agent-configs.ts';

const ARGV = ['/usr/bin/node', '/opt/my "orchestra"/dist/bin/orchestra.js', 'mcp'];
const JSON_TYPES = ['claude', 'gemini', 'qwen', 'opencode'] as const;
const parse = (text: string | null): Record<string, unknown> => JSON.parse(text ?? 'null') as Record<string, unknown>;

describe('JSON', () => {
  it('is written where there is none', () => {
    expect(parse(configured('claude', null, ARGV))).toEqual({
      mcpServers: {
        orchestra: {
          type: 'stdio',
          command: ARGV[0],
          args: ARGV.slice(1),
          env: { ORCHESTRA_AGENT: '${ORCHESTRA_AGENT:-}', ORCHESTRA_PROJECT: '${ORCHESTRA_PROJECT:-}' },
        },
      },
    });
    expect(parse(configured('opencode', '', ARGV))).toEqual({
      mcp: {
        orchestra: {
          type: 'local',
          command: ARGV,
          enabled: true,
          environment: { ORCHESTRA_AGENT: '{env:ORCHESTRA_AGENT}', ORCHESTRA_PROJECT: '{env:ORCHESTRA_PROJECT}' },
        },
      },
    });
    expect(parse(configured('gemini', '{}', ARGV))).toMatchObject({
      mcpServers: { orchestra: { command: ARGV[0], env: { ORCHESTRA_AGENT: '$ORCHESTRA_AGENT' } } },
    });
  });

  it('keeps everything else, the order of it and its indentation', () => {
    const before =
      '{\n\t"theme": "dark",\n\t"mcpServers": {\n\t\t"other": {\n\t\t\t"command": "x"\n\t\t}\n\t},\n\t"z": [1]\n}\n';
    const after = configured('gemini', before, ARGV) ?? '';
    expect(after).toContain('\n\t\t"orchestra": {\n\t\t\t"command"');
    expect(Object.keys(parse(after))).toEqual(['theme', 'mcpServers', 'z']);
    expect(configured('gemini', after, null)).toBe(before.replace('[1]', '[\n\t\t1\n\t]'));
  });

  it('is the same when done twice, and what it was when taken out, whatever else is there', () => {
    const value = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== 'mcpServers' && key !== 'mcp'),
      fc.jsonValue(),
    );
    const servers = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== 'orchestra'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...JSON_TYPES), value, servers, (type, others, known) => {
        const section = type === 'opencode' ? 'mcp' : 'mcpServers';
        const before = JSON.stringify({ ...others, [section]: known });
        const once = configured(type, before, ARGV) ?? '';
        expect(configured(type, once, ARGV)).toBe(once);
        const moved = configured(type, once, ['orchestra', 'mcp']) ?? '';
        expect(parse(configured(type, moved, null))).toEqual(parse(before));
      }),
    );
  });

  it.each([
    ['{"a": 1,}', 'JSON'],
    ['// mine\n{}', 'comments would be lost'],
    ['[]', 'it is not an object'],
    ['null', 'it is not an object'],
    ['{"mcpServers": []}', '"mcpServers" is not an object'],
  ])('leaves %j alone', (text, why) => {
    expect(() => configured('claude', text, ARGV)).toThrow(why);
    expect(() => configured('claude', text, ARGV)).toThrow('.mcp.json was left alone');
  });
});

describe('TOML', () => {
  const BLOCK = [
    '[mcp_servers.orchestra]',
    'command = "/usr/bin/node"',
    String.raw`args = ["/opt/my \"orchestra\"/dist/bin/orchestra.js", "mcp"]`,
    'env_vars = ["ORCHESTRA_AGENT", "ORCHESTRA_PROJECT"]',
  ].join('\n');

  it('gets a table of our own, beside everything else', () => {
    expect(configured('codex', null, ARGV)).toBe(`${BLOCK}\n`);
    const mine = 'model = "x" # mine\n\n[mcp_servers.other]\ncommand = "y"\n';
    expect(configured('codex', mine, ARGV)).toBe(`${mine}\n${BLOCK}\n`);
  });

  it('replaces only that table', () => {
    const old =
      '[mcp_servers.orchestra]\ncommand = "old"\n[mcp_servers.orchestra.env]\nA = "b"\n\n# about c\n[c]\nd = 1\n';
    expect(configured('codex', `x = 1\n\n${old}`, ARGV)).toBe(`x = 1\n\n${BLOCK}\n\n# about c\n[c]\nd = 1\n`);
    expect(configured('codex', `x = 1\n\n${old}`, null)).toBe('x = 1\n\n# about c\n[c]\nd = 1\n');
  });

  it('is the same when done twice', () => {
    const once = configured('codex', 'a = 1\n[b]\nc = 2', ARGV) ?? '';
    expect(configured('codex', once, ARGV)).toBe(once);
    expect(configured('codex', once, null)).toBe('a = 1\n[b]\nc = 2\n');
  });

  it.each(['mcp_servers = { a = { command = "x" } }', 'mcp_servers.a.command = "x"'])('leaves %j alone', (text) =>
    expect(() => configured('codex', text, ARGV)).toThrow('not written as tables'),
  );
});

it.each(CONFIGURED)('%s: nothing is taken out of nothing', (type) => {
  expect(configured(type, null, null)).toBeNull();
  expect(configured(type, '', null)).toBe('');
});
