import { plainLine, shellQuote } from '../../base/index.ts';
import type { AgentSpec, ChannelSpec, Command, SessionSpec } from '../../protocol/index.ts';

export const MASK = '***';

/** The specification without the values of any environment: they may be secrets, also when written into the file. */
export function maskedSpec(spec: SessionSpec): SessionSpec {
  const channels = Object.entries(spec.notices.channels).map(([name, channel]) => [name, maskedChannel(channel)]);
  const notices = { ...spec.notices, channels: Object.fromEntries(channels) as Record<string, ChannelSpec> };
  return { ...spec, notices, defaults: mask(spec.defaults), agents: spec.agents.map(mask) };
}

/** An address of Slack or Discord is all one needs to write there; that of a mail server may hold a password. */
function maskedChannel(channel: ChannelSpec): ChannelSpec {
  switch (channel.kind) {
    case 'slack':
    case 'discord':
      return { ...channel, url: MASK };
    case 'mail':
      return { ...channel, server: MASK, password: channel.password === null ? null : MASK };
    case 'webhook': {
      const headers = Object.fromEntries(Object.keys(channel.headers).map((name) => [name, MASK]));
      return { ...channel, url: MASK, headers, secret: channel.secret === null ? null : MASK };
    }
    case 'command':
    case 'desktop':
    case 'bell':
      return channel;
  }
}

const mask = <T extends Pick<AgentSpec, 'env'>>(owner: T): T => ({
  ...owner,
  env: Object.fromEntries(Object.keys(owner.env).map((name) => [name, MASK])),
});

/** A command as one would type it. */
export function commandText(command: Command): string {
  switch (command.kind) {
    case 'shell':
      return plainLine(command.script);
    case 'argv':
      return plainLine(command.argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word))).join(' '));
    case 'builtin':
      return `(built-in ${command.name})`;
  }
}

/** The specification in YAML, for people: durations in milliseconds and sizes in bytes, as the controller takes them. */
export function specLines(spec: SessionSpec): string[] {
  const { layout, ...rest } = maskedSpec(spec);
  const agents = Object.fromEntries(
    rest.agents.map(({ name, command, ...agent }) => [name, { command: commandText(command), ...agent }]),
  );
  return [
    '# What the file comes to. Durations are milliseconds, sizes bytes; values of env and addresses of channels are hidden.',
    ...yamlLines({ ...rest, layout: layout.name, agents }, ''),
  ];
}

/** Block YAML of plain JSON. Scalars are written as JSON, which YAML 1.2 contains, unless they are plain words. */
function yamlLines(value: object, indent: string): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const label = `${indent}${scalar(key)}:`;
    if (Array.isArray(inner) && inner.every((one) => typeof one !== 'object'))
      return [`${label} [${inner.map(scalar).join(', ')}]`];
    if (Array.isArray(inner)) return [label, ...inner.map((one) => `${indent}  - ${JSON.stringify(one)}`)];
    if (typeof inner !== 'object' || inner === null) return [`${label} ${scalar(inner)}`];
    return Object.keys(inner).length === 0 ? [`${label} {}`] : [label, ...yamlLines(inner, `${indent}  `)];
  });
}

const WORD = /^[A-Za-z/][\w./ -]*[\w/]$/;
const KEYWORD = /^(true|false|null|yes|no|on|off|nan|inf)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return WORD.test(value) && !KEYWORD.test(value) ? value : JSON.stringify(value);
}
