import { DASHBOARD_KEYS } from '../protocol/index.ts';
import { jsonSchema, layoutJsonSchema } from './json-schema.ts';

/** See index.ts. */
export function configurationMarkdown(): string {
  const schema = jsonSchema() as Schema;
  const definitions = schema.$defs ?? {};
  const section = (title: string, name: string, intro = ''): string => {
    const definition = definitions[name] as Schema;
    return `## ${title}\n\n${[definition.description, intro].filter(Boolean).join(' ')}\n\n${table(definition, definitions)}`;
  };
  const layout = layoutJsonSchema() as Schema;
  const parts = layout.$defs ?? {};
  return [
    HEAD,
    `## The file\n\n${schema.description}\n\n${table(schema, definitions)}`,
    section('Agents', 'Agent', 'An agent may also have every key of the defaults.'),
    section('Defaults', 'Defaults'),
    section('Restart', 'Restart'),
    section('Stop', 'Stop'),
    section('Readiness', 'Ready'),
    section('Liveness', 'Liveness'),
    section('Limits', 'Limits'),
    section('Messages', 'Messages', 'How they travel is told in [messages.md](messages.md).'),
    `${GROUPS}\n\n${section('Policy', 'Rule', POLICY)}`,
    section('Agent types', 'AgentType', AGENT_TYPES),
    section('Notices', 'Notices', NOTICES),
    section('Channels', 'Channel'),
    section('Rules of notices', 'NoticeRule'),
    `${section('Dashboard', 'Dashboard', DASHBOARD)}\n\n${actionsTable()}`,
    section('Profiles', 'Profile'),
    UNITS,
    ADDING_AN_AGENT,
    `${ADDING_A_LAYOUT}

${table(layout, parts)}

${parts.Node?.description}

${table(parts.Node ?? {}, parts)}`,
    '',
  ].join('\n\n');
}

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  description?: string;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
}

/** `AgentType` as `agent type`. */
const words = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

const nameOf = (ref: string): string => ref.split('/').at(-1) ?? '';

/** What a definition is called where a type is shown; the others link to the section of their name. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  Duration: 'duration',
  LongerThanZero: 'duration',
  Pause: 'duration',
  LinePattern: 'pattern',
  Size: 'size',
  Length: 'length',
  Off: '`off`',
  Node: 'node',
};

const SECTIONS: Readonly<Record<string, string>> = {
  Agent: 'agents',
  Defaults: 'defaults',
  Restart: 'restart',
  Stop: 'stop',
  Ready: 'readiness',
  Liveness: 'liveness',
  Limits: 'limits',
  Messages: 'messages',
  Rule: 'policy',
  AgentType: 'agent-types',
  Notices: 'notices',
  Channel: 'channels',
  NoticeRule: 'rules-of-notices',
  Dashboard: 'dashboard',
  Profile: 'profiles',
};

function typeOf(schema: Schema): string {
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(' or ');
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return TYPE_NAMES[name] ?? `[${words(name)}](#${SECTIONS[name] ?? words(name)})`;
  }
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (schema.const !== undefined) return `\`${written(schema.const)}\``;
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.filter((each) => each.const !== false).map(typeOf))].join(' or ');
  }
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.type === 'object') {
    const each = schema.additionalProperties;
    return typeof each === 'object' ? `map of ${typeOf(each)}` : 'map';
  }
  return (
    { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false', null: '`null`' }[
      schema.type ?? ''
    ] ?? 'anything'
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Values as they are written in the file. JSON is YAML, and its quotes are left out where YAML needs none. */
const written = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${written(each)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && /[{}$#:[\]]|^[@*]/.test(value) ? `'${value}'` : String(value);
};

/** The parts of an object, also of one behind a reference or beside shorthands in a union. */
function propertiesOf(schema: Schema, definitions: Record<string, Schema>): Schema | null {
  if (schema.properties !== undefined) return schema;
  for (const each of schema.anyOf ?? []) {
    const found = propertiesOf(each, definitions);
    if (found !== null) return found;
  }
  return null;
}

function rows(schema: Schema, definitions: Record<string, Schema>, above: string): string[] {
  const found = propertiesOf(schema, definitions);
  return Object.entries(found?.properties ?? {}).flatMap(([key, each]) => {
    const name = above === '' ? key : `${above}.${key}`;
    const needed = found?.required?.includes(key) ? ' **Required.**' : '';
    const example =
      each.examples?.[0] === undefined || each.$ref !== undefined ? '' : ` Example: \`${written(each.examples[0])}\`.`;
    const known = each.default === undefined ? '' : `\`${written(each.default)}\``;
    const about = each.description ?? definitions[nameOf(each.$ref ?? '')]?.description ?? '';
    const row = `| \`${name}\` | ${cell(typeOf(each))} | ${known} | ${cell(about)}${needed}${cell(example)} |`;
    const inner = each.$ref === undefined ? rows(each, definitions, name) : [];
    return [row, ...inner];
  });
}

function table(schema: Schema, definitions: Record<string, Schema>): string {
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows(schema, definitions, '')].join('\n');
}

