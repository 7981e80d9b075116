import { posix } from 'node:path';
import type { ConfigPorts } from './ports.ts';
import { type Place, type Problem, problemAt } from './problem.ts';

/** What the parts of one reading share: where the project is, the machine, and the problems found so far. */
export class Context {
  readonly ports: ConfigPorts;
  readonly project: string;
  readonly problems: Problem[] = [];
  /** What does not keep the session from starting. */
  readonly warnings: Problem[] = [];

  constructor(ports: ConfigPorts, project: string) {
    this.ports = ports;
    this.project = project;
  }

  add(place: Place, message: string, hint = ''): void {
    this.problems.push(problemAt(place, message, hint));
  }

  /** Said once, where it is met first. */
  warn(place: Place, message: string, hint = ''): void {
    if (!this.warnings.some((known) => known.message === message)) this.warnings.push(problemAt(place, message, hint));
  }

  /** An absolute path; a leading `~/` is the home folder. */
  locate(path: string, from: string = this.project): string {
    if (path === '~') return this.ports.home;
    return posix.resolve(from, path.startsWith('~/') ? posix.join(this.ports.home, path.slice(2)) : path);
  }
}
