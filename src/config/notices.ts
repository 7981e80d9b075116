import { mailServer, nearest, webAddress, isZone } from '../base/index.ts';
import {
  CHANNEL_KINDS,
  type ChannelKind,
  type ChannelSpec,
  type MessagesSpec,
  NO_NOTICES,
  NOTICE_EVENTS,
  type NoticeRule,
  type NoticesSpec,
  type QuietHours,
} from '../protocol/index.ts';
import type { Context } from './context.ts';
import type { Group } from './dependencies.ts';
import { namesOf, type Names, scalars, unknown } from './messages.ts';
import { nameIsFine } from './names.ts';
import { isOff, ms } from './policies.ts';
import { quoted } from './problem.ts';
import type { ChannelInput, NoticesInput } from './schema-notices.ts';
import { substitute } from './substitute.ts';
import { childOf, type MapNode, mapOf, toPlain, type Tree } from './tree.ts';

/** `notices` of a file, checked against its agents and groups. */
export function readNotices(
  root: MapNode,
  crew: readonly Group[],
  groups: MessagesSpec['groups'],
  context: Context,
): NoticesSpec {
  const node = mapOf(childOf(root, 'notices'), root.at);
  const given = toPlain(node) as NoticesInput;
  const channels = readChannels(mapOf(childOf(node, 'channels'), node.at), context);
  const { groupWait, rateLimit, maxAge } = NO_NOTICES;
  const limit = given.rate_limit ?? {};
  return {
    channels,
    rules: readRules(childOf(node, 'rules'), Object.keys(channels), namesOf(crew), groups, context),
    groupWait: ms(given.group_wait, `${groupWait}ms`),
    rateLimit: isOff(limit)
      ? null
      : { notices: limit.notices ?? rateLimit?.notices ?? 1, within: ms(limit.within, `${rateLimit?.within}ms`) },
    quietHours: readQuietHours(childOf(node, 'quiet_hours'), context),
    maxAge: ms(given.max_age, `${maxAge}ms`),
  };
}

function readChannels(node: MapNode, context: Context): Record<string, ChannelSpec> {
  const channels: Record<string, ChannelSpec> = {};
  for (const [name, { at, node: channel }] of node.entries) {
    nameIsFine(name, at, context);
    const spec = channelOf(channel, context);
    if (spec !== null) channels[name] = spec;
  }
  return channels;
}

function channelOf(node: Tree, context: Context): ChannelSpec | null {
  const given = toPlain(node) as ChannelInput;
  if (typeof given === 'string') return { kind: given };
  if (node.kind !== 'map') return null;
  const kinds = CHANNEL_KINDS.filter((kind) => node.entries.has(kind));
  if (kinds.length !== 1) {
    if (kinds.length > 1)
      context.add(node.at, `${kinds.map(quoted).join(' and ')} exclude each other`, 'make two channels of it');
    else if (!node.partial)
      context.add(node.at, 'this channel goes nowhere', 'write it like { slack: { url: "${SLACK_WEBHOOK}" } }');
    return null;
  }
  const inside = childOf(node, kinds[0] as string);
  // What was wrong in it is said; half a channel is none.
  if (inside?.kind === 'map' && inside.partial) return null;
  if (given.command === undefined) {
    checkVariables(inside, context);
    checkAddress(kinds[0] as ChannelKind, inside, context);
  }
  const { slack, discord, mail, webhook, command } = given;
  if (slack !== undefined) return { kind: 'slack', url: slack.url };
  if (discord !== undefined) return { kind: 'discord', url: discord.url };
  if (webhook !== undefined)
    return { kind: 'webhook', url: webhook.url, headers: { ...webhook.headers }, secret: webhook.secret ?? null };
  if (command !== undefined) return { kind: 'command', argv: command };
  if (mail === undefined) return null;
  const to = typeof mail.to === 'string' ? [mail.to] : mail.to;
  return { kind: 'mail', server: mail.server, password: mail.password ?? null, from: mail.from, to };
}

