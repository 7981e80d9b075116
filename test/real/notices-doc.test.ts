import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NoticesHouse } from '../support/notices-house.ts';
import { loaded } from '../support/config-load.ts';
import { EVENT_SEVERITY, NAMED_EVENTS, NOTICE_EVENTS, SEVERITIES, type Severity } from '../../src/protocol/index.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/notices.md'), 'utf8');
const SEVERITY = new Map<string, Severity>([
  ...(Object.entries(EVENT_SEVERITY) as [string, Severity][]),
  ...NAMED_EVENTS.map(({ name, severity }): [string, Severity] => [name, severity]),
]);

describe('docs/notices.md', () => {
  it.each(SEVERITIES)('names what is %s', (severity) => {
    const row = new RegExp(`^\\| \`${severity}\` \\| (.*) \\|$`, 'm').exec(text)?.[1] ?? '';
    const named = [...row.matchAll(/`([a-z]+\.[a-z-]+)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect([name, SEVERITY.get(name)]).toEqual([name, severity]);
    // What disturbs a person is told whole; the rest is everything else.
    if (severity !== 'info') {
      const all = NOTICE_EVENTS.filter((name) => SEVERITY.get(name) === severity);
      expect(named.sort()).toEqual([...all].sort());
    }
  });

  it('shows a configuration that loads, and channels that do', async () => {
    const head = `version: 1\nsession: s\nagents: { kaede: { type: worker } }\ngroups: { reviewers: [kaede] }\n`;
    const env = {
      SLACK_WEBHOOK: 'https://a/b',
      DISCORD_WEBHOOK: 'https://a/b',
      MAIL_PASSWORD: 'x',
      HOOK_TOKEN: 'x',
      HOOK_SECRET: 'x',
    };
    const [whole = '', mail = '', hook = ''] = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
    expect((await loaded(head + whole, { env })).notices.rules).toHaveLength(3);
    const inline = [...text.matchAll(/`(\w+: (?:\{.*?\}\s?\}|\{ command: .*?\}|desktop|bell))`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(inline.length).toBeGreaterThanOrEqual(5);
    for (const channel of [mail, hook, ...inline]) {
      const indented = channel
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`);
      const { notices } = await loaded(`${head}notices:\n  channels:\n${indented.join('\n')}\n`, { env });
      expect(Object.keys(notices.channels)).toHaveLength(1);
    }
  });

  it('tells the waits and limits there are', () => {
    const { spec } = new NoticesHouse();
    expect(spec.groupWait).toBe(10_000);
    expect(text).toContain('`group_wait` (10s)');
    expect(text).toContain('again after 2s, 10s and 60s');
    expect(text).toContain('`max_age` (1h)');
  });
});
