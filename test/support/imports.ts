import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Import, type ImportFormat, importConfig, loadConfig } from '../../src/config/index.ts';
import type { AgentSpec, SessionSpec } from '../../src/protocol/index.ts';
import { memoryPorts } from './config-ports.ts';

/** As root, who may start agents as others. */
const portsOf = (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) => ({
  ...memoryPorts(files, env),
  uid: 0,
});

export interface Surroundings {
  readonly file?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly to?: string;
}

const LAYOUTS = Object.fromEntries(
  ['grid', 'focus'].map((name) => [
    `/share/layouts/${name}.yaml`,
    readFileSync(join(import.meta.dirname, `../../layouts/${name}.yaml`), 'utf8'),
  ]),
);

const NAMES: Readonly<Record<ImportFormat, string>> = {
  pm2: '/garden/ecosystem.config.js',
  procfile: '/garden/Procfile',
  tmuxp: '/garden/tmuxp.yaml',
  tmuxinator: '/garden/site.yml',
  compose: '/garden/compose.yaml',
};

export function read(format: ImportFormat, text: string, around: Surroundings = {}): Promise<Import> {
  const { file = NAMES[format], files = {}, env = {}, to = '/garden' } = around;
  const source = { file, text, to, here: '/garden', session: 'garden' };
  return importConfig(format, source, portsOf({ ...files, [file]: text }, env));
}

export type Done = Extract<Import, { ok: true }> & {
  /** What the written file comes to by the real check. */
  readonly spec: SessionSpec;
  agent(name: string): AgentSpec;
};

/** An import that has to succeed, and whose result has to pass the real check. */
export async function imported(format: ImportFormat, text: string, around: Surroundings = {}): Promise<Done> {
  const made = await read(format, text, around);
  if (!made.ok) throw new Error(made.problems.map((each) => `${each.line}:${each.column} ${each.message}`).join('\n'));
  const { file = NAMES[format], files = {}, env = {}, to = '/garden' } = around;
  const target = `${to}/orchestra.yaml`;
  const loaded = await loadConfig(
    target,
    {},
    portsOf({ ...LAYOUTS, ...files, [file]: text, [target]: made.text }, env),
  );
  expect(loaded.ok ? [] : loaded.problems, made.text).toEqual([]);
  if (!loaded.ok) throw new Error('unreachable');
  const { spec } = loaded;
  return {
    ...made,
    spec,
    agent(name) {
      const agent = spec.agents.find((each) => each.name === name);
      if (agent === undefined) throw new Error(`there is no agent ${name} in\n${made.text}`);
      return agent;
    },
  };
}

/** What is told to have no counterpart: where, of whom, and its first words. */
export const leftOf = (made: Done): readonly string[] =>
  made.left.map(({ line, option, agent }) => `${line} ${option}${agent === null ? '' : ` (${agent})`}`);

/** Why an import that has to fail failed. */
export async function refusals(
  format: ImportFormat,
  text: string,
  around: Surroundings = {},
): Promise<readonly string[]> {
  const made = await read(format, text, around);
  return made.ok
    ? ['it was imported']
    : made.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}
