import type { Ink } from '../view/index.ts';
import type { Tone } from './frame.ts';

/** What the colours of the shared words and signs mean here. */
export const TONE_OF: Readonly<Record<Ink, Tone>> = {
  plain: 'plain',
  bold: 'bold',
  dim: 'dim',
  red: 'bad',
  green: 'good',
  yellow: 'warn',
  blue: 'busy',
  magenta: 'ask',
  cyan: 'busy',
};
