import { fitText } from '../../base/index.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventInk, eventWords, localTime } from '../../view/index.ts';
import type { Style } from './style.ts';

/** @param width columns of the agent's name */
export function eventLine(event: OrchestraEvent, width: number, style: Style): string {
  const who = fitText(event.agent ?? '', width);
  return `${style.paint('dim', localTime(event.time))}  ${style.paint('bold', who)}  ${style.paint(eventInk(event), eventWords(event))}`;
}
