import { formatDuration, plainLine } from '../../base/index.ts';
import type { MailEntry } from '../../protocol/index.ts';
import { stateWords } from '../../view/index.ts';
import { fitLines, type Line, type Size, type Span, span, type Tone } from '../frame.ts';
import { mailLoads, mailIsHere, openMail } from '../model/mail.ts';
import { howItStands, resultOf, type Standing, taskRows } from '../model/tasks.ts';
import type { State } from '../model/state.ts';
import type { Cell } from '../text.ts';
import { mailActions, mailMoves } from './mail-actions.ts';
import { openLines } from './mail-open.ts';
import { ageText, mailTable } from './mail-table.ts';
import { mailMouse } from './messages.ts';
import type { Screen } from './screen.ts';

const SIGNS: Readonly<Record<Standing, { sign: string; ascii: string; tone: Tone; words: string }>> = {
  working: { sign: '●', ascii: '*', tone: 'busy', words: 'in hand' },
  waiting: { sign: '○', ascii: 'o', tone: 'plain', words: 'waits' },
  dead: { sign: '✖', ascii: 'x', tone: 'bad', words: 'given up' },
  failed: { sign: '✖', ascii: 'x', tone: 'bad', words: 'failed' },
  done: { sign: '✔', ascii: '+', tone: 'good', words: 'done' },
};

const room = ({ size }: State): Size => ({ width: size.width, height: Math.max(1, size.height - 2) });

export const tasksScreen: Screen = {
  title: 'Tasks',
  bindings: [...mailMoves(taskRows, room), ...mailActions(taskRows)],
  view: tasksLines,
  loads: mailLoads,
  mouse: (state, input) => mailMouse(state, input, taskRows(state), { first: 4, room: room(state) }),
};

function tasksLines(state: State, size: Size): readonly Line[] {
  const open = openMail(state);
  if (open !== null) return openLines(state, open, size);
  const rows = taskRows(state);
  return fitLines(
    [
      countLine(state, rows),
      [],
      ...(rows.length === 0
        ? emptyLines(state)
        : mailTable(state, rows, columnsOf(state), { width: size.width, height: Math.max(1, size.height - 2) })),
    ],
    size,
  );
}

function emptyLines(state: State): Line[] {
  if (state.filter !== '') return [[], [span('  no task matches the filter', 'dim')]];
  if (!mailIsHere(state)) return [[], [span('  asking for the tasks', 'dim')]];
  return [
    [],
    [span('  no tasks', 'dim')],
    [],
    [span('  orchestra send AGENT --type task_assign TEXT', 'key'), span('  gives one to an agent', 'dim')],
  ];
}

/** `● 2 in hand   ○ 3 wait   ✔ 12 done`. */
function countLine(state: State, rows: readonly MailEntry[]): Line {
  const counts = new Map<Standing, number>();
  for (const row of rows) {
    const how = howItStands(state, row);
    counts.set(how, (counts.get(how) ?? 0) + 1);
  }
  const parts = (Object.keys(SIGNS) as Standing[]).flatMap((how): Span[] => {
    const count = counts.get(how) ?? 0;
    const { sign, ascii, tone, words } = SIGNS[how];
    return count === 0 ? [] : [span(`${state.settings.unicode ? sign : ascii} ${count} ${words}   `, tone)];
  });
  return [span(' '), ...parts];
}

function columnsOf(state: State): readonly Cell<MailEntry>[] {
  const { now, settings } = state;
  const look = (entry: MailEntry): (typeof SIGNS)[Standing] => SIGNS[howItStands(state, entry)];
  return [
    {
      title: '',
      text: (entry) => (settings.unicode ? look(entry).sign : look(entry).ascii),
      tone: (entry) => look(entry).tone,
    },
    { title: 'WHO', text: ({ message }) => plainLine(message.to), tone: () => 'bold', comfort: 14, least: 6 },
    { title: 'TASK', text: taskWords, comfort: 24, least: 10, grows: true },
    {
      title: 'STATE',
      text: (entry) => standingText(state, entry),
      tone: (entry) => look(entry).tone,
      comfort: 20,
      least: 7,
      priority: 5,
    },
    { title: 'FROM', text: ({ message }) => plainLine(message.from), comfort: 12, least: 6, priority: 2 },
    { title: 'AGE', text: (entry) => ageText(entry, now), align: 'right', tone: () => 'dim', priority: 4 },
    { title: 'TOOK', text: (entry) => tookText(state, entry), align: 'right', tone: () => 'dim', priority: 3 },
  ];
}

/** What it says; where it only says what to run, that. */
const taskWords = ({ message: { payload } }: MailEntry): string => {
  const { text, title, command } = payload;
  const said = [title, text, Array.isArray(command) ? command.join(' ') : command].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  return typeof said === 'string'
    ? plainLine(said.trimStart().slice(0, 2_000))
    : plainLine(JSON.stringify(payload).slice(0, 2_000));
};

function standingText(state: State, entry: MailEntry): string {
  const how = howItStands(state, entry);
  if (how === 'dead') return stateWords(entry);
  const status = resultOf(state, entry)?.message.payload.exit_code;
  return how === 'failed' && typeof status === 'number' ? `failed, status ${status}` : SIGNS[how].words;
}

/** How long it was from the order to the answer. */
function tookText(state: State, entry: MailEntry): string {
  const result = resultOf(state, entry);
  const took =
    result === null ? Number.NaN : Date.parse(result.message.timestamp) - Date.parse(entry.message.timestamp);
  return took >= 0 ? formatDuration(took) : '';
}
