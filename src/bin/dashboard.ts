import { type DashboardLook, lastLines } from '../cli/index.ts';
import { runDashboard, themeNamed } from '../dashboard/index.ts';
import { fileFacts, readFrom, systemClock } from '../platform/index.ts';
import type { Paths } from '../protocol/index.ts';
import { connect } from '../rpc/index.ts';
import { stdout } from './standard-streams.ts';

/** Lines of an agent's log that are read for its screen. */
const LOG_LINES = 500;

/** Milliseconds for which events may lie unread behind one that was read: as often as anything on it changes by itself. */
const REST = 200;

/** Shows the dashboard of a project on this process's terminal until the person leaves it; the exit status. */
export async function showDashboard(paths: Paths, look: DashboardLook): Promise<number> {
  await runDashboard(
    {
      clock: systemClock,
      input: process.stdin,
      output: stdout(),
      connect: () => connect(paths.run, REST),
      readLog: (agent) => lastLines({ facts: fileFacts, readFrom }, paths.agentLog(agent), LOG_LINES),
      by: 'dashboard',
    },
    { ...look, chosen: look.theme === null ? null : themeNamed(look.theme) },
  );
  return 0;
}
