import { OrchestraError, type SessionSpec } from '../protocol/index.ts';
import type { CliPorts } from './ports.ts';
import type { Problem } from './report.ts';

export interface Loaded {
  readonly spec: SessionSpec;
  readonly warnings: readonly Problem[];
  /** What stood in the file when it was read: it is kept with what was applied. */
  readonly text: string;
}

/** Loads and checks a configuration; rejects with every problem in it (`config`). Warnings come along. */
export async function loadSpec(ports: CliPorts, file: string, profile: string | undefined): Promise<Loaded> {
  const { loadConfig } = await import('../config/index.ts');
  let text = '';
  const own = configPorts(ports);
  const readFile = (path: string): string => {
    const read = own.readFile(path);
    if (path === file) text = read;
    return read;
  };
  const loaded = await loadConfig(file, profile === undefined ? {} : { profile }, { ...own, readFile });
  if (loaded.ok) return { spec: loaded.spec, warnings: loaded.warnings, text };
  const { problems } = loaded;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new OrchestraError('config', `the configuration has ${count}; nothing was changed`, '', { problems });
}

export function configPorts({ files, env, machine }: CliPorts) {
  return {
    readFile: files.readText,
    kind: files.kind,
    listDir: (path: string) => [...files.list(path)],
    env,
    cores: machine.cores,
    home: machine.home,
    uid: machine.uid,
    account: machine.account,
    has: (program: string) => machine.which(program) !== null,
    layoutDirs: machine.layoutDirs,
  };
}
