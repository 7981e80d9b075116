import { tokenOf } from '../../mailbox/index.ts';
import { privateDir, readIfThere, replaceFile, systemRandom } from '../../platform/index.ts';
import type { Paths } from '../../protocol/index.ts';

const SECRET = /^[0-9a-f]{64}$/;

/**
 * What the agents of a session sign with. All tokens follow from one secret, which outlives the controller: agents that run keep the token they were
 * started with.
 */
export class Tokens {
  readonly #paths: Paths;
  readonly #secret: Uint8Array;
  readonly #written = new Set<string>();

  /** Throws ENOSPC, EACCES ... when there is no secret yet and none can be written. */
  constructor(paths: Paths) {
    this.#paths = paths;
    this.#secret = Buffer.from(secretIn(paths.secret), 'hex');
    privateDir(`${paths.run}/tokens`);
  }

  of(agent: string): string {
    return tokenOf(this.#secret, agent);
  }

  /** Some CLIs hand no environment on to their MCP server: it reads its agent's token here. */
  write(agent: string, path = this.#paths.agentToken(agent)): void {
    if (this.#written.has(path)) return;
    const token = this.of(agent);
    if (readIfThere(path) !== token) replaceFile(path, token, { durable: false });
    this.#written.add(path);
  }
}

function secretIn(path: string): string {
  const known = readIfThere(path)?.trim();
  if (known !== undefined && SECRET.test(known)) return known;
  const made = Buffer.from(systemRandom(32)).toString('hex');
  replaceFile(path, made);
  return made;
}
