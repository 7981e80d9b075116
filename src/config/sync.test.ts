import { describe, expect, it } from 'vitest';
import { maskedText, syncProfiles } from './index.ts';

const TEXT = `# the crew
version: 1
session: s
agents:
  a: { command: x } # first
profiles:
  # for trying
  staging:
    agents:
      a: { env: { A: '1' } } # wanted
      b: { command: y }
  # for real
  production:
    defaults: { limits: { memory: 1GB } } # much
    agents:
      a: { env: { A: '2' } }
      c: { command: z } # stays
`;

describe('sync', () => {
  it('of an agent changes that agent, and keeps every comment', async () => {
    expect(await syncProfiles(TEXT, 'staging', 'production', ['a'])).toBe(
      TEXT.replace("A: '2' } }", "A: '1' } } # wanted"),
    );
    expect(await syncProfiles(TEXT, 'staging', 'production', ['c'])).toBe(
      TEXT.replace('      c: { command: z } # stays\n', ''),
    );
    expect(await syncProfiles(TEXT, 'none', 'production', ['a', 'c'])).toContain('agents: {}');
    expect(await syncProfiles(TEXT, 'production', 'staging', ['c'])).toContain(
      '      b: { command: y }\n      c: { command: z } # stays\n',
    );
  });

  it('of a whole profile makes it like the other', async () => {
    const text = await syncProfiles(TEXT, 'staging', 'production', []);
    expect(text).toContain(
      "  # for real\n  production:\n    agents:\n      a: { env: { A: '1' } } # wanted\n      b: { command: y }\n",
    );
    expect(text).not.toContain('memory');
    expect(await syncProfiles(TEXT, 'none', 'production', [])).toContain('  production: {}\n');
  });

  it.each([
    ['no such', 'production'],
    ['staging', 'no such'],
    ['staging', 'none'],
  ])('from %s to %s can not be', async (from, to) => {
    expect(await syncProfiles(TEXT, from, to, [])).toBeNull();
  });

  it('of a text that is none can not be', async () => {
    expect(await syncProfiles('profiles: [', 'a', 'b', [])).toBeNull();
    expect(await syncProfiles('profiles: 1', 'a', 'b', [])).toBeNull();
  });
});

describe('a text that is shown', () => {
  it('holds no values of environments, and nothing else is lost', async () => {
    const text =
      "agents:\n  a:\n    env: { A: hunter2, B: '${B}', C: \"x${B}hunter2\" } # note\n    env_file: .env\nprofiles:\n  p: { agents: { a: { env: { D: >-\n    hunter2 } } } }\nnotices: { ways: { w: { url: https://hunter2, password: '${P}', headers: { X: hunter2 } } } }\nother: { url: https://x }\n";
    const masked = await maskedText(text.replace('>-\n    hunter2', "'hunter2\n    hunter2'"));
    expect(masked).not.toContain('hunter2');
    expect(masked).toContain("env: { A: ***, B: '${B}', C: *** } # note\n    env_file: .env\n");
    expect(masked).toContain("url: ***, password: '${P}', headers: { X: *** }");
    expect(masked).toContain('other: { url: https://x }');
    expect(await maskedText('agents: [ hunter2')).toBe('***\n');
  });
});
