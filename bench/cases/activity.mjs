import { load } from '../../test/agents/run.mjs';
import { childEnv } from '../lib/reap.mjs';

export const title = 'what is shown of real agent CLIs, against what their model server knows';

const { CREW_BENCH } = childEnv();
/** Minutes; ORCHESTRA_MINUTES for another length. */
const LENGTH = { quick: 1, whole: 30 };

export async function measure({ quick }) {
  const { measureActivity } = await load(import.meta.url, '../../test/agents/activity-measure.ts');
  const minutes = Number(process.env.ORCHESTRA_MINUTES ?? (quick ? LENGTH.quick : LENGTH.whole));
  const { samples, wrong, longestWrongIdle, longestWrongBusy } = await measureActivity(minutes * 60_000, {
    CREW_BENCH,
  });
  const of = `sampled every 100 ms for ${minutes} min`;
  return {
    rows: [
      {
        what: `samples with a wrong activity, ${of}`,
        unit: '',
        ours: wrong,
        peer: samples,
        against: 'samples',
        most: 0.01,
      },
      {
        what: `longest wrong \`idle\`, ${of}`,
        unit: 'ms',
        ours: longestWrongIdle,
        peer: 1000,
        against: 'the goal',
        most: 1,
      },
      {
        what: `longest wrong \`busy\`, ${of}`,
        unit: 'ms',
        ours: longestWrongBusy,
        peer: 1000,
        against: 'for comparison',
        goal: 'told, no goal',
        met: true,
      },
    ],
    series: [],
  };
}
