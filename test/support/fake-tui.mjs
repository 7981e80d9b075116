// A terminal agent without a model, as a real program in a real pane: an input field with bracketed paste, turns, and a dialog that Enter answers. It
// looks like Claude Code. What is submitted, and each answered dialog (with its number, for each asks about something else), is a line of JSON in LOG.
// Escape denies one.
//
//   node fake-tui.mjs LOG [same]     `same`: each dialog asks the same. SIGUSR1: a dialog comes up, or goes; SIGUSR2: a turn of its own begins
import { appendFileSync } from 'node:fs';

const [log, same] = process.argv.slice(2);
const tell = (event) => appendFileSync(log, `${JSON.stringify(event)}\n`);
const transcript = ['Welcome'];
let text = '';
let dialog = false;
let asked = 0;
let busy = false;
let held = '';

/** Long text stands there as a marker. */
function folded() {
  const lines = text.split('\n').length;
  return lines > 20 ? `[Pasted text #1 +${lines - 1} lines]` : text;
}

function draw() {
  const width = process.stdout.columns;
  const line = '─'.repeat(width);
  const wrap = (each) => each.split('\n').flatMap((one) => one.match(new RegExp(`.{1,${width - 4}}`, 'gu')) ?? ['']);
  const rows = dialog
    ? [
        line,
        ' Bash command',
        ` touch file-${same === undefined ? asked : 1}`,
        ' Do you want to proceed?',
        ' ❯ 1. Yes',
        '   2. No',
        '',
        ' Esc to cancel · Tab to amend',
      ]
    : [line, ...wrap(folded()).map((one, index) => (index === 0 ? `❯ ${one}` : `  ${one}`)), line];
  const footer = dialog ? [] : [busy ? '  esc to interrupt' : '  ? for shortcuts'];
  const all = [...transcript.flatMap(wrap), '', ...rows, ...footer].slice(-process.stdout.rows);
  process.stdout.write(`\x1b[H${all.map((one) => `${one}\x1b[K`).join('\r\n')}\x1b[J`);
}

function turn() {
  busy = true;
  setTimeout(() => {
    busy = false;
    draw();
  }, 700);
}

function enter() {
  if (dialog) {
    tell({ answered: true, asked });
    dialog = false;
  } else if (text.trim() !== '') {
    tell({ submitted: text });
    transcript.push(`❯ ${folded()}`, '', '● Understood.');
    text = '';
    turn();
  }
}

function key(letter) {
  if (letter === '\r') enter();
  else if (dialog && letter === '\x1b') {
    tell({ denied: true, asked });
    dialog = false;
  } else if (dialog) return;
  else if (letter === '\x15') text = folded() === text ? text.replace(/[^\n]*$/, '') : '';
  else if (letter === '\x7f') text = text.slice(0, -1);
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
      if (!dialog) text += held.slice(6, end);
      held = held.slice(end + 6);
    } else {
      const [letter] = held;
      key(letter);
      held = held.slice(letter.length);
    }
  }
  draw();
});
process.on('SIGUSR1', () => {
  dialog = !dialog;
  if (dialog) asked++;
  draw();
});
process.on('SIGUSR2', () => {
  turn();
  draw();
});
process.stdout.write('\x1b[?2004h\x1b[2J');
process.stdout.on('resize', draw);
draw();
