import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SERVICE_READ } from '../../src/config/import/compose-keys.ts';
import { OPTIONS } from '../../src/config/import/pm2-options.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/coming-from.md'), 'utf8');

/** What stands in backquotes in the first column of a section's tables. */
function rows(section: string): readonly string[] {
  const [, body = ''] = text.split(`\n## ${section}\n`);
  const lines = (body.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return lines.flatMap((line) =>
    [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
}

it('tells of every option of PM2', () => {
  expect(Object.keys(OPTIONS).filter((option) => !rows('PM2').includes(option))).toEqual([]);
});

it('tells of every key of Compose that is taken over', () => {
  const told = rows('Compose').map((key) => key.split('.')[0]);
  expect(SERVICE_READ.filter((key) => !told.includes(key))).toEqual([]);
});
