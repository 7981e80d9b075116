import { CLI_TYPES, CLIS, type CliType, LIGHT } from './catalogue.ts';
import { install } from './install.ts';

/** `words`: types of agents, `all`, or nothing for the light ones. Ends with status 7 and a sentence when one cannot be had. */
export function main(words: readonly string[]): void {
  const types = words.length === 0 ? LIGHT : words.includes('all') ? CLI_TYPES : (words as CliType[]);
  for (const type of types) {
    if (!CLI_TYPES.includes(type)) throw new Error(`There is no agent ${type}, only ${CLI_TYPES.join(', ')}.`);
    try {
      install(type, process.cwd());
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 7;
      return;
    }
    process.stderr.write(`${type} ${CLIS[type].version}\n`);
  }
}
