import { AGENT_NAME, CONDITIONS, SESSION_NAME } from '../protocol/index.ts';
import * as z from 'zod';
import { Account, CommandLine, Duration, Key, line, LongerThanZero, Off, Path, whole } from './scalars.ts';
import { Group, Limits, Sandbox, User } from './schema-confine.ts';
import { Dashboard } from './schema-dashboard.ts';
import { Liveness, Ready } from './schema-probes.ts';
import { Policy, Restart } from './schema-restart.ts';
import { AgentTypes, Delivery, Groups, Messages, Resume, Rules, TypeName } from './schema-mail.ts';
import { Notices, NoticesOfProfile } from './schema-notices.ts';

/**
 * The one schema of `orchestra.yaml`: it checks files, is published as JSON Schema, and docs/configuration.md is written from
 * it. It only judges shapes; what needs the machine or other parts of the file is in agents.ts.
 */

const Stop = z
  .strictObject({
    keys: z
      .array(Key)
      .max(20, { error: 'at most 20 keys' })
      .meta({
        description:
          "The agent's own way to quit: tmux key names, or text, sent to its pane. An empty list leaves this step out.",
        default: ['C-c'],
      }),
    timeout: LongerThanZero.meta({
      description: 'Time until SIGKILL, shared evenly by the steps: keys, SIGINT, SIGTERM.',
      default: '10s',
    }),
    steps: z
      .strictObject({
        keys: Duration.meta({ description: 'Wait after the keys; `0s` leaves the step out.' }),
        int: Duration.meta({ description: 'Wait after SIGINT; `0s` leaves the step out.' }),
        term: Duration.meta({ description: 'Wait after SIGTERM; `0s` leaves the step out.' }),
      })
      .partial()
      .meta({ description: 'Waits of single steps, where an even share of `timeout` does not fit.' }),
  })
  .partial();

const Env = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'this is not the name of a variable\nletters, digits and _ only' }),
    z.union([z.string(), z.number()], { error: 'the value must be text\nput quotes around it' }),
  )
  .meta({
    description:
      'Environment variables. `${VAR}` and `${VAR:-default}` are filled in at each start, from the environment of the `orchestra up` that started the session; `$$` is a dollar sign.',
    examples: [{ RUST_LOG: 'info', OPENAI_API_KEY: '${CODEX_KEY}' }],
  });

const Files = z.union([Path, z.array(Path)]);

const inherited = {
  cwd: Path.meta({
    description: 'Working directory, relative to the configuration file. Its own folder unless given.',
  }),
  env: Env,
  env_file: Files.meta({
    description:
      'File or files in dotenv format, read at each start; later ones win, `env` wins over all. Keep secrets here and this file out of git.',
    examples: ['.env.codex'],
  }),
  ready: z.union([Off, Ready]).meta({
    id: 'Ready',
    description:
      'When an agent counts as ready. One of `log`, `file`, `exec`, `http`, `tcp`, `delay`; without it, started is ready.',
  }),
  liveness: z.union([Off, Liveness]).meta({
    id: 'Liveness',
    description:
      'How a hanging agent is found, which is then restarted. One of `heartbeat`, `exec`, `http`, `tcp`, `silence`.',
  }),
  restart: z.union([Policy, Restart]).meta({
    id: 'Restart',
    description: 'What happens when it ends. `restart: never` is short for `restart: { policy: never }`.',
  }),
  stop: Stop.meta({
    id: 'Stop',
    description: 'How it is asked to end: keys, SIGINT, SIGTERM, SIGKILL, always the whole process tree.',
  }),
  limits: Limits,
  sandbox: Sandbox,
  user: User,
  group: Group,
  delivery: Delivery,
  resume: Resume,
};

export const Defaults = z.strictObject(inherited).partial().meta({
  id: 'Defaults',
  description: 'What every agent inherits. Maps merge, everything else is replaced; `off` takes a default away.',
});

export const Agent = z
  .strictObject({
    type: TypeName,
    command: CommandLine.meta({
      description: 'What to run. Text is run by sh, a list as it is.',
      examples: [['npm', 'run', 'watch']],
    }),
    replicas: z.union([z.literal('max'), whole(-1024, 1_000)], { error: 'this must be a number or `max`' }).meta({
      description:
        'That many of them, called name-1, name-2, ...; `max` is one for each processor, `-1` one less than that.',
    }),
    display: line(64).meta({ description: 'A name for people, in any script.', examples: ['カエデ'] }),
    role: line(64).meta({ description: 'Its part in the crew.', examples: ['lead'] }),
    skills: z
      .array(line(64))
      .meta({ description: 'What it is good at; tasks are handed out by this.', examples: [['codegen', 'review']] }),
    depends_on: z.union([z.array(z.string()), z.record(z.string(), z.enum(CONDITIONS))]).meta({
      description:
        'What must be before this one starts: another agent `started` (the meaning of a list), `ready`, `healthy` (ready, and its `liveness` succeeded), `completed` (ended for good) or `completed_successfully`.',
      examples: [{ conductor: 'ready' }],
    }),
    account: Account.meta({
      description: 'Agents of one account wait together when it runs into a limit. The name of its type unless given.',
      examples: ['team-key'],
    }),
    ...inherited,
  })
  .partial()
  .meta({ id: 'Agent', description: 'One agent, or several alike.' });

/** For editors only: what is wrong with a name is said in agents.ts, together with one that would do. */
const AgentName = z.string().meta({ pattern: AGENT_NAME.source });

const session = line(64).meta({
  pattern: SESSION_NAME.source,
  description: 'Name of the tmux session. Letters, digits, `_` and `-`.',
  examples: ['garden'],
});
const layout = line(4096).meta({
  description: 'Name of a layout (`orchestra layout list`), or the path of a YAML file.',
  default: 'nine',
});

export const Profile = z
  .strictObject({
    session,
    layout,
    defaults: Defaults,
    agents: z
      .record(AgentName, z.union([z.null(), Agent]))
      .meta({ description: 'Changes to agents, further agents, or `null` for those to leave out.' }),
    messages: Messages,
    notices: NoticesOfProfile,
    dashboard: Dashboard,
    groups: z
      .record(AgentName, z.union([z.null(), Groups.valueType]))
      .meta({ description: 'Changes to groups, further ones, or `null`.' }),
    policy: Rules.meta({ description: 'Another policy in place of the one of the file.' }),
    agent_types: z
      .record(AgentName, z.union([z.null(), AgentTypes.valueType]))
      .meta({ description: 'Changes to agent types, further ones, or `null`.' }),
  })
  .partial()
  .meta({
    id: 'Profile',
    description:
      'Laid over the rest of the file with `--profile`. Maps merge, everything else is replaced, an agent set to `null` is left out.',
  });

export const File = z
  .strictObject({
    version: z.literal(1, { error: 'this must be the number 1' }).meta({ description: 'Version of the format: 1.' }),
    session,
    layout: layout.optional(),
    defaults: Defaults.optional(),
    agents: z
      .record(AgentName, Agent)
      .meta({ description: 'The agents by name: a small letter, then up to 31 small letters, digits and `-`.' }),
    messages: Messages.optional(),
    notices: Notices.optional(),
    dashboard: Dashboard.optional(),
    groups: Groups.optional(),
    policy: Rules.optional(),
    agent_types: AgentTypes.optional(),
    profiles: z.record(z.string(), Profile).optional().meta({ description: 'Variants of this file, by name.' }),
  })
  .meta({ title: 'orchestra.yaml', description: 'The crew of one project.' });

export type AgentInput = z.infer<typeof Agent>;
export type DefaultsInput = z.infer<typeof Defaults>;
