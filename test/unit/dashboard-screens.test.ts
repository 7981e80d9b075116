import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Frame, lineWidth } from '../../src/dashboard/frame.ts';
import { SCREENS } from '../../src/dashboard/model/state.ts';
import { Painter } from '../../src/dashboard/paint.ts';
import { themeOf } from '../../src/dashboard/theme.ts';
import { textsOf } from '../support/dashboard.ts';
import { garden, sceneFrame, trouble } from '../support/scenes.ts';
import { SmallTerminal } from '../support/small-terminal.ts';

const SIZES = [
  [60, 10],
  [80, 24],
  [120, 30],
  [160, 45],
  [240, 70],
] as const;
const SCENES = { garden: garden(), trouble: trouble() };

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

/** Another picture on purpose: `npx vitest run --project unit test/unit/dashboard-screens.test.ts -u`. */
describe.each(Object.keys(SCENES) as (keyof typeof SCENES)[])('%s', (scene) => {
  describe.each(SCREENS)('%s', (screen) => {
    test.each(SIZES)('at %ix%i', async (width, height) => {
      const frame = sceneFrame(SCENES[scene], screen, width, height);
      // Exactly the size, nothing that a terminal would act on, and nowhere outside of it: the terminal throws.
      expect(frame.lines).toHaveLength(height);
      for (const line of frame.lines) expect(lineWidth(line)).toBe(width);
      const terminal = new SmallTerminal(width, height);
      terminal.write(new Painter().paint(frame, themeOf('dark')));
      expect(textsOf(frame).join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      await expect(kept(frame)).toMatchFileSnapshot(`../fixtures/dashboard/${scene}/${screen}-${width}x${height}.txt`);
    });
  });
});
