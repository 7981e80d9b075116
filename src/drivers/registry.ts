import { BoundedPattern } from '../base/index.ts';
import { type AgentTypeSpec, OrchestraError } from '../protocol/index.ts';
import type { Activity } from '../protocol/index.ts';
import { aider } from './aider.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import type { Composer, Driver, Sign, SignPlace } from './driver.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { command, worker } from './plain.ts';
import { qwen } from './qwen.ts';

/** Built in, by type. */
export const DRIVERS: Readonly<Record<string, Driver>> = {
  claude,
  codex,
  gemini,
  qwen,
  opencode,
  aider,
  worker,
  command,
};

type OnSlow = (where: string, pattern: string) => void;

/**
 * The driver of an agent type: built in, changed by the configuration, or its alone. A type nobody describes is `command`. Rejects with `config`
 * when a pattern is no regular expression or types extend each other in a circle.
 * @param onSlow told where a pattern stands that takes too long to match, and was given up
 */
export function driverOf(
  type: string,
  types: Readonly<Record<string, AgentTypeSpec>>,
  onSlow: OnSlow = () => {},
): Driver {
  return resolve(type, types, [], onSlow);
}

function resolve(
  type: string,
  types: Readonly<Record<string, AgentTypeSpec>>,
  above: readonly string[],
  onSlow: OnSlow,
): Driver {
  const spec = Object.hasOwn(types, type) ? types[type] : undefined;
  const known = Object.hasOwn(DRIVERS, type) ? (DRIVERS[type] as Driver) : null;
  if (spec === undefined || above.includes(type)) {
    if (above.includes(type) && known === null)
      throw new OrchestraError(
        'config',
        `the agent types ${[...above, type].join(' -> ')} extend each other`,
        'let one of them extend nothing',
      );
    return known ?? { ...command, type };
  }
  // A built-in type that is described again keeps what it knows, also when it does not say so.
  const base =
    spec.extends === null || spec.extends === type ? known : resolve(spec.extends, types, [...above, type], onSlow);
  return extend(base ?? command, type, spec, onSlow);
}

function extend(base: Driver, type: string, spec: AgentTypeSpec, onSlow: OnSlow): Driver {
  const screen = signsOf(spec.screen, 'bottom', `agent_types.${type}.screen`, onSlow);
  const title = signsOf(spec.title, 'title', `agent_types.${type}.title`, onSlow);
  return {
    ...base,
    type,
    command: spec.command ?? base.command,
    signs: [...screen, ...title, ...base.signs],
    composer:
      spec.composer === null ? base.composer : composerOf(spec.composer, `agent_types.${type}.composer`, onSlow),
    submit: spec.submit === null ? base.submit : { ...base.submit, ...spec.submit },
    quit: spec.quit ?? base.quit,
  };
}

function signsOf(
  patterns: Readonly<Partial<Record<Activity, readonly string[]>>>,
  at: SignPlace,
  where: string,
  onSlow: OnSlow,
): Sign[] {
  return (Object.entries(patterns) as [Activity, readonly string[]][]).flatMap(([means, list]) =>
    list.map((source) => ({
      at,
      match: regular(source, where, onSlow),
      means,
      ...(means === 'approval' || means === 'question' ? { dialog: means } : {}),
    })),
  );
}

/** The configured line is the empty one: what comes after it is typed text. */
function composerOf(source: string, where: string, onSlow: OnSlow): Composer {
  const prompt = source.replace(/(?<!\\)\$$/, '');
  return {
    frame: null,
    above: null,
    first: regular(`(?:${prompt})(.*)$`, where, onSlow),
    scrolled: null,
    rest: null,
    below: null,
    runsOver: false,
    footer: 6,
    placeholder: [],
    pasted: null,
  };
}

function regular(source: string, where: string, onSlow: OnSlow): RegExp {
  try {
    return new BoundedPattern(source, 'u', () => onSlow(where, source));
  } catch (error) {
    throw new OrchestraError(
      'config',
      `${where}: ${(error as Error).message}`,
      'write a JavaScript regular expression',
    );
  }
}
