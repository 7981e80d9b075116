import type { Message } from '../protocol/index.ts';
import { plainLine } from '../base/index.ts';
import { typedText } from './typed-text.ts';

/** Longer bodies stay in the message's file: long pastes are what CLIs fold, cut and lose. */
export const MOST_LINES = 6;
export const MOST_CHARACTERS = 1_500;

/**
 * What is typed for a message. It begins with plain words that name sender and id, so that a body that begins with `!`, `/`, `@` or `#` is
 * never a command, and so that the text is like no other: that is what the proof of its submission rests on.
 *
 * @param file absolute path of the message file; null: it is not for the agent to read
 */
export function announce(message: Message, file: string | null): string {
  const body = typedText(bodyOf(message));
  const head = `Message ${message.id} from ${plainLine(message.from)}${aside(message)}`;
  const answer = `Answer with: orchestra reply ${message.id} 'your text'`;
  const read = `orchestra read ${message.id}`;
  if (body === '')
    return `${head}. ${file === null ? `Read the whole message with: ${read}` : `The whole message is in ${file}`} . ${answer}`;
  if (body.split('\n').length > MOST_LINES || body.length > MOST_CHARACTERS)
    return file === null
      ? `${head} is long: read it with: ${read}\n${answer}`
      : `${head} is long: read it in ${file} (JSON, the text is in payload). ${answer}`;
  return `${head}: ${body}\n${answer}`;
}

function aside(message: Message): string {
  const parts = [
    ...(message.type === 'note' ? [] : [message.type]),
    ...(message.sentTo === message.to ? [] : [`to ${plainLine(message.sentTo)}`]),
    ...(message.replyTo === null ? [] : [`in reply to ${message.replyTo}`]),
    ...(message.priority === 'urgent' ? ['urgent'] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** The text of a payload; one that has none is shown as JSON. */
function bodyOf({ payload }: Message): string {
  if (typeof payload.text === 'string') return payload.text;
  return Object.keys(payload).length === 0 ? '' : JSON.stringify(payload);
}
