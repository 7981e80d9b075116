import { plainLine } from '../../base/index.ts';
import { EXTERNAL, type MailEntry } from '../../protocol/index.ts';
import type { Size } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import { compose } from '../model/compose.ts';
import { chosenPlace, copyKey, glance, openMail, opened } from '../model/mail.ts';
import { back, moved } from '../model/move.ts';
import { type State, type Step, step, withToast } from '../model/state.ts';
import { openMost } from './mail-open.ts';

/** The messages a screen lists, newest first, as they are shown. */
export type Rows = (state: State) => readonly MailEntry[];

/** Moves in a list of messages, or in the one that is open in `room`. */
export function mailMove(state: State, rows: readonly MailEntry[], by: number, room: Size): State {
  const open = openMail(state);
  if (open !== null) {
    const most = openMost(state, open, room);
    return { ...state, mail: { ...state.mail, down: Math.max(0, Math.min(most, state.mail.down + by)) } };
  }
  const next = rows[moved(chosenPlace(state, rows), by, rows.length)];
  // At the top the newest is followed again.
  const chosen = next === undefined || next === rows[0] ? null : copyKey(next);
  return { ...state, mail: { ...state.mail, chosen } };
}

/** Opens the chosen message. */
export function openChosen(state: State, rows: readonly MailEntry[]): Step {
  const entry = rows[chosenPlace(state, rows)];
  return entry === undefined || state.mail.open ? step(state) : opened(state, entry);
}

export const closeMail = (state: State): State =>
  state.mail.open ? { ...state, mail: { ...state.mail, open: false, down: 0 } } : back(state);

/** Keys that move in a list of messages, open one and close it. `room`: what the screen has for it. */
export function mailMoves(rows: Rows, room: (state: State) => Size): Binding[] {
  const by = (id: string, keys: readonly string[], help: string, lines: number, hint?: string): Binding => ({
    id,
    keys,
    help,
    ...(hint === undefined ? {} : { hint }),
    run: (state) => step(mailMove(state, rows(state), lines, room(state))),
  });
  return [
    by('down', ['down', 'j'], 'the message below, or the line below in an open one', 1, 'choose'),
    by('up', ['up', 'k'], 'the message above, or the line above in an open one', -1),
    by('page-down', ['pagedown', 'C-f'], 'ten further', 10),
    by('page-up', ['pageup', 'C-b'], 'ten back', -10),
    by('first', ['home'], 'the newest, which is followed then', Number.NEGATIVE_INFINITY),
    by('last', ['end', 'G'], 'the oldest', Number.POSITIVE_INFINITY),
    {
      id: 'open',
      keys: ['enter', 'o', 'right'],
      help: 'read the message in full',
      hint: 'open',
      run: (state) => openChosen(state, rows(state)),
    },
    {
      id: 'close',
      keys: ['escape', 'left'],
      help: 'close the message',
      hint: 'back',
      hinted: ({ mail }) => mail.open,
      run: (state) => step(closeMail(state)),
    },
  ];
}

/** What can be done with a message, on every screen that lists some. */
export const mailActions = (rows: Rows): Binding[] => [
  {
    id: 'reply',
    keys: ['y', 'A'],
    help: 'answer the message',
    hint: 'reply',
    run: withMessage(rows, reply),
  },
  {
    id: 'redrive',
    keys: ['R'],
    help: 'queue a message that was given up once more',
    run: withMessage(rows, redrive),
  },
  {
    id: 'throw-away',
    keys: ['x'],
    help: 'throw a message away that waits or was given up',
    run: withMessage(rows, throwAway),
  },
];

function withMessage(rows: Rows, run: (state: State, entry: MailEntry) => Step): (state: State) => Step {
  return (state) => {
    const shown = rows(state);
    const entry = openMail(state) ?? shown[chosenPlace(state, shown)];
    return entry === undefined ? step(withToast(state, 'no message is chosen', 'warn')) : run(state, entry);
  };
}

/** To who wrote it; what came from outside of the crew is gone on with where it went. */
function reply(state: State, { message }: MailEntry): Step {
  const to = message.from === EXTERNAL ? message.to : message.from;
  if (to === EXTERNAL)
    return step(withToast(state, 'no agent wrote this and none got it: there is nobody to answer', 'warn'));
  return step(compose(state, to, message.id));
}

function redrive(state: State, { message, state: how, reason }: MailEntry): Step {
  if (how !== 'dead') return step(withToast(state, 'only a message that was given up can be queued again', 'warn'));
  const effect = { kind: 'redrive', agent: message.to, id: message.id } as const;
  if (reason !== 'ambiguous') return step(state, effect);
  return step({
    ...state,
    overlay: {
      kind: 'confirm',
      title: `queue it for ${message.to} again?`,
      lines: [
        `${message.to} may have it already: it may have been typed, and nothing proves it. It could be told twice.`,
        saidLine(message.payload),
      ],
      yes: 'queue again',
      effects: [effect],
      undo: null,
    },
  });
}

/** A message that waits becomes a dead one, which can be taken back; a dead one is deleted. */
function throwAway(state: State, { message, state: how }: MailEntry): Step {
  if (how === 'delivering') return step(withToast(state, 'it is being delivered at this moment', 'warn'));
  if (how !== 'queued' && how !== 'dead')
    return step(withToast(state, `it is ${how}: only what waits or was given up is thrown away`, 'warn'));
  const named = { agent: message.to, id: message.id };
  return step({
    ...state,
    overlay: {
      kind: 'confirm',
      title: `throw away this message to ${message.to}?`,
      lines: [
        `From ${plainLine(message.from)}: ${saidLine(message.payload)}`,
        how === 'queued'
          ? `${message.to} will not get it. It is kept among the dead ones.`
          : 'It is deleted, and cannot be queued again.',
      ],
      yes: 'throw away',
      effects: [{ kind: 'purge', ...named }],
      undo:
        how === 'queued'
          ? { what: `throwing away of a message to ${message.to}`, effects: [{ kind: 'redrive', ...named }] }
          : null,
    },
  });
}

/** Enough of it to know it again. */
const saidLine = (payload: MailEntry['message']['payload']): string => {
  const said = plainLine(glance(payload));
  return said.length > 160 ? `${said.slice(0, 159)}…` : said;
};
