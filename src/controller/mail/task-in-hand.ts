import { cutText, plainLine } from '../../base/index.ts';
import type { MailEntry, TaskInHand } from '../../protocol/index.ts';

/** Columns a task is told in. */
const WIDTH = 120;

/** The newest task among what was handed to an agent and is not settled; null when there is none. */
export function taskIn(inFlight: readonly MailEntry[]): TaskInHand | null {
  const tasks = inFlight.filter(({ message }) => message.type === 'task_assign');
  const newest = tasks.reduce<MailEntry | null>(
    (best, entry) => (best === null || entry.message.seq > best.message.seq ? entry : best),
    null,
  );
  if (newest === null) return null;
  const { id, from, payload } = newest.message;
  return { id, from, text: firstLine([payload.text, payload.command].map(words).find((said) => said !== '') ?? '') };
}

/** A command may be a list of words. */
function words(value: unknown): string {
  if (Array.isArray(value)) return value.filter((word) => typeof word === 'string').join(' ');
  return typeof value === 'string' ? value.trim() : '';
}

/** What agents write must not move the cursor of the person who reads it. */
const firstLine = (text: string): string => cutText(plainLine(text.split(/\r\n|[\r\n]/)[0] ?? ''), WIDTH);
