import { stripEscapes } from '../base/index.ts';

/** One line of a screen: its text, and the same with everything that is greyed out blanked. */
export interface Row {
  readonly text: string;
  readonly solid: string;
}

const SGR = /\x1b\[([\d;:]*)m/g;

/**
 * Reads a line as `capture-pane -e` prints it. Faint is SGR 2 (ECMA-48 8.3.117); 22 and 0 end it. A reversed cell right before faint ones is
 * the cursor that a CLI draws itself on the first letter of its suggestion, so it counts as faint.
 */
export function rowOf(line: string): Row {
  if (!line.includes('\x1b')) return { text: line.trimEnd(), solid: line.trimEnd() };
  const cells: { text: string; faint: boolean; reversed: boolean }[] = [];
  let faint = false;
  let reversed = false;
  let end = 0;
  const take = (part: string): void => {
    const text = stripEscapes(part);
    if (text !== '') cells.push({ text, faint, reversed });
  };
  for (const match of line.matchAll(SGR)) {
    take(line.slice(end, match.index));
    end = match.index + match[0].length;
    ({ faint, reversed } = attributes(match[1] as string, faint, reversed));
  }
  take(line.slice(end));
  const solid = cells.map((cell, index) => {
    const cursor = cell.reversed && /^.$/su.test(cell.text) && cells[index + 1]?.faint === true;
    return cell.faint || cursor ? cell.text.replace(/./gu, ' ') : cell.text;
  });
  return {
    text: cells
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
    solid: solid.join('').trimEnd(),
  };
}

function attributes(codes: string, faint: boolean, reversed: boolean): { faint: boolean; reversed: boolean } {
  const list = codes === '' ? ['0'] : codes.split(';');
  for (let index = 0; index < list.length; index++) {
    const code = list[index];
    // 38;5;N and 38;2;R;G;B carry numbers that are no attributes.
    if (code === '38' || code === '48' || code === '58') index += list[index + 1] === '5' ? 2 : 4;
    else if (code === '' || code === '0') faint = reversed = false;
    else if (code === '2') faint = true;
    else if (code === '22') faint = false;
    else if (code === '7') reversed = true;
    else if (code === '27') reversed = false;
  }
  return { faint, reversed };
}
