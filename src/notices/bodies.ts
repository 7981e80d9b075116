import type { Severity } from '../protocol/index.ts';
import type { Notice } from './notice.ts';

/** A notice in the words of each service. What an agent wrote must be text there, and nothing else: no mention, no link, no markup. */

const SIGNS: Readonly<Record<Severity, string>> = { info: '🔵', warning: '🟠', critical: '🔴' };

const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  // Half of a character outside the basic plane is no text: Discord refuses the whole message for it.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};

/** Slack: `&`, `<` and `>` are its control characters (docs.slack.dev, Formatting message text); `<!channel>` without them is text. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Characters of a message Slack shows whole: 4,000 in `text`. */
const SLACK_MOST = 4_000;

/** The JSON of an incoming webhook (docs.slack.dev, Sending messages using incoming webhooks). */
export function slackBody({ severity, title, lines }: Notice): object {
  const text = [`${SIGNS[severity]} ${title}`, ...lines].join('\n');
  // Cut before it is escaped: half an `&lt;` would be shown as it is.
  let most = SLACK_MOST;
  while (slackText(cut(text, most)).length > SLACK_MOST) most -= 100;
  return { text: slackText(cut(text, most)), mrkdwn: false, unfurl_links: false, unfurl_media: false };
}

/** Discord: everything its Markdown gives a meaning gets a backslash (discord.com, Markdown Text 101). */
const discordText = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~:@]/g, (sign) => `\\${sign}`);

/** Characters of `content` (docs.discord.com, Execute Webhook). */
const DISCORD_MOST = 2_000;
/** Links make no preview (docs.discord.com, Message Flags). */
const SUPPRESS_EMBEDS = 1 << 2;

export function discordBody({ severity, title, lines }: Notice): object {
  const text = [`${SIGNS[severity]} ${title}`, ...lines].join('\n');
  let most = DISCORD_MOST;
  while (discordText(cut(text, most)).length > DISCORD_MOST) most -= 50;
  return { content: discordText(cut(text, most)), allowed_mentions: { parse: [] }, flags: SUPPRESS_EMBEDS };
}

/** Subject and text of a mail. Both are plain: nodemailer encodes what is not ASCII, and no line of the subject can end early. */
export const mailText = ({ severity, title, lines, time }: Notice): { subject: string; text: string } => ({
  subject: cut(severity === 'info' ? title : `${severity}: ${title}`, 200),
  text: `${[title, '', ...lines, ...(lines.length === 0 ? [] : ['']), time].join('\n')}\n`,
});

const URGENCY: Readonly<Record<Severity, string>> = { info: 'low', warning: 'normal', critical: 'critical' };

/**
 * The body of a notification takes markup (Desktop Notifications Specification, Markup), and notify-send reads backslash escapes in it (g_strcompress):
 * an agent could write `\074b\076` for `<b>`.
 */
const desktopText = (text: string): string => slackText(text).replaceAll('\\', '\\\\');

export const desktopArgv = ({ severity, title, lines }: Notice): string[] => [
  'notify-send',
  '--app-name=orchestra',
  `--urgency=${URGENCY[severity]}`,
  '--',
  cut(title, 300),
  desktopText(cut(lines.join('\n'), 1_000)),
];

/** What a command finds in its environment; the whole notice is on its standard input. */
export const commandEnv = ({ id, session, severity, title, lines, test }: Notice): Record<string, string> => ({
  ORCHESTRA_NOTICE_ID: id,
  ORCHESTRA_NOTICE_SESSION: session,
  ORCHESTRA_NOTICE_SEVERITY: severity,
  ORCHESTRA_NOTICE_TITLE: title,
  ORCHESTRA_NOTICE_TEXT: [title, ...lines].join('\n'),
  ORCHESTRA_NOTICE_TEST: test ? '1' : '',
});
