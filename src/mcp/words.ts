import { formatDuration, payloadLines, plainLine } from '../base/index.ts';
import type { AgentSnapshot, MailEntry, Message } from '../protocol/index.ts';

/** What a model reads. Text of others stands indented below a header of ours, so that it cannot be taken for one. */

/** Lines of a message that are shown in a list; the rest is had with read_message. */
const SHOWN = 12;

export function headerOf({ message, state, reason }: MailEntry, now: number): string {
  const { id, from, to, sentTo, type, priority, timestamp, replyTo } = message;
  const sent = Date.parse(timestamp);
  const age = Number.isFinite(sent) ? `, sent ${formatDuration(Math.max(0, now - sent))} ago` : '';
  const also = sentTo === to ? '' : ` (to ${plainLine(sentTo)})`;
  return [
    `Message ${id} from ${plainLine(from)} to ${plainLine(to)}${also}: ${type}`,
    priority === 'normal' ? '' : `, ${priority}`,
    replyTo === null ? '' : `, answers ${replyTo}`,
    `, ${reason === null ? state : `${state} (${reason})`}${age}`,
  ].join('');
}

export function bodyOf({ payload }: Message, most = Number.POSITIVE_INFINITY): string[] {
  const all = payloadLines(payload);
  const shown = all.slice(0, most).map((line) => `  ${line}`.trimEnd());
  return all.length > most ? [...shown, `  (${all.length - most} more lines: read_message)`] : shown;
}

export const listOf = (entries: readonly MailEntry[], now: number): string =>
  entries
    .flatMap((entry) => [headerOf(entry, now), ...bodyOf(entry.message, SHOWN), ''])
    .join('\n')
    .trimEnd();

export function agentLine(agent: AgentSnapshot, self: string): string {
  const { name, display, type, role, skills, state, activity, detail } = agent;
  const about = [
    display === '' ? '' : `"${plainLine(display)}"`,
    plainLine(type),
    role === '' ? '' : `role: ${plainLine(role)}`,
    skills.length === 0 ? '' : `skills: ${skills.map(plainLine).join(', ')}`,
    activity === 'unknown' || state !== 'running' ? state : `${state}, ${activity}`,
    plainLine(detail),
  ].filter((part) => part !== '');
  return `- ${plainLine(name)}${name === self ? ' (you)' : ''}: ${about.join('; ')}`;
}
