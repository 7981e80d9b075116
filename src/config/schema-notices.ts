import { AGENT_NAME, SEVERITIES } from '../protocol/index.ts';
import * as z from 'zod';
import { Argv, Duration, line, LongerThanZero, Off, whole } from './scalars.ts';

/** The part of the schema that is about notices. */

const Text = z.string({ error: 'this must be text\nput quotes around it' }).min(1, { error: 'this text is empty' });

const SECRET =
  '`${VAR}` is filled in when something is sent, from the environment of the `orchestra up` that started the session.';

const Slack = z.strictObject({
  url: Text.meta({ description: `Address of an incoming webhook. ${SECRET}`, examples: ['${SLACK_WEBHOOK}'] }),
});
const Discord = z.strictObject({
  url: Text.meta({ description: `Address of a webhook of a channel. ${SECRET}`, examples: ['${DISCORD_WEBHOOK}'] }),
});
const Mail = z.strictObject({
  server: Text.meta({
    description:
      '`smtps://USER@HOST` (TLS from the start, port 465) or `smtp://USER@HOST` (STARTTLS, port 587). A server of another machine must encrypt. Without `USER` it is not logged in.',
    examples: ['smtps://hana@mail.example'],
  }),
  password: Text.optional().meta({ description: `Password of the user. ${SECRET}`, examples: ['${MAIL_PASSWORD}'] }),
  from: Text.meta({ description: 'Address of the sender.', examples: ['crew@garden.example'] }),
  to: z
    .union([Text, z.array(Text).min(1, { error: 'nobody is named' })])
    .meta({ description: 'Address or addresses of who gets it.' }),
});
const Webhook = z.strictObject({
  url: Text.meta({
    description: `Where the notice is posted as JSON. ${SECRET}`,
    examples: ['https://example.org/hook'],
  }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'this is not the name of a header' }), Text)
    .optional()
    .meta({ description: `Further headers. ${SECRET}`, examples: [{ Authorization: 'Bearer ${HOOK_TOKEN}' }] }),
  secret: Text.optional().meta({
    description: `Key of a signature: \`X-Orchestra-Signature\` is \`sha256=\` and the HMAC-SHA256 of the body. ${SECRET}`,
    examples: ['${HOOK_SECRET}'],
  }),
});

const NamedChannel = z
  .strictObject({
    slack: Slack.meta({ description: 'A channel of Slack.' }),
    discord: Discord.meta({ description: 'A channel of Discord.' }),
    mail: Mail.meta({ description: 'Mail.' }),
    webhook: Webhook.meta({ description: 'A server of your own.' }),
    command: Argv.meta({
      description:
        'A program, run as it is in the folder of the file, with the notice as JSON on its standard input and `ORCHESTRA_NOTICE_*` in its environment.',
      examples: [['./notify.sh']],
    }),
  })
  .partial();

const NO_CHANNEL = 'this must be `desktop`, `bell` or a map\nwrite it like { slack: { url: "${SLACK_WEBHOOK}" } }';

const Channel = z
  .union([z.enum(['desktop', 'bell'], { error: NO_CHANNEL }), NamedChannel], { error: NO_CHANNEL })
  .meta({
    id: 'Channel',
    description:
      'One of `slack`, `discord`, `mail`, `webhook`, `command`; or the word `desktop` (notify-send), or `bell` (that of every terminal attached).',
  });

const ChannelName = z.string().meta({ pattern: AGENT_NAME.source });
const Channels = z.record(ChannelName, Channel).meta({
  description: 'Where notices go, by names of your own.',
  examples: [{ team: { slack: { url: '${SLACK_WEBHOOK}' } }, here: 'desktop' }],
});

const SeverityWord = z.enum(SEVERITIES);

const NoticeRule = z
  .strictObject({
    events: z
      .array(line(64))
      .min(1, { error: 'no event is named\nleave `events` out to mean all' })
      .optional()
      .meta({
        description:
          'Names of events, a trailing `*` stands for all that begin so. All unless given. docs/notices.md has them.',
        examples: [['agent.broken', 'message.*']],
      }),
    severity: SeverityWord.optional().meta({
      description: 'At least this severe. `info` where `events` are named, else `warning`.',
    }),
    agents: z
      .array(line(64))
      .min(1, { error: 'no agent is named\nleave `agents` out to mean all' })
      .optional()
      .meta({
        description: 'Names of agents and `@groups`. All of them, and the session itself, unless given.',
        examples: [['kaede', '@reviewers']],
      }),
    to: z
      .array(line(64))
      .min(1, { error: 'no channel is named' })
      .meta({ description: 'Names of channels.', examples: [['team', 'here']] }),
  })
  .meta({
    id: 'NoticeRule',
    description: 'What goes where. Every rule that fits counts; a channel is told of an event once.',
  });

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const Time = z
  .string({ error: "this must be a time of day in quotes\nwrite it like '22:00'" })
  .regex(TIME, { error: "this must be a time of day\nwrite it like '22:00'" })
  .meta({ examples: ['22:00'] });

const QuietHours = z.strictObject({
  from: Time.meta({ description: 'When they begin, in quotes.', examples: ['22:00'] }),
  to: Time.meta({ description: 'When they end. A time before `from` is one of the next day.', examples: ['07:00'] }),
  zone: line(64)
    .optional()
    .meta({
      description: 'Time zone, as the IANA names it. That of the machine unless given.',
      examples: ['Europe/Berlin'],
    }),
  except: z.union([Off, SeverityWord]).optional().meta({
    description: 'What is at least this severe is told all the same; `off`: nothing is.',
    default: 'critical',
  }),
});

const RateLimit = z
  .strictObject({
    notices: whole(1, 1_000).meta({ description: 'At most this many notices,', default: 10 }),
    within: LongerThanZero.meta({ description: 'within this time.', default: '10m' }),
  })
  .partial();

const settings = {
  rules: z
    .array(NoticeRule)
    .max(200, { error: 'at most 200 rules' })
    .optional()
    .meta({ description: 'What goes where. Without a rule nothing is sent.' }),
  group_wait: Duration.optional().meta({
    description: 'What comes within this time after an event becomes one notice with it. `0s`: each event is one.',
    default: '10s',
  }),
  rate_limit: z
    .union([Off, RateLimit])
    .optional()
    .meta({ description: 'Limit for each channel. What comes meanwhile is told in one notice once there may be one.' }),
  quiet_hours: z
    .union([Off, QuietHours])
    .optional()
    .meta({ description: 'Nothing is told in these hours; what happened is told in one notice when they end.' }),
  max_age: LongerThanZero.optional().meta({
    description: 'What happened while nothing could tell of it, since no controller ran, is told unless it is older.',
    default: '1h',
  }),
};

const DESCRIPTION =
  'Tells people what happens when they do not look: to Slack, Discord, mail, webhooks, commands, the desktop, the bell.';

export const Notices = z
  .strictObject({ channels: Channels.optional(), ...settings })
  .meta({ id: 'Notices', description: DESCRIPTION });

/** The same laid over: a channel that is `null` is left out. */
export const NoticesOfProfile = z
  .strictObject({
    channels: z
      .record(ChannelName, z.union([z.null(), Channel]))
      .optional()
      .meta({ description: 'Changes to channels, further ones, or `null`.' }),
    ...settings,
  })
  .meta({ description: DESCRIPTION });

export type ChannelInput = z.infer<typeof Channel>;
export type NoticesInput = z.infer<typeof Notices>;
