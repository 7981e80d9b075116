import { expect, it } from 'vitest';
import { dashboardState, screenLines } from '../../../test/support/dashboard.ts';
import { agentLike, mailLike } from '../../../test/support/dashboard-data.ts';
import { EXTERNAL } from '../../protocol/index.ts';

it('what waits is one number on the whole screen, what was typed and is over is done, and what is the person’s is told apart', () => {
  const typed = (n: number, box: string) => ({
    ...mailLike(n, { to: 'kaede', state: 'submitted' }),
    file: `/srv/project/.orchestra/queue/kaede/${box}/${n}`,
  });
  const entries = [
    mailLike(1, { to: 'kaede' }),
    mailLike(2, { to: 'kaede' }),
    typed(3, 'cur'),
    typed(4, 'done'),
    mailLike(5, { to: EXTERNAL }),
  ];
  const agents = [agentLike('kaede', { mail: { queued: 2, inFlight: 1, dead: 0 } })];
  const shown = (width: number): string[] => {
    const state = dashboardState({ screen: 'messages' }, { width, height: 30, agents });
    return screenLines({ ...state, mail: { ...state.mail, entries, of: '{"last":200}', at: state.now } });
  };
  const [header, tabs] = shown(110) as [string, string];
  expect(header).toContain(' 2 queued ');
  expect(tabs).toMatch(/ queued 2 .* ○ 2 {2}● 1 {2}✔ 1 {2}to you 1/);
  const side = shown(160).map((line) => line.split('│').at(-1)?.trim() ?? '');
  for (const sum of [/○ queued +2$/, /● submitted +1$/, /✔ done +1$/, /to you +1$/])
    expect(side.filter((line) => sum.test(line))).toHaveLength(1);
});
