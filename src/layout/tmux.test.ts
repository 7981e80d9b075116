import { expect, it } from 'vitest';
import { checksum } from './tmux.ts';

it.each([
  // #{window_layout} of tmux 3.3a.
  ['93d5', '80x24,0,0{59x24,0,0,0,20x24,60,0,1}'],
  ['18bd', '120x40,0,0{99x40,0,0,0,20x40,100,0,1}'],
])('has the checksum %s that tmux gives', (expected, body) => {
  expect(checksum(body)).toBe(expected);
});
