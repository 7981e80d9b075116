import type { Command } from 'commander';
import { nearest } from '../../base/index.ts';
import { OrchestraError } from '../../protocol/index.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../completion-scripts.ts';
import { completable } from '../completion-tree.ts';
import type { CliPorts } from '../ports.ts';

const SHELLS: Readonly<Record<string, typeof bashCompletion>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `orchestra completion SHELL`. @param program the tree of all commands */
export async function completion(ports: CliPorts, shell: string, program: Command): Promise<number> {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined) {
    const meant = nearest(shell, Object.keys(SHELLS));
    throw new OrchestraError(
      'usage',
      `there is no completion for ${JSON.stringify(shell)}`,
      meant === null ? 'there is: bash, zsh, fish' : `did you mean ${meant}?`,
    );
  }
  ports.out.write(script(completable(program)));
  return 0;
}
