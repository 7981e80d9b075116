import { plainLine, textWidth } from '../../base/index.ts';
import type { ChannelResult, ChannelStatus, NoticeRule } from '../../protocol/index.ts';
import { type Column, localTime } from '../../view/index.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** A channel, with how it is doing where somebody knows. */
type Row = Pick<ChannelStatus, 'channel' | 'kind'> & Partial<ChannelStatus>;

export interface Told {
  readonly channels: readonly Row[];
  readonly rules: readonly NoticeRule[];
}

/** The channels with what goes there and how they are doing. Addresses are secrets, and shown nowhere. */
export function channelLines({ channels, rules }: Told, width: number, style: Style): string[] {
  if (channels.length === 0) return ['no channel is configured: nothing is sent (docs/notices.md)'];
  const columns: Column<Row>[] = [
    { title: 'CHANNEL', text: ({ channel }) => channel },
    { title: 'KIND', text: ({ kind }) => kind },
    { title: 'STATE', text: stateOf, ink: ({ trouble }) => (trouble ? 'red' : 'plain'), least: 10 },
    { title: 'TOLD OF', text: (row) => toldOf(row, rules), least: 10, priority: 1 },
  ];
  return tableLines(columns, channels, width, style);
}

function toldOf({ channel }: Row, rules: readonly NoticeRule[]): string {
  const told = rules.filter(({ to }) => to.includes(channel)).map(ruleText);
  return told.length === 0 ? 'nothing: no rule names it' : plainLine(told.join('; '));
}

const ruleText = ({ events, severity, agents }: NoticeRule): string =>
  [
    events.length === 0 ? 'everything' : events.join(', '),
    severity === 'info' ? '' : `from ${severity}`,
    agents === null ? '' : `of ${agents.join(', ')}`,
  ]
    .filter(Boolean)
    .join(' ');

function stateOf({ trouble, waiting = 0, last, quiet_until: quiet }: Row): string {
  if (last === undefined) return 'not running';
  return [
    trouble ? plainLine(trouble) : last === null ? 'nothing sent yet' : `sent ${localTime(last)}`,
    waiting === 0 ? '' : `${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}`,
    quiet ? `quiet until ${localTime(quiet)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** What came of a test, one line a channel. */
export function resultLines(results: readonly ChannelResult[], style: Style): string[] {
  const width = Math.max(0, ...results.map(({ channel }) => textWidth(channel)));
  return results.map(({ channel, ok, message }) => {
    const sign = ok ? style.paint('green', style.unicode ? '✔' : '+') : style.paint('red', style.unicode ? '✖' : 'x');
    return `${sign} ${channel.padEnd(width)}  ${plainLine(message)}`;
  });
}
