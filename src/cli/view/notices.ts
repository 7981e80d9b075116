import { plainLine, textWidth } from '../../base/index.ts';
import type { ChannelResult, ChannelStatus, NoticesSpec } from '../../protocol/index.ts';
import { type Column, localTime } from '../../view/index.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

interface Row {
  readonly channel: string;
  readonly kind: string;
  /** What is sent there. */
  readonly told: string;
  readonly status: ChannelStatus | null;
}

/** The channels with what goes there and how they are doing. Addresses are secrets, and shown nowhere. */
export function channelLines(
  { channels, rules }: NoticesSpec,
  statuses: readonly ChannelStatus[] | null,
  width: number,
  style: Style,
): string[] {
  const names = Object.keys(channels);
  if (names.length === 0) return ['no channel is configured: nothing is sent (docs/notices.md)'];
  const rows = names.map(
    (channel): Row => ({
      channel,
      kind: channels[channel]?.kind ?? '',
      told: rules
        .filter(({ to }) => to.includes(channel))
        .map(({ events, severity, agents }) =>
          [
            events.length === 0 ? 'everything' : events.join(', '),
            severity === 'info' ? '' : `from ${severity}`,
            agents === null ? '' : `of ${agents.join(', ')}`,
          ]
            .filter(Boolean)
            .join(' '),
        )
        .join('; '),
      status: statuses?.find((each) => each.channel === channel) ?? null,
    }),
  );
  const columns: Column<Row>[] = [
    { title: 'CHANNEL', text: ({ channel }) => channel },
    { title: 'KIND', text: ({ kind }) => kind },
    {
      title: 'STATE',
      text: ({ status }) => stateOf(status),
      ink: ({ status }) => (status?.trouble ? 'red' : 'plain'),
      least: 10,
    },
    {
      title: 'TOLD OF',
      text: ({ told }) => (told === '' ? 'nothing: no rule names it' : plainLine(told)),
      least: 10,
      priority: 1,
    },
  ];
  return [
    ...tableLines(columns, rows, width, style),
    ...(statuses === null ? ['', 'no session is running here: this is what the file says'] : []),
  ];
}

function stateOf(status: ChannelStatus | null): string {
  if (status === null) return 'not running';
  const { trouble, waiting, last, quiet_until: quiet } = status;
  return [
    trouble === null ? (last === null ? 'nothing sent yet' : `sent ${localTime(last)}`) : plainLine(trouble),
    waiting === 0 ? '' : `${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}`,
    quiet === null ? '' : `quiet until ${localTime(quiet)}`,
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
