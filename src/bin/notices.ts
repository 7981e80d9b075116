import { uuid7 } from '../base/index.ts';
import { substitute } from '../config/index.ts';
import { sendPorts, testChannels } from '../notices/index.ts';
import { ringTerminal, run, systemClock, systemRandom } from '../platform/index.ts';
import type { ChannelResult, SessionSpec } from '../protocol/index.ts';

/** Sends a test notice from this process: its environment is looked in for secrets, and its terminal rings. */
export function testNotices(
  { session, project, notices }: SessionSpec,
  channels: readonly string[],
): Promise<readonly ChannelResult[]> {
  const wall = systemClock.wall();
  const told = { id: uuid7(wall, systemRandom(10)), session, now: wall };
  const bell = async (): Promise<number> => (ringTerminal('/dev/tty') ? 1 : 0);
  return testChannels(
    notices.channels,
    channels,
    told,
    sendPorts(process.env, project, { run, bell, fill: substitute }),
  );
}
