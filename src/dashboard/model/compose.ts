import type { MessageDraft } from '../../protocol/index.ts';
import type { Editor, State } from './state.ts';
import { fieldOf } from './text-field.ts';

/** Drafts that are kept; the oldest is forgotten first. */
const DRAFTS_MOST = 50;

/** A draft is found again by whom it is for and what it answers. */
const keyOf = ({ to, replyTo }: Pick<Editor, 'to' | 'replyTo'>): string => `${replyTo ?? ''} ${to}`;

/** Opens the editor for a message, with what was begun before. `replyTo`: id of the message it answers. */
export function compose(state: State, to: string, replyTo: string | null = null): State {
  const blank: Editor = { kind: 'editor', to, text: '', at: 0, goal: null, replyTo, priority: 'normal' };
  return { ...state, overlay: state.drafts.get(keyOf(blank)) ?? blank };
}

/** The editor is left: what was written is there when it is opened again. */
export function keepDraft(state: State, editor: Editor): State {
  const drafts = new Map(state.drafts);
  drafts.delete(keyOf(editor));
  if (editor.text.trim() !== '') drafts.set(keyOf(editor), editor);
  const [oldest] = drafts.keys();
  if (drafts.size > DRAFTS_MOST && oldest !== undefined) drafts.delete(oldest);
  return { ...state, drafts };
}

export function dropDraft(state: State, editor: Editor): State {
  return keepDraft(state, { ...editor, text: '' });
}

/** A message that could not be sent is a draft again, unless another was begun meanwhile. */
export function withDraft(state: State, { to, payload, replyTo = null, priority = 'normal' }: MessageDraft): State {
  if (typeof payload.text !== 'string' || state.drafts.has(keyOf({ to, replyTo }))) return state;
  return keepDraft(state, { kind: 'editor', to, ...fieldOf(payload.text), goal: null, replyTo, priority });
}
