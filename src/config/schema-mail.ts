import * as z from 'zod';
import { AGENT_NAME, ACTIVITIES, DELIVERY_MODES, MESSAGE_TYPES } from '../protocol/index.ts';
import { KNOWN_TYPES, TYPES } from './known-types.ts';
import { between, CommandLine, Key, LinePattern, line, LongerThanZero, Off, Pause, whole } from './scalars.ts';

/** The part of the schema that is about messages: their rules, groups, policy, and what orchestra knows about an agent CLI. */

const Backoff = z
  .strictObject({
    initial: LongerThanZero.meta({ description: 'Wait before the second attempt.', default: '1s' }),
    max: LongerThanZero.meta({ description: 'Longest wait.', default: '60s' }),
    factor: between(1, 100).meta({ description: 'Each wait is this many times the one before.', default: 2 }),
  })
  .partial();

export const Messages = z
  .strictObject({
    depth: whole(1, 1_000_000).meta({
      description:
        'Messages one mailbox may hold that are neither done nor dead. A sender to a full mailbox is told so.',
      default: 1_000,
    }),
    ttl: z.union([Off, LongerThanZero]).meta({
      description: 'A message that names no ttl of its own is dead (`expired`) after this time; `off` is never.',
      default: 'off',
      examples: ['1d'],
    }),
    attempts: whole(1, 1_000).meta({ description: 'Deliveries begun before a message is dead.', default: 5 }),
    backoff: Backoff.meta({ description: 'Growing waits between the attempts to deliver one message.' }),
    lease: z.union([Off, LongerThanZero]).meta({
      description:
        'Time an agent has to acknowledge what it was handed; after it the message is handed over again. `off` waits for no acknowledgement.',
      default: 'off',
      examples: ['10m'],
    }),
    keep: LongerThanZero.meta({
      description:
        'How long done and dead messages are kept. As long are their ids known, so that a second copy is dropped.',
      default: '7d',
    }),
  })
  .partial()
  .meta({ id: 'Messages', description: 'Rules of the mail between agents.' });

const Names = (what: string, more = '') =>
  z.union([line(64), z.array(line(64)).min(1, { error: `this list is empty\nwrite '*' for all of them` })]).meta({
    description: `${what}: agents, \`@group\`, ${more}\`*\` for all. All unless given.`,
    examples: [['conductor', '@reviewers']],
  });

const Clause = z
  .strictObject({
    from: Names('Who sends', '`external` for whoever signs nothing, '),
    to: Names('Who receives', '`external` for answers to whoever signs nothing, '),
    types: z
      .array(z.enum(MESSAGE_TYPES))
      .min(1, { error: 'this list is empty\nleave `types` out to mean every type' })
      .meta({ description: 'Types of message. Every type unless given.' }),
  })
  .partial();

const Rule = z
  .strictObject({
    allow: Clause.meta({ description: 'Messages like these may be sent.' }),
    deny: Clause.meta({ description: 'Messages like these are refused, and the sender is told so.' }),
  })
  .partial()
  .meta({ id: 'Rule', description: 'One of `allow` and `deny`.' });

export const Rules = z.array(Rule).max(1_000, { error: 'at most 1,000 rules' }).meta({
  description:
    'Who may send what to whom. The first rule that fits decides; what no rule fits is allowed. A message to a group is refused when one of its members may not get it.',
});

const Members = z.array(line(64)).min(1, { error: 'this group is empty\nname its members, or remove it' });
const GroupName = z.string().meta({ pattern: AGENT_NAME.source });

export const Groups = z.record(GroupName, Members).meta({
  description:
    'Names for several agents: a message to `@reviewers` goes to each member but the sender. The name of a replicated agent means all its replicas.',
  examples: [{ reviewers: ['sakura', 'kaede'] }],
});

const signs = (where: string) =>
  z
    .strictObject(
      Object.fromEntries(
        ACTIVITIES.filter((each) => each !== 'unknown').map((activity) => [
          activity,
          z.array(LinePattern).max(100, { error: 'at most 100 patterns' }).meta({ description: SHOWS[activity] }),
        ]),
      ) as Record<Exclude<(typeof ACTIVITIES)[number], 'unknown'>, z.ZodArray<typeof LinePattern>>,
    )
    .partial()
    .meta({ description: where });

const SHOWS = {
  idle: 'It waits for input.',
  busy: 'It works on something.',
  approval: 'It asks whether it may do something. Nothing is typed then.',
  question: 'It asks something else. Nothing is typed then.',
  limited: 'Its account has run into a limit.',
  error: 'It shows an error.',
  unknown: '',
} as const;

export const AgentType = z
  .strictObject({
    extends: z.enum([...(Object.keys(KNOWN_TYPES) as (keyof typeof KNOWN_TYPES)[]), 'command']).meta({
      description: 'The built-in type whose knowledge is taken over. A built-in type extends itself.',
    }),
    command: CommandLine.meta({
      description: 'What agents of this type run when they name no `command`. That of `extends` unless given.',
      examples: [['mybot', '--quiet']],
    }),
    screen: signs(
      'What its screen shows, by activity: regular expressions (`u` flag) over single lines near the bottom. Added to what `extends` knows.',
    ),
    title: signs('The same over the title of its pane.'),
    composer: LinePattern.meta({
      description: 'The line of its empty input field. Text after it is a draft of a person.',
      examples: ['^> $'],
    }),
    submit: z
      .strictObject({
        keys: z
          .array(Key)
          .min(1, { error: 'there is no key that submits' })
          .max(20, { error: 'at most 20 keys' })
          .meta({ description: 'Keys that submit what was typed.', default: ['Enter'] }),
        wait: Pause.meta({ description: 'Wait between the text and the keys, at most 10s.', default: '300ms' }),
      })
      .partial()
      .meta({ description: 'How typed text is submitted.' }),
    quit: z
      .array(Key)
      .min(1, { error: 'there is no key that quits' })
      .max(20, { error: 'at most 20 keys' })
      .meta({ description: 'Keys that make it quit.', examples: [['C-c', 'C-c']] }),
  })
  .partial()
  .meta({
    id: 'AgentType',
    description:
      'What orchestra knows about an agent CLI. A name of your own makes a new `type`; the name of a built-in one adds to it.',
  });

export const AgentTypes = z.record(z.string().meta({ pattern: AGENT_NAME.source }), AgentType).meta({
  description: 'Agent CLIs that orchestra does not know, and changes to those it knows, by name.',
});

/** Whether the name is one of `agent_types` is said in agents.ts, together with the one that was meant. */
export const TypeName = line(32).meta({
  anyOf: [{ enum: [...TYPES] }, { type: 'string', pattern: AGENT_NAME.source }],
  description:
    'Its driver. A known CLI needs no `command`; `worker` is the built-in agent; `command` is the default when a `command` is given; or a name under `agent_types`.',
});

export const Delivery = z.enum(DELIVERY_MODES).meta({
  description:
    'When its messages are typed. `idle`: once it waits for input. `now`: what is `urgent` at once, interrupting a turn. `inbox`: never, it reads its mailbox itself.',
  default: 'idle',
});

/** A restart gives the same conversation back. */
export const Resume = z.boolean({ error: 'this must be true or false' }).meta({
  description: 'When it is started again, its own conversation goes on, if its CLI can do that.',
  default: true,
});

export type MessagesInput = z.infer<typeof Messages>;
export type RuleInput = z.infer<typeof Rule>;
export type AgentTypeInput = z.infer<typeof AgentType>;
