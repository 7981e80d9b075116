// A terminal agent that nobody has written a driver for, as people make them at home: raw mode, bracketed paste, a prompt, rows that wrap at a column of
// their own, the cursor at the end of what is typed. Each text that was submitted is a line of JSON in LOG, in its own words each answer to its dialog.
//
//   node bot.mjs LOG INDENT     INDENT: blanks before further rows of its input field. `ask me` in a text makes it ask something; `y` or `n` answers
import { appendFileSync } from 'node:fs';

const [log, indent = '0'] = process.argv.slice(2);
const tell = (event) => appendFileSync(log, `${JSON.stringify(event)}\n`);
const before = ' '.repeat(Number(indent));
const shown = ['mybot is here'];
let text = '';
let asking = false;
let working = 0;
let held = '';

const rowsOf = (one, width) => one.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [''];

function draw() {
  const width = process.stdout.columns - 1 - before.length;
  const field = text.split('\n').flatMap((line, at) => rowsOf(at === 0 ? `> ${line}` : line, width));
  const bottom = asking ? ['Allow this? rm -r build (y/n)'] : field.map((row, at) => (at === 0 ? row : before + row));
  const busy = working > 0 ? [`* working ${working} (esc to interrupt)`] : [];
  const all = [...shown.slice(-8), ...busy, ...bottom];
  process.stdout.write(`\x1b8\x1b[J${all.join('\r\n')}`);
}

function turn() {
  working = 1;
  const timer = setInterval(() => {
    if (++working > 6) {
      clearInterval(timer);
      working = 0;
      shown.push('done.');
    }
    draw();
  }, 100);
}

function key(letter) {
  if (asking) {
    if (letter !== 'y' && letter !== 'n') return;
    tell({ chose: letter });
    shown.push('Allow this? rm -r build (y/n)', `* chose '${letter}'`);
    asking = false;
  } else if (letter === '\r') {
    if (text.trim() === '') return;
    tell({ submitted: text });
    shown.push(...text.split('\n').map((line, at) => (at === 0 ? `> ${line}` : line)));
    asking = text.includes('ask me');
    text = '';
    if (!asking) turn();
  } else if (letter === '\x15') text = text.replace(/[^\n]*\n?$/, '');
  else if (letter >= ' ') text += letter;
}

process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8');
process.stdin.on('data', (data) => {
  held += data;
  while (held !== '') {
    if (held.startsWith('\x1b[200~')) {
      const end = held.indexOf('\x1b[201~');
      if (end < 0) return;
      if (!asking) text += held.slice(6, end).replace(/\r\n?/g, '\n');
      held = held.slice(end + 6);
    } else {
      key(held[0]);
      held = held.slice(1);
    }
  }
  draw();
});
// What the one before it showed stays on the screen.
process.stdout.write('\x1b[?2004h\r\n\x1b7');
process.stdout.on('resize', draw);
draw();
