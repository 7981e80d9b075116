import { nearest } from '../base/index.ts';
import {
  BROADCAST,
  EXTERNAL,
  GROUP_NAME,
  type MessageRule,
  type MessagesSpec,
  type MessageType,
  OrchestraError,
} from '../protocol/index.ts';

/** Whether one rule's list names somebody: by name, by `@group`, or all by `*`. `external` is a name like any other. */
const names = (list: readonly string[], who: string, groups: MessagesSpec['groups']): boolean =>
  list.some((each) => each === '*' || each === who || (each.startsWith('@') && membersOf(each, groups)?.includes(who)));

/** The members of `@group`. A group may be called `constructor`, which every object has something of. */
const membersOf = (group: string, groups: MessagesSpec['groups']): readonly string[] | undefined =>
  Object.hasOwn(groups, group.slice(1)) ? groups[group.slice(1)] : undefined;

const fits = (
  rule: MessageRule,
  groups: MessagesSpec['groups'],
  from: string,
  to: string,
  type: MessageType,
): boolean =>
  (rule.types.length === 0 || rule.types.includes(type)) &&
  names(rule.from, from, groups) &&
  names(rule.to, to, groups);

/** The first rule that fits decides; where none does, everybody may write to everybody. */
export function mayWrite(rules: MessagesSpec, from: string, to: string, type: MessageType): boolean {
  return rules.policy.find((rule) => fits(rule, rules.groups, from, to, type))?.allow ?? true;
}

/**
 * The agents that get a copy: an agent itself, the members of a group or all of the crew, but for the sender.
 * Throws OrchestraError `unknown-agent`, and `refused` when nobody is left.
 */
export function recipientsOf(
  to: string,
  from: string,
  crew: readonly string[],
  groups: MessagesSpec['groups'],
): readonly string[] {
  if (to !== BROADCAST && !GROUP_NAME.test(to)) {
    if (crew.includes(to)) return [to];
    throw unknown('agent', to, nearest(to, crew), 'see them with: orchestra status');
  }
  // A broadcast is for the crew: who is outside reads only what is meant for them.
  const members = to === BROADCAST ? crew.filter((name) => name !== EXTERNAL) : membersOf(to, groups);
  if (members === undefined) {
    const meant = nearest(
      to,
      Object.keys(groups).map((name) => `@${name}`),
    );
    throw unknown('group', to, meant, 'groups are named under groups: in the configuration');
  }
  const others = [...new Set(members)].filter((name) => name !== from && crew.includes(name));
  if (others.length > 0) return others;
  throw new OrchestraError('refused', `${to} has no agent but the sender`, 'name an agent, or add one to the group');
}

const unknown = (what: string, name: string, meant: string | null, hint: string): OrchestraError =>
  new OrchestraError('unknown-agent', `no ${what} is named ${name}`, meant === null ? hint : `did you mean ${meant}?`);
