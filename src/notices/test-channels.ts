import { nearest } from '../base/index.ts';
import { type ChannelResult, type ChannelSpec, OrchestraError } from '../protocol/index.ts';
import { testNotice, type Told } from './notice.ts';
import type { SendPorts } from './ports.ts';
import { send } from './send.ts';

/**
 * Sends a notice that says it is a test, once and at once, to some channels or to all. Rejects with `usage` for a channel there is none of, and when
 * there are none.
 */
export async function testChannels(
  channels: Readonly<Record<string, ChannelSpec>>,
  wanted: readonly string[],
  told: Told,
  ports: SendPorts,
): Promise<readonly ChannelResult[]> {
  const known = Object.keys(channels);
  if (known.length === 0)
    throw new OrchestraError(
      'usage',
      'no channel is configured',
      'add some under notices: in the configuration; docs/notices.md',
    );
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const hint = meant === null ? `there are: ${known.join(', ')}` : `did you mean ${meant}?`;
    throw new OrchestraError('usage', `there is no channel ${JSON.stringify(name)}`, hint);
  }
  const names = wanted.length === 0 ? known : [...new Set(wanted)];
  return Promise.all(
    names.map(async (name) => {
      const channel = channels[name] as ChannelSpec;
      const sent = await send(channel, testNotice(told), ports);
      return { channel: name, kind: channel.kind, ok: sent.ok, message: sent.message };
    }),
  );
}
