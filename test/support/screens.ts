import { readdirSync, readFileSync } from 'node:fs';
import type { Screen } from '../../src/drivers/index.ts';

/** A recorded screen: a header of `key: value` lines, a blank line, the visible lines. */
export interface Recorded {
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly version: string;
  readonly screen: Screen;
}

const FOLDER = new URL('../fixtures/screens/', import.meta.url);

export function recordedScreens(): Recorded[] {
  return readdirSync(FOLDER).flatMap((type) =>
    readdirSync(new URL(`${type}/`, FOLDER)).map((file) =>
      parse(`${type}/${file}`, readFileSync(new URL(`${type}/${file}`, FOLDER), 'utf8')),
    ),
  );
}

function parse(name: string, text: string): Recorded {
  const cut = text.indexOf('\n\n');
  const head = new Map(
    text
      .slice(0, cut)
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const),
  );
  const key = (word: string): string => {
    const value = head.get(word);
    if (value === undefined) throw new Error(`${name} has no ${word}`);
    return value;
  };
  const [width, height] = key('size').split('x').map(Number) as [number, number];
  const [cursorX, cursorY] = key('cursor').split(',').map(Number) as [number, number];
  const lines = text.slice(cut + 2, -1).split('\n');
  return {
    name,
    type: key('type'),
    state: key('state'),
    version: key('version'),
    screen: { lines, title: key('title'), cursorX, cursorY, width, height, inMode: false },
  };
}
