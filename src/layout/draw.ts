import type { Box, Placed } from './area.ts';
import type { WindowPlan } from './arrange.ts';
import { columnsOf, fitGlyphs } from './text-width.ts';

export interface DrawOptions {
  /** Box-drawing characters, or plain ASCII. */
  readonly unicode: boolean;
  /** What to write instead of an agent's name, by name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Widest picture in columns; a larger window is drawn to scale. Default 80, at least 20. */
  readonly columns?: number;
}

/**
 * The windows as a text picture, one after another under a heading each, every pane with its name and its size in cells.
 * Lines are joined by newlines, without one at the end and without trailing spaces.
 */
export function drawPlan(plans: readonly WindowPlan[], options: DrawOptions): string {
  return plans.map((plan, i) => `${heading(plan, i, plans.length)}\n${drawWindow(plan, options)}`).join('\n\n');
}

function heading(plan: WindowPlan, index: number, of: number): string {
  const agents = plan.panes.filter(({ slot }) => slot.kind === 'agent').length;
  const what: string[] = [];
  if (agents > 0) what.push(agents === 1 ? '1 agent' : `${agents} agents`);
  if (agents < plan.panes.length) what.push('dashboard');
  const name = of === 1 ? 'window' : `window ${index + 1} of ${of}`;
  return `${name}, ${plan.width}x${plan.height}: ${what.join(' + ')}`;
}

/** Which ways a line goes on from a place of the picture. */
const UP = 1;
const DOWN = 2;
const LEFT = 4;
const RIGHT = 8;
const UNICODE_LINES = '   │ ┘┐┤ └┌├─┴┬┼';
const ASCII_LINES = '   | +++ +++-+++';

interface Picture {
  readonly lines: number[][];
  /** What is written over the lines; '' is the second column of a wide character. */
  readonly text: (string | undefined)[][];
}

function drawWindow(plan: WindowPlan, options: DrawOptions): string {
  const scale = scaleOf(plan, Math.max(20, options.columns ?? 80));
  const rows = scale.y(plan.height) + 1;
  const columns = scale.x(plan.width) + 1;
  const picture: Picture = {
    lines: Array.from({ length: rows }, () => Array<number>(columns).fill(0)),
    text: Array.from({ length: rows }, () => Array<string | undefined>(columns).fill(undefined)),
  };
  for (const pane of plan.panes) {
    const frame = frameOf(pane, scale);
    drawFrame(picture.lines, frame);
    writeLabel(picture.text, frame, pane, options);
  }
  const glyphs = options.unicode ? UNICODE_LINES : ASCII_LINES;
  return picture.lines
    .map((line, y) =>
      line
        .map((ways, x) => picture.text[y]?.[x] ?? glyphs[ways] ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** From the border before (-1) or after (the length) a cell of the window to a column or row of the picture. */
interface Scale {
  readonly x: (border: number) => number;
  readonly y: (border: number) => number;
}

/** Both ways alike, so that proportions stay; but no pane lower than its two lines of label as long as it has two rows. */
function scaleOf(plan: WindowPlan, columns: number): Scale {
  const byWidth = Math.min(1, (columns - 1) / (plan.width + 1));
  const lowest = Math.min(...plan.panes.map(({ height }) => height));
  const byHeight = Math.min(1, Math.max(byWidth, 3 / (lowest + 1)));
  return { x: (border) => Math.round((border + 1) * byWidth), y: (border) => Math.round((border + 1) * byHeight) };
}

/** Borders of a pane in the picture: columns `x` and `x + width`, rows `y` and `y + height`. */
function frameOf(pane: Placed, scale: Scale): Box {
  const x = scale.x(pane.x - 1);
  const y = scale.y(pane.y - 1);
  return { x, y, width: scale.x(pane.x + pane.width) - x, height: scale.y(pane.y + pane.height) - y };
}

function drawFrame(lines: number[][], { x, y, width, height }: Box): void {
  const join = (row: number, column: number, way: number): void => {
    const line = lines[row];
    if (line !== undefined) line[column] = (line[column] ?? 0) | way;
  };
  for (const row of [y, y + height]) {
    for (let i = x; i < x + width; i += 1) {
      join(row, i, RIGHT);
      join(row, i + 1, LEFT);
    }
  }
  for (const column of [x, x + width]) {
    for (let i = y; i < y + height; i += 1) {
      join(i, column, DOWN);
      join(i + 1, column, UP);
    }
  }
}

/** Name above size, in the middle; on one line, or the name alone, where the pane is too low. */
function writeLabel(text: (string | undefined)[][], frame: Box, pane: Placed, options: DrawOptions): void {
  const name = pane.slot.kind === 'dashboard' ? 'dashboard' : (options.labels?.[pane.slot.name] ?? pane.slot.name);
  const size = `${pane.width}x${pane.height}`;
  const rows = frame.height - 1;
  const columns = frame.width - 1;
  const ellipsis = options.unicode ? '…' : '.';
  const both = `${name}  ${size}`;
  const oneLine = columnsOf(fitGlyphs(both, Number.POSITIVE_INFINITY, ellipsis)) <= columns ? both : name;
  const label = rows >= 2 ? [name, size] : [oneLine];
  label.slice(0, rows).forEach((line, i) => {
    const glyphs = fitGlyphs(line, columns, ellipsis);
    let at = frame.x + 1 + Math.floor((columns - columnsOf(glyphs)) / 2);
    const row = text[frame.y + 1 + Math.floor((rows - label.length) / 2) + i];
    for (const glyph of glyphs) {
      if (row === undefined) return;
      row[at] = glyph.text;
      if (glyph.columns === 2) row[at + 1] = '';
      at += glyph.columns;
    }
  });
}