/** Every `${VAR}` must be set, as in `env`: a channel that can't be reached is noticed when it is needed. Nothing of a value is shown. */
function checkVariables(node: Tree | undefined, context: Context): void {
  if (node === undefined) return;
  if (node.kind === 'list') for (const item of node.items) checkVariables(item, context);
  else if (node.kind === 'map') for (const entry of node.entries.values()) checkVariables(entry.node, context);
  else {
    const filled = substitute(String(node.value), context.ports.env);
    if (!filled.ok) context.add(node.at, filled.message, filled.hint);
  }
}

/** What the address comes to here. Nothing of it is shown. */
function checkAddress(kind: ChannelKind, channel: Tree | undefined, context: Context): void {
  const node = childOf(channel, kind === 'mail' ? 'server' : 'url');
  if (node?.kind !== 'scalar') return;
  const filled = substitute(String(node.value), context.ports.env);
  if (!filled.ok) return;
  const secret = kind !== 'webhook' || ['secret', 'headers'].some((key) => childOf(channel, key) !== undefined);
  const found = kind === 'mail' ? mailServer(filled.text) : webAddress(filled.text, secret);
  if (!found.ok) context.add(node.at, found.why);
}

function readRules(
  node: Tree | undefined,
  channels: readonly string[],
  names: Names,
  groups: MessagesSpec['groups'],
  context: Context,
): NoticeRule[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item): NoticeRule[] => {
    if (item.kind !== 'map' || item.partial) return [];
    const given = toPlain(item) as NonNullable<NoticesInput['rules']>[number];
    const agents = childOf(item, 'agents');
    for (const [name, at] of scalars(childOf(item, 'to') as Tree)) {
      if (!channels.includes(name)) unknown('channel', name, at, channels, context);
    }
    const events = childOf(item, 'events');
    if (events !== undefined) checkEvents(events, context);
    return [
      {
        events: given.events ?? [],
        severity: given.severity ?? (given.events === undefined ? 'warning' : 'info'),
        agents: agents === undefined ? null : readAgents(agents, names, groups, context),
        to: given.to,
      },
    ];
  });
}

function checkEvents(node: Tree, context: Context): void {
  for (const [name, at] of scalars(node)) {
    const known = name.endsWith('*')
      ? NOTICE_EVENTS.some((each) => each.startsWith(name.slice(0, -1)))
      : NOTICE_EVENTS.includes(name);
    if (known) continue;
    const meant = nearest(name, NOTICE_EVENTS);
    context.add(
      at,
      `there is no event ${quoted(name)}`,
      meant === null ? 'docs/notices.md has all of them' : `did you mean ${quoted(meant)}?`,
    );
  }
}

function readAgents(node: Tree, names: Names, groups: MessagesSpec['groups'], context: Context): string[] {
  const found = scalars(node).flatMap(([name, at]): readonly string[] => {
    const members = name.startsWith('@') ? groups[name.slice(1)] : names.get(name);
    if (members !== undefined) return members;
    if (name.startsWith('@'))
      unknown(
        'group',
        name,
        at,
        Object.keys(groups).map((each) => `@${each}`),
        context,
      );
    else if (name === '*') context.add(at, '`*` is not possible here', 'leave `agents` out to mean all');
    else unknown('agent', name, at, [...names.keys()], context);
    return [];
  });
  return [...new Set(found)];
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function readQuietHours(node: Tree | undefined, context: Context): QuietHours | null {
  if (node?.kind !== 'map' || node.partial) return null;
  const given = toPlain(node) as Exclude<NonNullable<NoticesInput['quiet_hours']>, 'off' | false>;
  const [from, to] = [minutes(given.from), minutes(given.to)];
  if (from === to) context.add(node.at, 'quiet hours that begin when they end are none, or all day', 'take two times');
  const zone = given.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(zone)) {
    const at = childOf(node, 'zone')?.at ?? node.at;
    const meant = nearest(zone, Intl.supportedValuesOf('timeZone'));
    context.add(
      at,
      `there is no time zone ${quoted(zone)}`,
      meant === null ? 'write it like Europe/Berlin' : `did you mean ${quoted(meant)}?`,
    );
  }
  const except = given.except ?? 'critical';
  return { from, to, zone, except: isOff(except) ? null : except };
}
