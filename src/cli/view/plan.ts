import type { Plan, PlannedChange } from '../../protocol/index.ts';
import type { Ink } from '../../view/index.ts';
import type { Style } from './style.ts';

type Words = { readonly sign: string; readonly ink: Ink; readonly before: string; readonly after: string };

/** In words, before it is done and after. */
const WORDS: Readonly<Record<PlannedChange['action'], Words>> = {
  add: { sign: '+', ink: 'green', before: 'will start', after: 'was added' },
  remove: { sign: '-', ink: 'red', before: 'will be stopped', after: 'was stopped and removed' },
  restart: {
    sign: '~',
    ink: 'yellow',
    before: 'will be interrupted and start again',
    after: 'was interrupted and started again',
  },
  update: {
    sign: '=',
    ink: 'cyan',
    before: 'will change without an interruption',
    after: 'changed without an interruption',
  },
  keep: { sign: ' ', ink: 'dim', before: 'stays as it is', after: 'stayed as it was' },
};

/** True when applying the plan does nothing at all. */
export const isNoChange = (plan: Plan): boolean =>
  plan.session === 'same' &&
  !plan.layoutChanged &&
  plan.fields.length === 0 &&
  plan.agents.every(({ action }) => action === 'keep');

/** A plan in words, one line for each thing that changes; of what will happen, or of what was done. */
export function planLines(plan: Plan, when: 'before' | 'after', style: Style): string[] {
  if (isNoChange(plan)) return [when === 'before' ? 'nothing has to change' : 'nothing had to change'];
  const changes = plan.agents.filter(({ action }) => action !== 'keep');
  const kept = plan.agents.length - changes.length;
  const width = Math.max(0, ...changes.map(({ agent }) => agent.length));
  const settings = plan.fields.filter((field) => field !== 'profile');
  return [
    ...profileLines(plan),
    ...(plan.session === 'renamed'
      ? [when === 'before' ? 'the session gets another name' : 'the session got another name']
      : []),
    ...changes.map((change) => changeLine(change, width, when, style)),
    ...(plan.layoutChanged && plan.session === 'same'
      ? [when === 'before' ? 'the panes will be arranged anew' : 'the panes were arranged anew']
      : []),
    ...(settings.length > 0
      ? [`${when === 'before' ? 'the session will change' : 'the session changed'}  (${settings.join(', ')})`]
      : []),
    ...(kept > 0 ? [style.paint('dim', `${kept} ${kept === 1 ? 'agent' : 'agents'} not touched`)] : []),
  ];
}

/** It is dropped by leaving `--profile` out, which nobody means by leaving it out. */
function profileLines({ profile }: Plan): string[] {
  if (profile === undefined) return [];
  const keep = profile.from === null || profile.to !== null ? '' : ` (keep it with: --profile ${profile.from})`;
  return [`profile ${profile.from ?? 'none'} -> ${profile.to ?? 'none'}${keep}`];
}

function changeLine(
  { agent, action, fields }: PlannedChange,
  width: number,
  when: 'before' | 'after',
  style: Style,
): string {
  const { sign, ink, [when]: words } = WORDS[action];
  const why =
    fields.length === 0 || action === 'add' || action === 'remove'
      ? ''
      : style.paint('dim', `  (${fields.join(', ')})`);
  return `${style.paint(ink, sign)} ${agent.padEnd(width)}  ${words}${why}`;
}

/** Agents whose work is broken off by the plan. */
export const interrupted = (plan: Plan): readonly string[] =>
  plan.agents.filter(({ action }) => action === 'restart' || action === 'remove').map(({ agent }) => agent);
