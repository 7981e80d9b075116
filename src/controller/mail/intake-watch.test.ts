import { expect, it } from 'vitest';
import { IntakeWatch } from './intake-watch.ts';

function house() {
  const seen = { open: 0, closed: 0, hints: 0, crowd: 0, hint: () => {} };
  const watch = new IntakeWatch({
    open: async (hint) => {
      seen.open++;
      seen.hint = hint;
      return { close: async () => void seen.closed++ };
    },
    hint: () => void seen.hints++,
    crowd: () => seen.crowd,
  });
  return { seen, watch };
}

it('is opened once, and passes hints on', async () => {
  const { seen, watch } = house();
  await watch.look();
  await watch.look();
  seen.hint();
  expect(seen).toMatchObject({ open: 1, hints: 1, closed: 0 });
});

it('is given up while the intake is crowded, and taken up when it is quiet again', async () => {
  const { seen, watch } = house();
  await watch.look();
  seen.crowd = 501;
  await watch.look();
  expect(seen).toMatchObject({ open: 1, closed: 1 });
  seen.crowd = 51;
  await watch.look();
  expect(seen.open).toBe(1);
  seen.crowd = 50;
  await watch.look();
  expect(seen.open).toBe(2);
});

it('stays closed', async () => {
  const { seen, watch } = house();
  await watch.look();
  await watch.close();
  await watch.look();
  expect(seen).toMatchObject({ open: 1, closed: 1 });
});
