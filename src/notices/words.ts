import { plainLine } from '../base/index.ts';
import type { OrchestraEvent } from '../protocol/index.ts';
import type { Named } from './match.ts';

export interface Words {
  /** An event in one line. */
  event(event: OrchestraEvent): string;
  /** What an agent asks at this moment; null when nobody knows. */
  asks(agent: string): string | null;
}

/** An event for somebody who is not there and has not seen the ones before it. */
export function wordsFor(event: OrchestraEvent, { event: name }: Named, words: Words): string {
  const asks = event.agent === null ? null : words.asks(event.agent);
  const what = asks === null ? '' : `: ${asks}`;
  if (name === 'agent.approval') return plainLine(`asks for approval${what}`);
  if (name === 'agent.question') return plainLine(`asks a question${what}`);
  if (event.type === 'agent.state' && name === 'agent.broken') {
    return plainLine(`is broken${event.data.detail === '' ? '' : `: ${event.data.detail}`}`);
  }
  return plainLine(words.event(event));
}
