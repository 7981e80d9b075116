import { posix } from 'node:path';
import { parseEnvFile } from '../env-file.ts';
import { readText } from '../ports.ts';
import { quoted } from '../problem.ts';
import { childOf, type Tree } from '../tree.ts';
import type { Service } from './compose.ts';
import { isFalse, listOf, plainText, type Gathering } from './gathering.ts';
import { interpolated } from './interpolate.ts';
import { resolved, type Text, textOf } from './text.ts';

/** Variables of Compose: those in the file, and the `.env` beside it, which fills in `${NAME}`. */
export class ComposeEnv {
  readonly #gathering: Gathering;
  readonly #path: string;
  /** Names that are set in `.env` and not in the environment: nobody looks at their values. */
  readonly #names: ReadonlySet<string>;
  readonly #told = new Set<string>();

  constructor(gathering: Gathering) {
    this.#gathering = gathering;
    this.#path = posix.join(gathering.from, '.env');
    this.#names = this.#read();
  }

  #read(): ReadonlySet<string> {
    const { ports } = this.#gathering;
    if (ports.kind(this.#path) !== 'file') return new Set();
    const read = readText(ports, this.#path);
    const parsed = read.ok ? parseEnvFile(read.text, this.#path) : null;
    return new Set(parsed?.ok ? Object.keys(parsed.env).filter((name) => ports.env[name] === undefined) : []);
  }

  /** A text with its variables; null for what is no text. */
  text(node: Tree): Text | null {
    const text = textOf(node);
    if (text === null) return null;
    const parts = text.flatMap((part) => (typeof part === 'string' ? interpolated(part) : [part]));
    for (const part of parts) if (typeof part === 'object') this.#tell(part.name, node);
    return parts;
  }

  #tell(name: string, { at }: Tree): void {
    if (!this.#names.has(name) || this.#told.has(name)) return;
    this.#told.add(name);
    this.#gathering.leave(
      at,
      null,
      `${quoted(name)} is set in .env, which fills in nothing here`,
      'export it before orchestra up: set -a; . ./.env; set +a',
    );
  }

  /** `environment` and `env_file` of a service that runs here. */
  give(service: Service): void {
    const { node, name, keys, gathering } = service;
    const files = this.#files(service);
    const env: Record<string, string> = {};
    let own = false;
    for (const [variable, value, at] of variablesOf(childOf(node, 'environment'))) {
      const raw = value === undefined ? null : textOf(value);
      const text =
        raw === null
          ? [{ name: variable, otherwise: null, required: false }]
          : raw.flatMap((part) => (typeof part === 'string' ? interpolated(part) : [part]));
      const [only] = text;
      // NAME: ${NAME} out of .env: the file itself gives it, and no secret stands in ours.
      if (text.length === 1 && typeof only === 'object' && only.name === variable && this.#names.has(variable))
        own = true;
      else {
        for (const part of text) if (typeof part === 'object') this.#tell(part.name, at);
        gathering.variable(env, variable, at.at, text, name, value !== undefined && value.kind !== 'scalar');
      }
    }
    const all = [...(own ? [gathering.path([this.#path], gathering.from)] : []), ...files];
    if (all.length > 0) keys.set('env_file', all.length === 1 ? all[0] : [...new Set(all)]);
    if (Object.keys(env).length > 0) keys.set('env', env);
  }

  #files({ node, name, gathering }: Service): string[] {
    return listOf(childOf(node, 'env_file')).flatMap((item) => {
      const text = textOf(item.kind === 'map' ? childOf(item, 'path') : item);
      if (text === null) return [];
      const path = resolved(
        text.flatMap((part) => (typeof part === 'string' ? interpolated(part) : [part])),
        gathering.ports.env,
      );
      const absolute = gathering.absolute(path, gathering.from);
      if (gathering.ports.kind(absolute) === 'file') return [gathering.path([path], gathering.from)];
      const optional = item.kind === 'map' && isFalse(childOf(item, 'required'));
      gathering.leave(
        item.at,
        name,
        `the file ${quoted(path)} is not there`,
        optional
          ? 'it may be missing: add it as env_file once it is there'
          : 'it was left out; make it, then add it as env_file',
      );
      return [];
    });
  }
}

/** The forms of `environment`: a map, or a list of NAME=value and NAME. */
function variablesOf(node: Tree | undefined): [string, Tree | undefined, Tree][] {
  if (node?.kind === 'map')
    return [...node.entries].map(([name, { at, node: value }]) => [
      name,
      value.kind === 'scalar' && value.value === null ? undefined : value,
      { ...value, at },
    ]);
  return listOf(node).flatMap((item): [string, Tree | undefined, Tree][] => {
    const text = plainText(item);
    if (text === null) return [];
    const cut = text.indexOf('=');
    const name = cut === -1 ? text : text.slice(0, cut);
    const rest = text.slice(cut + 1);
    return [[name, cut === -1 ? undefined : { kind: 'scalar', at: item.at, value: rest, source: rest }, item]];
  });
}
