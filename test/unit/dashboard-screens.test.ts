import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Frame, lineWidth } from '../../src/dashboard/frame.ts';
import { SCREENS, type ScreenId } from '../../src/dashboard/model/state.ts';
import { Painter } from '../../src/dashboard/paint.ts';
import { themeOf } from '../../src/dashboard/theme.ts';
import type { AgentSnapshot } from '../../src/protocol/index.ts';
import { textsOf } from '../support/dashboard.ts';
import { recording, Replay } from '../support/recording.ts';
import { garden, sceneFrame, trouble } from '../support/scenes.ts';
import { SmallTerminal } from '../support/small-terminal.ts';

const SIZES = [
  [60, 10],
  [80, 24],
  [120, 30],
  [160, 45],
  [240, 70],
] as const;
const RECORDED = recording();

interface Scene {
  readonly screens: readonly ScreenId[];
  readonly frame: (screen: ScreenId, width: number, height: number) => Promise<Frame> | Frame;
}

/** What a real session said; everything that wants to do harm; and a day, which nobody records. */
const SCENES: Readonly<Record<'session' | 'trouble' | 'garden', Scene>> = {
  session: {
    screens: SCREENS,
    frame: async (screen, width, height) => (await new Replay(RECORDED).play()).frame(screen, { width, height }),
  },
  trouble: { screens: SCREENS, frame: (screen, width, height) => sceneFrame(trouble(), screen, width, height) },
  garden: { screens: ['charts'], frame: (screen, width, height) => sceneFrame(garden(), screen, width, height) },
};

// Times are the reader's own: what is kept was made in UTC.
const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** The screen as text, then how its pieces look, a line a line: width and tone, with the ground where there is one. */
function kept(frame: Frame): string {
  const looks = frame.lines.map((line, row) => {
    const pieces: [look: string, width: number][] = [];
    for (const piece of line) {
      const look = `${piece.sgr === undefined ? piece.tone : `[${piece.sgr}]`}${piece.ground === 'none' ? '' : `/${piece.ground}`}`;
      const last = pieces.at(-1);
      if (last?.[0] === look) last[1] += lineWidth([piece]);
      else pieces.push([look, lineWidth([piece])]);
    }
    return `${row + 1}: ${pieces.map(([look, width]) => `${width} ${look}`).join(', ')}`;
  });
  return `${textsOf(frame)
    .map((line) => `${line}|`)
    .join('\n')}\n\n${looks.join('\n')}\n`;
}

/** Exactly the size, nothing that a terminal would act on, nowhere outside of it (the terminal throws), and the picture that is kept. */
async function expectKept(frame: Frame, width: number, height: number, file: string): Promise<void> {
  expect(frame.lines).toHaveLength(height);
  for (const line of frame.lines) expect(lineWidth(line)).toBe(width);
  const terminal = new SmallTerminal(width, height);
  terminal.write(new Painter().paint(frame, themeOf('dark')));
  expect(textsOf(frame).join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  await expect(kept(frame)).toMatchFileSnapshot(`../fixtures/dashboard/${file}-${width}x${height}.txt`);
}

/** Another picture on purpose: `npx vitest run --project unit test/unit/dashboard-screens.test.ts -u`. */
describe.each(Object.entries(SCENES))('%s', (name, { screens, frame }) => {
  describe.each(screens)('%s', (screen) => {
    test.each(SIZES)('at %ix%i', async (width, height) => {
      await expectKept(await frame(screen, width, height), width, height, `${name}/${screen}`);
    });
  });
});

describe('what a real session said', () => {
  test.each([
    // Its own colours; a broken one's last words; mail that waits; what it printed, and what happened to it.
    ['momiji', 'screen', 'momiji'],
    ['botan', 'screen', 'botan'],
    ['tsubaki', 'mail', 'tsubaki-mail', 'right'],
    ['kaede', 'events', 'kaede-events', 'right', 'right'],
    ['sumire', 'log', 'sumire-log', 'right', 'right', 'right'],
  ])('%s: its %s', async (agent, _tab, file, ...keys) => {
    const replay = (await new Replay(RECORDED).play()).choose(agent);
    await replay.press('2', ...keys);
    await expectKept(await replay.frame('agent', { width: 120, height: 30 }), 120, 30, `session/${file}`);
  });

  test('a dialog is shown before it is answered', async () => {
    const replay = await (await new Replay(RECORDED).play()).choose('ayame').press('a');
    await expectKept(await replay.frame('crew', { width: 120, height: 30 }), 120, 30, 'session/asked');
  });

  test('leaves the crew by its events as it was when it was asked', async () => {
    const { followed } = await new Replay(RECORDED).play();
    // What is in flight and settled without a word ends with the turn, of which no event tells.
    const facts = ({ name, state, activity, mail: { queued, dead } }: AgentSnapshot) => ({
      name,
      state,
      activity,
      queued,
      dead,
    });
    expect(followed?.agents.map(facts)).toEqual(RECORDED.snapshot.agents.map(facts));
  });

  test('holds nothing of the machine it was recorded on', () => {
    const paths = JSON.stringify(RECORDED).match(/(?<![\w.:])\/(?:[\w.-]+\/)+[\w.-]*/g) ?? [];
    expect(paths.filter((path) => !/^\/home\/me\/garden\b|^\/tmp\/dir\b/.test(path))).toEqual([]);
  });
});
