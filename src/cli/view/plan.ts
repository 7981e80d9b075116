import type { Plan, PlannedChange } from '../../protocol/index.ts';
import type { Ink, Style } from './style.ts';

const WORDS: Readonly<Record<PlannedChange['action'], { sign: string; ink: Ink; words: string }>> = {
  add: { sign: '+', ink: 'green', words: 'will start' },
  remove: { sign: '-', ink: 'red', words: 'will be stopped' },
  restart: { sign: '~', ink: 'yellow', words: 'will be interrupted and start again' },
  update: { sign: '=', ink: 'cyan', words: 'changes without an interruption' },
  keep: { sign: ' ', ink: 'dim', words: 'stays as it is' },
};

/** True when applying the plan does nothing at all. */
export const isNoChange = (plan: Plan): boolean =>
  plan.session === 'same' && !plan.layoutChanged && plan.agents.every(({ action }) => action === 'keep');

/** A plan in words, one line for each thing that changes. */
export function planLines(plan: Plan, style: Style): string[] {
  if (isNoChange(plan)) return ['nothing has to change'];
  const changes = plan.agents.filter(({ action }) => action !== 'keep');
  const kept = plan.agents.length - changes.length;
  const width = Math.max(0, ...changes.map(({ agent }) => agent.length));
  return [
    ...(plan.session === 'renamed' ? ['the session gets another name'] : []),
    ...changes.map((change) => changeLine(change, width, style)),
    ...(plan.layoutChanged && plan.session === 'same' ? ['the panes are arranged anew'] : []),
    ...(kept > 0
      ? [style.paint('dim', `${kept} ${kept === 1 ? 'agent stays as it is' : 'agents stay as they are'}`)]
      : []),
  ];
}

function changeLine({ agent, action, fields }: PlannedChange, width: number, style: Style): string {
  const { sign, ink, words } = WORDS[action];
  const why =
    fields.length === 0 || action === 'add' || action === 'remove'
      ? ''
      : style.paint('dim', `  (${fields.join(', ')})`);
  return `${style.paint(ink, sign)} ${agent.padEnd(width)}  ${words}${why}`;
}

/** Agents whose work is broken off by the plan. */
export const interrupted = (plan: Plan): readonly string[] =>
  plan.agents.filter(({ action }) => action === 'restart' || action === 'remove').map(({ agent }) => agent);
