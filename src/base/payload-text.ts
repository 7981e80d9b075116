import { plainLines } from './terminal-text.ts';

/**
 * What a message says, as lines that are safe to print: its `text` as it stands, then every other key with its value. What agents write must not
 * move the reader's cursor.
 */
export function payloadLines(payload: Readonly<Record<string, unknown>>): string[] {
  const { text, ...others } = payload;
  const said = typeof text === 'string' ? plainLines(text) : [];
  const rest = Object.entries(typeof text === 'string' ? others : payload).flatMap(([key, value]) =>
    keyLines(key, value),
  );
  return said.length > 0 && rest.length > 0 ? [...said, '', ...rest] : [...said, ...rest];
}

function keyLines(name: string, value: unknown): string[] {
  const [key = ''] = plainLines(name);
  const lines = plainLines(typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null'));
  return lines.length === 1
    ? [`${key}: ${lines[0]}`.trimEnd()]
    : [`${key}:`, ...lines.map((line) => `  ${line}`.trimEnd())];
}