const HEAD = `# Configuration

<!-- Generated from the schema by \`npm run generate\`. Change src/config/schema.ts or src/config/reference.ts instead. -->

One YAML file says what runs: \`orchestra.yaml\` in the folder of the project, or the one named with \`-f\`. \`orchestra init\`
writes one, \`orchestra config check\` looks for mistakes, \`orchestra config plan\` says which running agents a change would
interrupt, and \`orchestra up\`, run again, applies just the difference.

\`\`\`yaml
version: 1
session: garden
layout: nine
defaults:
  restart: { policy: always, healthy_after: 10s }
  stop: { keys: [C-c], timeout: 10s }
  limits: { memory: 2GB }
agents:
  conductor: { type: claude, role: lead, display: 指揮 }
  kaede: { type: codex, display: カエデ, skills: [codegen], env_file: .env.codex }
  sakura: { type: gemini, display: サクラ, skills: [review], depends_on: { conductor: ready } }
  tsubaki: { command: [npm, run, watch], ready: { log: compiled }, restart: on-failure }
  workers: { type: worker, replicas: 5, skills: [shell] }
messages: { ttl: 1d }
groups: { reviewers: [sakura, kaede] }
policy:
  - deny: { to: [conductor], types: [task_assign] }
profiles:
  production: { defaults: { limits: { memory: 4GB } } }
\`\`\`

Editors that know YAML schemas complete and check the file with this as its first line:
\`# yaml-language-server: $schema=PATH/schema/orchestra.schema.json\`. \`orchestra config schema\` prints it.`;

const UNITS = `## Units

Durations and sizes carry their unit; a bare number is a mistake. Time: \`ms\`, \`s\`, \`m\`, \`h\`, \`d\`, also together (\`1h30m\`),
up to 24 days. Size: \`kB\`, \`MB\`, \`GB\`, \`TB\` are powers of 1000, \`KiB\`, \`MiB\`, \`GiB\`, \`TiB\` powers of 1024.`;

const GROUPS = `## Groups

\`groups\` gives several agents one name. A message to \`@reviewers\` goes to each member but the sender. The name of a replicated
agent means all its replicas. A group and an agent may have the same name: the \`@\` keeps them apart.`;

const POLICY = `The first rule that fits a message decides; what no rule fits is allowed. A message to a group or to
\`broadcast\` is judged for each recipient, and refused when one of them may not get it. In YAML \`*\` and \`@\` need quotes.

\`\`\`yaml
groups: { reviewers: [sakura, kaede] }
policy:
  - allow: { from: [conductor], to: ['*'] }
  - deny: { from: ['*'], to: [conductor], types: [task_assign] }
  - deny: { from: ['@reviewers'], to: [workers] }
\`\`\``;

