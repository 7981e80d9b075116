import { parseSize } from '../base/index.ts';
import type { AgentDefaults, LimitsSpec } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { isOff } from './policies.ts';
import { quoted } from './problem.ts';
import { coresOf } from './scalars.ts';
import type { DefaultsInput } from './schema.ts';
import { childOf, type MapNode } from './tree.ts';

type Confined = Pick<AgentDefaults, 'limits' | 'sandbox' | 'user' | 'group'>;

/** What an agent may use and change, and as whom; checked against the machine. */
export function readConfined(tree: MapNode, input: DefaultsInput, cwd: string, context: Context): Confined {
  const sandbox = input.sandbox ?? 'none';
  if (sandbox !== 'none') checkSandbox(tree, cwd, context);
  for (const key of ['user', 'group'] as const) checkAccount(tree, key, input[key], context);
  return {
    limits: limits(input.limits),
    sandbox,
    user: input.user === undefined ? null : String(input.user),
    group: input.group === undefined ? null : String(input.group),
  };
}

const HOW_TO_ADD = {
  user: 'make it with: useradd -m NAME',
  group: 'make it with: groupadd NAME',
} as const;

function checkAccount(tree: MapNode, key: 'user' | 'group', name: string | number | undefined, context: Context): void {
  if (name === undefined) return;
  const { ports } = context;
  const at = childOf(tree, key)?.at ?? tree.at;
  if (ports.uid !== 0) {
    context.add(at, `only a session that root runs can start agents as another ${key}`, 'remove it, or run it as root');
  } else if (!ports.account(key, String(name))) {
    context.add(at, `there is no ${key} ${quoted(String(name))} on this machine`, HOW_TO_ADD[key]);
  }
}

/** It takes a program, and what is writable must not hold what the sandbox is made to keep. */
function checkSandbox(tree: MapNode, cwd: string, context: Context): void {
  const { home, has, uid } = context.ports;
  if (!has('bwrap')) {
    const install = `${uid === 0 ? '' : 'sudo '}apt-get install -y bubblewrap`;
    const at = childOf(tree, 'sandbox')?.at ?? tree.at;
    context.warn(at, 'a sandbox takes bwrap, which is not installed: no agent with one can start', install);
  }
  if (cwd !== '/' && home !== cwd && !home.startsWith(`${cwd}/`)) return;
  const node = childOf(tree, 'cwd') ?? childOf(tree, 'sandbox') ?? tree;
  context.add(
    node.at,
    `a sandbox whose workspace is ${quoted(cwd)} would keep nothing: your home folder is in it`,
    'give the agent a `cwd` of its own',
  );
}

export function limits(input: DefaultsInput['limits']): LimitsSpec {
  const given = <T>(value: T | 'off' | false | undefined): T | null =>
    value === undefined || isOff(value) ? null : (value as T);
  const memory = given(input?.memory);
  const cpu = given(input?.cpu);
  const bytes = memory === null ? null : parseSize(memory);
  return {
    memory: bytes?.ok ? bytes.value : null,
    cpu: cpu === null ? null : coresOf(cpu),
    processes: given(input?.processes),
    openFiles: given(input?.open_files),
    nice: given(input?.nice),
  };
}
