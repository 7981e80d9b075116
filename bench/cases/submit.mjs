import { load } from '../../test/agents/run.mjs';
import { spread } from '../lib/measure.mjs';
import { childEnv } from '../lib/reap.mjs';

export const title = 'messages typed into real agent CLIs';

const TYPES = ['claude', 'codex'];
const { CREW_BENCH } = childEnv();

/** Of `peer` messages or tries, `ours` went as they should. */
const all = (what, ours, peer, against) => ({ what, unit: '', ours, peer, against, goal: 'all', met: ours === peer });

export async function measure({ quick }) {
  const { measureSubmit, measureTrouble } = await load(import.meta.url, '../../test/agents/submit-measure.ts');
  const [rows, series] = [[], []];
  for (const type of TYPES) {
    const { sent, whole, times, missed } = await measureSubmit(type, quick ? 20 : 500, { CREW_BENCH });
    for (const one of missed) console.error(`bench: ${type}: ${one.slice(0, 200)}`);
    rows.push(all(`messages to idle ${type}, received whole and exactly once`, whole, sent, 'typed'));
    series.push({ what: `typing a message into ${type} until it is proven submitted`, unit: 'ms', ...spread(times) });
    const hard = await measureTrouble(type, quick ? 8 : 100, { CREW_BENCH });
    const { rounds, lost, interrupted, answered, draftsSent } = hard;
    console.error(`bench: ${type}: ${JSON.stringify(hard)}`);
    const harm = Math.max(lost, interrupted, answered, draftsSent);
    rows.push(
      all(
        `messages to ${type} busy, asking, in copy mode or with a draft: none lost, nothing harmed`,
        rounds - harm,
        rounds,
        'tries',
      ),
    );
  }
  return { rows, series };
}