const AGENT_TYPES = `[messages.md](messages.md#a-driver-of-your-own) tells how to find
out what to write.

\`\`\`yaml
agent_types:
  mybot:
    extends: claude
    command: [mybot]
    screen: { busy: ['^⠋'] }
    composer: '^> $'
    submit: { keys: [Enter], wait: 300ms }
    quit: [C-c, C-c]
agents:
  momiji: { type: mybot, delivery: inbox }
\`\`\``;

const NOTICES = `How to set each channel up, and which events there are: [notices.md](notices.md). A change
applies while everything goes on.

\`\`\`yaml
notices:
  channels:
    team: { slack: { url: '\${SLACK_WEBHOOK:-}' } }
    here: desktop
  rules:
    - { severity: warning, to: [team] }
    - { events: [agent.approval, agent.question], to: [here] }
  quiet_hours: { from: '22:00', to: '07:00', zone: Europe/Berlin }
\`\`\``;

const DASHBOARD = `Screens, looks and keys are told in [dashboard.md](dashboard.md). A change applies while everything
goes on.

\`\`\`yaml
dashboard:
  theme: light
  keys: { restart: R, stop: [s, x], stop-all: [] }
\`\`\`

A key is a character (\`r\`, \`R\`, \`カ\`), one with Ctrl or Alt (\`C-r\`, \`M-r\`), or \`enter\`, \`escape\`, \`tab\`, \`space\`, \`up\`,
\`down\`, \`left\`, \`right\`, \`home\`, \`end\`, \`pageup\`, \`pagedown\`, \`insert\`, \`delete\`, \`backspace\`, \`f1\` to \`f12\`, which
may have \`C-\`, \`M-\` and \`S-\` before them. One key does one thing on a screen.`;

/** What can be done, by screen, with the keys it comes with. */
function actionsTable(): string {
  const lines = Object.entries(DASHBOARD_KEYS).flatMap(([screen, actions]) => {
    const all = Object.entries<readonly string[]>(actions);
    const shown = all.map(([action, keys]) => `\`${action}\` (${keys.map((key) => `\`${key}\``).join(', ')})`);
    return all.length === 0 ? [] : [`| ${screen} | ${cell(shown.join(', '))} |`];
  });
  return ['| screen | actions and their keys |', '|---|---|', ...lines].join('\n');
}

const ADDING_AN_AGENT = `## Adding an agent

Add a key under \`agents\` and run \`orchestra up\` again: the new agent is started, the others go on undisturbed.

\`\`\`yaml
agents:
  reviewer: { type: claude, skills: [review], cwd: docs }
  tests: { command: npm test -- --watch, ready: { log: 'Waiting for file changes' } }
\`\`\`

For one that is not worth a line in the file: \`orchestra run NAME -- COMMAND...\`. It gets the defaults and stays until it is
stopped or the session goes down.

A secret never belongs in the file. Name the variable (\`env: { OPENAI_API_KEY: '\${CODEX_KEY}' }\`) or a file that git ignores
(\`env_file: .env.codex\`): both are read each time the agent starts, and no value of them is ever printed.

Variables are those of the shell in which the session was brought up by its first \`orchestra up\`: a later \`export\`, and another \`orchestra up\` from another
shell, do not reach it. For a value that changes take an \`env_file\` and \`orchestra restart\`, or \`orchestra down\` and \`orchestra up\`.`;

const ADDING_A_LAYOUT = `## Adding a layout

Put \`NAME.yaml\` into the folder \`layouts\` of the project and write \`layout: NAME\`, or give the path of a file. It is a tree of
rows and columns; each leaf is a pane or a grid of panes. \`orchestra layout preview NAME\` draws it as text.

\`\`\`yaml
description: A lead on the left, the others beside it
min_pane: { width: 20, height: 4 }
root:
  column:
    - row:
        - { pane: agent, size: 60% }
        - { agents: grid, columns: auto }
    - { pane: dashboard, size: 10, max: 25% }
\`\`\``;
