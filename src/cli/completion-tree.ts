import type { Command, Option } from 'commander';
import { CONFIGURED } from './agent-configs.ts';
import { DELIVERY_MODES, MESSAGE_STATES, MESSAGE_TYPES, PRIORITIES } from '../protocol/index.ts';

/** What a shell needs to complete one command; made from the commander tree, so that it cannot differ from it. */
export interface Completable {
  /** `layout preview`; empty for the program itself. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  readonly commands: readonly Completable[];
  /** What its arguments are. */
  readonly arguments: Words;
}

export interface CompletableOption {
  /** `-f`, `--file`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What its value is; null when it takes none. */
  readonly value: Words | null;
}

/** Kinds of words: some the shell finds, some orchestra tells. */
export type Words = 'nothing' | 'any' | 'files' | 'folders' | 'agents' | 'layouts' | readonly string[];

const ARGUMENTS: Readonly<Record<string, Words>> = {
  AGENT: 'agents',
  TO: 'agents',
  KIND: MESSAGE_TYPES,
  PROGRAM: CONFIGURED,
  PRIORITY: PRIORITIES,
  MODE: DELIVERY_MODES,
  STATE: MESSAGE_STATES,
  FILE: 'files',
  FOLDER: 'folders',
  SHELL: ['bash', 'zsh', 'fish'],
};

export function completable(command: Command, path = ''): Completable {
  const commands = command.createHelp().visibleCommands(command);
  const [first] = command.registeredArguments;
  return {
    path,
    summary: command.summary() || command.description(),
    options: command.createHelp().visibleOptions(command).map(option),
    commands: commands.map((child) => completable(child, `${path} ${child.name()}`.trim())),
    arguments:
      path === 'layout preview' ? 'layouts' : first === undefined ? 'nothing' : (ARGUMENTS[first.name()] ?? 'any'),
  };
}

function option({ short, long, description, required, optional, flags }: Option): CompletableOption {
  const value = /[<[]?([A-Z][A-Zx]+)[\]>.]*$/.exec(flags)?.[1] ?? '';
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    value: required || optional ? (ARGUMENTS[value] ?? 'any') : null,
  };
}

/** Every command of the tree, the program itself first. */
export const flatten = (tree: Completable): Completable[] => [tree, ...tree.commands.flatMap(flatten)];
