// Draws the pictures of the dashboard in README.md again: docs/dashboard-*.svg. They are made of the same lines a terminal gets, so they cannot show
// what the program does not.
//
//   node scripts/pictures.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.env.TZ = 'UTC';
const root = fileURLToPath(new URL('..', import.meta.url));
const PICTURES = [
  { file: 'docs/dashboard-crew.svg', screen: 'crew', width: 132, height: 30 },
  { file: 'docs/dashboard-charts.svg', screen: 'charts', width: 132, height: 30 },
];

/** Of a cell, px; 1.9 of the font's size fits no two fonts alike, so every text is told how long it is. */
const CELL = { width: 8, height: 17, font: 13.2, base: 12.5 };
const PAD = 10;
const GROUND = '#16161a';
const TEXT = '#d8d8d8';

/** Colours of the 256 (xterm): 16 to 231 are a cube, 232 to 255 greys. The sixteen before them are the reader's own, here xterm's. */
const SIXTEEN =
  '#000000 #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 #666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff'.split(
    ' ',
  );
const hex = (...parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
const level = (step) => (step === 0 ? 0 : 55 + step * 40);
function colourOf(number) {
  if (number < 16) return SIXTEEN[number];
  if (number >= 232) return hex(...Array(3).fill(8 + (number - 232) * 10));
  const cube = number - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

/**
 * Parameters of SGR (ECMA-48 8.3.117) as what SVG knows.
 * @returns {{ fill: string, ground: string | null, bold: boolean, dim: boolean }}
 */
function styleOf(sgr) {
  /** @type {ReturnType<typeof styleOf>} */
  const style = { fill: TEXT, ground: null, bold: false, dim: false };
  const numbers = sgr.split(';').filter(Boolean).map(Number);
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at];
    if (number === 1) style.bold = true;
    else if (number === 2) style.dim = true;
    else if (number === 7) [style.fill, style.ground] = [style.ground ?? GROUND, style.fill];
    else if (number >= 30 && number <= 37) style.fill = colourOf(number - 30);
    else if (number >= 90 && number <= 97) style.fill = colourOf(number - 82);
    else if (number >= 40 && number <= 47) style.ground = colourOf(number - 40);
    else if ((number === 38 || number === 48) && numbers[at + 1] === 5) {
      style[number === 38 ? 'fill' : 'ground'] = colourOf(numbers[at + 2]);
      at += 2;
    }
  }
  return style;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const at = (number) => Number(number.toFixed(1));

/** Pieces of one kind of character: fonts take their own widths for the rest, and a text that is stretched must not stretch its neighbours. */
const pieces = (text) => text.match(/[!-~]+(?: [!-~]+)*|[\u2800-\u28ff]+|[─-▟]+|[^\s!-~\u2800-\u28ff─-▟]+|\s+/gu) ?? [];

function lineOf(line, row, widthOf) {
  const grounds = [];
  const texts = [];
  let column = 0;
  for (const { text, sgr } of line) {
    const style = styleOf(sgr);
    const [x, y] = [PAD + column * CELL.width, PAD + row * CELL.height];
    const wide = widthOf(text) * CELL.width;
    // Half a pixel over, so that no seam shows between two lines.
    if (style.ground !== null && wide > 0)
      grounds.push(
        `<rect x="${at(x)}" y="${at(y)}" width="${at(wide)}" height="${CELL.height + 0.5}" fill="${style.ground}"/>`,
      );
    let from = x;
    for (const piece of pieces(text)) {
      const length = widthOf(piece) * CELL.width;
      if (piece.trim() !== '' && length > 0) {
        const weight = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`;
        texts.push(
          `<text x="${at(from)}" y="${at(y + CELL.base)}" textLength="${at(length)}" lengthAdjust="spacingAndGlyphs" fill="${style.fill}"${weight}>${escaped(piece)}</text>`,
        );
      }
      from += length;
    }
    column += widthOf(text);
  }
  return [...grounds, ...texts].join('');
}

function svgOf(lines, width, widthOf) {
  const [wide, high] = [width * CELL.width + 2 * PAD, lines.length * CELL.height + 2 * PAD];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK JP',monospace" font-size="${CELL.font}" xml:space="preserve">`,
    `<rect width="${wide}" height="${high}" rx="8" fill="${GROUND}"/>`,
    ...lines.map((line, row) => lineOf(line, row, widthOf)),
    '</svg>\n',
  ].join('\n');
}

const folder = mkdtempSync(join(root, '.pictures-'));
try {
  const scenes = join(folder, 'scenes.mjs');
  const entry = "export * from './test/support/scenes.ts'; export { textWidth } from './src/base/index.ts';";
  await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    outfile: scenes,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['blessed', 'libsql', 'chokidar', 'pino'],
    logLevel: 'warning',
  });
  const { garden, sceneFrame, lookOf, textWidth } = await import(pathToFileURL(scenes).href);
  for (const { file, screen, width, height } of PICTURES) {
    const frame = sceneFrame(garden(), screen, width, height);
    writeFileSync(join(root, file), svgOf(lookOf(frame, 'dark'), width, textWidth));
    console.log(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
