import { basename, dirname, join, resolve } from 'node:path';
import { OrchestraError, type Paths, pathsFor } from '../protocol/index.ts';
import type { CliPorts } from './ports.ts';

export const DEFAULT_FILE = 'orchestra.yaml';

/**
 * Where a session that is asked about has its files: the folder of `file`, or the nearest folder from the working directory
 * upwards that has been started or has a configuration, as git finds its repository. The working directory when there is none.
 */
export function findProject({ files, cwd, env }: Pick<CliPorts, 'files' | 'cwd' | 'env'>, file?: string): Paths {
  if (file !== undefined) return pathsFor(dirname(resolve(cwd, file)), env);
  for (let folder = cwd; ; folder = dirname(folder)) {
    const known =
      // An agent may not look into the folder of its own session.
      folder === env.ORCHESTRA_PROJECT ||
      files.kind(join(folder, '.orchestra/run')) === 'directory' ||
      files.kind(join(folder, DEFAULT_FILE)) === 'file';
    if (known) return pathsFor(folder, env);
    if (dirname(folder) === folder) return pathsFor(cwd, env);
  }
}

/**
 * The configuration file to read: `file`, or orchestra.yaml of the working directory.
 * @param upwards look in the parent folders too
 */
export function findFile(
  ports: Pick<CliPorts, 'files' | 'cwd' | 'env'>,
  file: string | undefined,
  upwards: boolean,
): string {
  const folder = upwards ? findProject(ports).project : ports.cwd;
  const path = file === undefined ? join(folder, DEFAULT_FILE) : resolve(ports.cwd, file);
  const kind = ports.files.kind(path);
  if (kind === 'file') return path;
  throw new OrchestraError(
    'config',
    kind === 'directory' ? `${path} is a folder, not a file` : `there is no ${file ?? `${DEFAULT_FILE} here`}`,
    file === undefined
      ? 'make one with: orchestra init, or name another with -f FILE'
      : `name a file that exists with -f FILE`,
    { file: path },
  );
}

/** A session name from a folder's: what tmux and the schema do not allow becomes `-`. */
export function sessionNameFor(project: string): string {
  const name = basename(project)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? 'orchestra' : name;
}
