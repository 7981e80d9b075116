import { loadConfig, type Problem } from '../../src/config/index.ts';
import type { AgentSpec, SessionSpec } from '../../src/protocol/index.ts';
import { memoryPorts } from './config-ports.ts';

export const FILE = '/garden/orchestra.yaml';

export interface Around {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly profile?: string;
}

export const load = (text: string, { files = {}, env = {}, profile }: Around = {}) =>
  loadConfig(FILE, profile === undefined ? {} : { profile }, memoryPorts({ [FILE]: text, ...files }, env));

export async function loaded(text: string, around?: Around): Promise<SessionSpec> {
  const result = await load(text, around);
  if (!result.ok)
    throw new Error(result.problems.map((each) => `${each.line}:${each.column} ${each.message}`).join('\n'));
  return result.spec;
}

export async function problems(text: string, around?: Around): Promise<readonly Problem[]> {
  const result = await load(text, around);
  return result.ok ? [] : result.problems;
}

/** A file with these lines under `agents`, which begin on line 4. */
export const withAgents = (...lines: string[]): string =>
  `version: 1\nsession: garden\nagents:\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** The first agent of a file with this one under `agents`. */
export async function agent(text: string, around?: Around): Promise<AgentSpec> {
  const [first] = (await loaded(withAgents(`kaede: ${text}`), around)).agents;
  if (first === undefined) throw new Error('no agent');
  return first;
}

export const GARDEN = `version: 1
session: garden
layout: nine
defaults:
  restart: { policy: always, healthy_after: 10s, backoff: { initial: 1s, max: 60s, factor: 2, jitter: 0.2, reset_after: 60s }, breaker: { exits: 5, within: 10m } }
  stop: { keys: [C-c], timeout: 10s }
  limits: { memory: 2GB }
agents:
  conductor: { type: claude, role: lead, display: 指揮 }
  kaede:     { type: codex, display: カエデ, skills: [codegen], env_file: .env.codex }
  sakura:    { type: gemini, display: サクラ, skills: [review], depends_on: { conductor: ready } }
  tsubaki:   { command: [npm, run, watch], ready: { log: compiled }, restart: on-failure }
  workers:   { type: worker, replicas: 5, skills: [shell] }
messages: { depth: 1000, ttl: 1d, attempts: 5, backoff: { initial: 1s, max: 60s, factor: 2 }, lease: 10m, keep: 7d }
groups: { reviewers: [sakura, kaede], workers: [workers] }
policy:
  - allow: { from: [conductor], to: ['*'] }
  - deny: { from: ['*', external], to: [conductor, '@workers'], types: [task_assign] }
agent_types:
  mybot: { extends: claude, command: [mybot], screen: { busy: ['^⠋'] }, title: { idle: ['^✳'] }, composer: '^> $', submit: { keys: [Enter], wait: 300ms }, quit: [C-c, C-c] }
profiles:
  production: { defaults: { limits: { memory: 4GB } }, messages: { ttl: off }, groups: { workers: null, all-of-us: [kaede] }, policy: [], agent_types: { mybot: null } }
`;
export const GARDEN_FILES = { '/garden/.env.codex': 'OPENAI_API_KEY=sk-secret\n' };
