import type { AgentDefaults } from '../protocol/index.ts';
import { readConfined } from './confine.ts';
import type { Context } from './context.ts';
import { parseEnvFile } from './env-file.ts';
import { livenessProbe, readyProbe, restartPolicy, stepsTotal, stopPolicy, stopTimeout } from './policies.ts';
import { readText } from './ports.ts';
import { hasControl, quoted, visible } from './problem.ts';
import type { DefaultsInput } from './schema.ts';
import { substitute } from './substitute.ts';
import { childOf, entryOf, type MapNode, toPlain, type Tree } from './tree.ts';

/** The part of an agent that `defaults` can give, checked against the machine. `tree` fits the schema. */
export function readInherited(tree: MapNode, context: Context): AgentDefaults {
  const input = toPlain(tree) as DefaultsInput;
  const cwd = readCwd(tree, context);
  const locate = (path: string): string => context.locate(path, cwd);
  checkPolicies(tree, input, locate, context);
  return {
    cwd,
    env: readEnv(childOf(tree, 'env'), context),
    envFiles: readEnvFiles(childOf(tree, 'env_file'), context),
    ready: readyProbe(input.ready, locate),
    liveness: livenessProbe(input.liveness, locate),
    restart: restartPolicy(input.restart, locate),
    stop: stopPolicy(input.stop),
    ...readConfined(tree, input, cwd, context),
    delivery: input.delivery ?? 'idle',
    resume: input.resume ?? true,
  };
}

function readCwd(tree: MapNode, context: Context): string {
  const node = childOf(tree, 'cwd');
  if (node?.kind !== 'scalar') return context.project;
  const path = context.locate(String(node.value));
  const kind = context.ports.kind(path);
  if (kind === null)
    context.add(
      node.at,
      `the folder ${quoted(String(node.value))} does not exist`,
      `create ${visible(path)}, or correct the path`,
    );
  if (kind === 'file') context.add(node.at, `${quoted(String(node.value))} is a file, not a folder`);
  return path;
}

function readEnv(tree: Tree | undefined, context: Context): Record<string, string> {
  if (tree?.kind !== 'map') return {};
  const env: Record<string, string> = {};
  for (const [name, { node }] of tree.entries) {
    if (node.kind !== 'scalar') continue;
    // A number is taken as it was written: 1.10 must not become 1.1.
    const text = typeof node.value === 'string' ? node.value : node.source;
    const filled = substitute(text, context.ports.env);
    if (!filled.ok) context.add(node.at, filled.message, filled.hint);
    env[name] = text;
  }
  return env;
}

function readEnvFiles(tree: Tree | undefined, context: Context): string[] {
  if (tree === undefined || tree.kind === 'map') return [];
  return (tree.kind === 'list' ? tree.items : [tree]).flatMap((node) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
    const path = context.locate(node.value);
    // What is here may be a secret that was written in place of a file name.
    const shown =
      node.value.includes('=') || hasControl(node.value) ? 'the env file' : `the env file ${quoted(node.value)}`;
    if (context.ports.kind(path) !== 'file') {
      const hint = shown === 'the env file' ? 'variables go under env: or into a file that is named here' : '';
      context.add(node.at, `${shown} ${context.ports.kind(path) === null ? 'does not exist' : 'is a folder'}`, hint);
      return [];
    }
    const file = readText(context.ports, path);
    if (!file.ok) context.add(node.at, `${shown} ${file.why}`);
    const parsed = file.ok ? parseEnvFile(file.text, path) : { ok: true };
    if ('problems' in parsed) context.problems.push(...parsed.problems);
    return [path];
  });
}

const PROBES = {
  ready: { kinds: ['log', 'file', 'exec', 'http', 'tcp', 'delay'], tries: ['interval'] },
  liveness: { kinds: ['heartbeat', 'exec', 'http', 'tcp', 'silence'], tries: ['interval', 'timeout', 'failures'] },
} as const;

/** Probes that are tried again and again. */
const TRIED = ['exec', 'http', 'tcp'];

/** What the schema cannot see: keys that contradict each other, also when they come from different places. */
function checkPolicies(tree: MapNode, input: DefaultsInput, locate: (path: string) => string, context: Context): void {
  for (const key of ['ready', 'liveness'] as const) checkProbe(key, childOf(tree, key), context);
  const steps = childOf(childOf(tree, 'stop'), 'steps');
  const timeout = childOf(childOf(tree, 'stop'), 'timeout');
  if (steps !== undefined && timeout !== undefined && stepsTotal(input.stop) > stopTimeout(input.stop)) {
    context.add(steps.at, 'the steps take longer than `timeout` allows', 'raise stop.timeout, or leave it out');
  }
  const policy = restartPolicy(input.restart, locate);
  const backoff = childOf(childOf(tree, 'restart'), 'backoff');
  if (backoff !== undefined && policy.backoff !== null && policy.backoff.initial > policy.backoff.max) {
    context.add(backoff.at, '`initial` is longer than `max`', 'the first wait may not be longer than the longest');
  }
}

function checkProbe(key: 'ready' | 'liveness', node: Tree | undefined, context: Context): void {
  if (node?.kind !== 'map' || node.partial) return;
  const { kinds, tries } = PROBES[key];
  const given = kinds.filter((kind) => node.entries.has(kind));
  if (given.length === 0) context.add(node.at, `\`${key}\` needs one of ${kinds.join(', ')}`);
  const second = entryOf(node, given[1] ?? '');
  if (second !== undefined)
    context.add(second.at, `\`${given[0]}\` and \`${given[1]}\` exclude each other`, 'keep one of them');
  const stray = tries.find((each) => node.entries.has(each));
  if (stray !== undefined && given.length === 1 && !TRIED.includes(given[0] ?? '')) {
    context.add(
      entryOf(node, stray)?.at ?? node.at,
      `\`${stray}\` only goes with \`exec\`, \`http\` and \`tcp\``,
      'remove it',
    );
  }
}
