import { payloadLines } from '../base/index.ts';
import type { Payload } from '../protocol/index.ts';

/** The first line of what is said; all of the payload in one line when it holds no text. */
export function gist(payload: Payload): string {
  const lines = payloadLines(payload).filter((line) => line.trim() !== '');
  return typeof payload.text === 'string' && payload.text.trim() !== ''
    ? (lines[0] ?? '').trim()
    : lines.map((line) => line.trim()).join(' ');
}
