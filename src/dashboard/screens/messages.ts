import { EXTERNAL, type MailEntry } from '../../protocol/index.ts';
import { messageSign, type Sign } from '../../view/index.ts';
import { beside, fitLine, fitLines, type Line, type Size, type Span, span, spread } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import { compose } from '../model/compose.ts';
import { queuedOf } from '../model/crew.ts';
import { chosenPlace, copyKey, isCrews, listedMail, mailIsHere, mailLoads, openMail } from '../model/mail.ts';
import { MAIL_SHOWS, type MailShow, type State, type Step, step, withToast } from '../model/state.ts';
import { TONE_OF } from '../tone.ts';
import { mailActions, mailMove, mailMoves, openChosen } from './mail-actions.ts';
import { openLines } from './mail-open.ts';
import { mailColumns, mailTable, mailWindow } from './mail-table.ts';
import { sideLines, stateCounts } from './messages-side.ts';
import type { Screen } from './screen.ts';

/** Narrowest screen with the picture of who writes to whom beside the messages, and what the picture takes of it. */
const SIDE_FROM = 120;
const SIDE_MOST = 52;

const rowsOf = (state: State): readonly MailEntry[] =>
  state.mail.show === 'queued' ? listedMail(state, isCrews) : listedMail(state);

/** What the open message has: everything between the first line and the last. */
const room = ({ size }: State): Size => ({ width: size.width, height: Math.max(1, size.height - 2) });

const COMPOSE: Binding = {
  id: 'compose',
  keys: ['c', 'm'],
  help: 'write a message: to who wrote the chosen one, else to the chosen agent',
  hint: 'write',
  run: write,
};

const SHOW: Binding = {
  id: 'show',
  keys: ['f'],
  help: 'show all messages, those to you, those that wait, those that were given up',
  hint: 'show',
  run(state) {
    const next = MAIL_SHOWS[(MAIL_SHOWS.indexOf(state.mail.show) + 1) % MAIL_SHOWS.length] as MailShow;
    const shown = { ...state, mail: { ...state.mail, show: next, chosen: null, open: false, down: 0 } };
    return step(shown, ...mailLoads(shown));
  },
};

export const messagesScreen: Screen = {
  title: 'Messages',
  bindings: [...mailMoves(rowsOf, room), ...mailActions(rowsOf), COMPOSE, SHOW],
  view: messagesLines,
  loads: mailLoads,
  mouse: (state, input) => mailMouse(state, input, rowsOf(state), { first: 4, room: room(state) }),
};

/** The wheel scrolls; a press chooses, and opens what is chosen already. @param first row of the screen the first message stands in */
export function mailMouse(
  state: State,
  { what, y }: Parameters<Screen['mouse']>[1],
  rows: readonly MailEntry[],
  { first, room: has }: { readonly first: number; readonly room: Size },
): Step {
  if (what !== 'press') return step(mailMove(state, rows, what === 'wheel-up' ? -3 : 3, has));
  if (state.mail.open) return step(state);
  const { top, at } = mailWindow(state, rows, has.height - first + 1);
  const place = top + y - first;
  const entry = y < first ? undefined : rows[place];
  if (entry === undefined) return step(state);
  if (place === at) return openChosen(state, rows);
  return step({ ...state, mail: { ...state.mail, chosen: place === 0 ? null : copyKey(entry) } });
}

function write(state: State): Step {
  const rows = rowsOf(state);
  const { message } = openMail(state) ?? rows[chosenPlace(state, rows)] ?? { message: null };
  const named = [message?.from, message?.to, state.selected].find(
    (name) => typeof name === 'string' && name !== EXTERNAL,
  );
  if (typeof named !== 'string') return step(withToast(state, 'there is no agent to write to', 'warn'));
  return step(compose(state, named, null));
}

function messagesLines(state: State, size: Size): readonly Line[] {
  const { unicode } = state.settings;
  const open = openMail(state);
  if (open !== null) return openLines(state, open, size);
  const rows = rowsOf(state);
  const side = size.width >= SIDE_FROM ? Math.min(SIDE_MOST, Math.floor(size.width * 0.32)) : 0;
  const width = side === 0 ? size.width : size.width - side - 3;
  const list = [
    showLine(state, rows, width),
    [],
    ...(rows.length === 0
      ? [[], emptyLine(state)]
      : mailTable(state, rows, mailColumns(state, rows, null), { width, height: Math.max(1, size.height - 2) })),
  ];
  const left = fitLines(list, { width, height: size.height });
  if (side === 0) return left;
  const bar = span(` ${unicode ? '│' : '|'} `, 'frame');
  return beside(
    left.map((line): Line => [...line, bar]),
    sideLines(state, rows, { width: side, height: size.height }),
  );
}

function emptyLine(state: State): Line {
  if (!mailIsHere(state)) return [span('  asking for the messages', 'dim')];
  if (state.filter !== '') return [span('  no message matches the filter', 'dim')];
  const words: Readonly<Record<MailShow, string>> = {
    all: 'no messages yet',
    'for you': 'nobody wrote to you',
    queued: 'no message waits to be handed over',
    dead: 'no message was given up',
  };
  return [span(`  ${words[state.mail.show]}`, 'dim')];
}

/** What is shown, and at the right how far it got: `[all]  queued 3  dead 1      ○ 3  ✔ 120`. */
function showLine(state: State, rows: readonly MailEntry[], width: number): Line {
  const { mail, settings, snapshot } = state;
  const agents = snapshot?.agents ?? [];
  const dead = agents.reduce((sum, agent) => sum + agent.mail.dead, 0);
  const count: Readonly<Record<MailShow, number>> = { all: 0, 'for you': 0, queued: queuedOf(state), dead };
  const left = MAIL_SHOWS.flatMap((show): Span[] => {
    const here = show === mail.show;
    const text = `${show}${count[show] > 0 ? ` ${count[show]}` : ''}`;
    const tone = here ? 'accent' : show === 'dead' && dead > 0 ? 'bad' : 'dim';
    return [span(here ? `[${text}]` : ` ${text} `, tone), span(' ')];
  });
  const yours = rows.filter((entry) => !isCrews(entry)).length;
  const right = [
    ...markCounts(rows).map(({ sign, ascii, ink, count: many }) =>
      span(`${settings.unicode ? sign : ascii} ${many}  `, TONE_OF[ink]),
    ),
    ...(yours > 0 ? [span(`to you ${yours}  `, 'dim')] : []),
  ];
  return fitLine(spread([span(' '), ...left], width < SIDE_FROM ? right : [], width), width);
}

/** How many are marked with each sign. */
function markCounts(rows: readonly MailEntry[]): (Sign & { count: number })[] {
  const marks = new Map<string, Sign & { count: number }>();
  for (const [state, many] of stateCounts(rows)) {
    const mark = messageSign(state === 'done' ? 'acked' : state);
    const key = `${mark.sign} ${mark.ink}`;
    marks.set(key, { ...mark, count: (marks.get(key)?.count ?? 0) + many });
  }
  return [...marks.values()];
}
