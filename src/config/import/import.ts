import { MOST_AGENTS } from '../agents.ts';
import type { ConfigPorts } from '../ports.ts';
import type { Problem } from '../problem.ts';
import { readYaml } from '../read-yaml.ts';
import type { Tree } from '../tree.ts';
import { importCompose } from './compose.ts';
import type { Draft } from './draft.ts';
import { Gathering, merged } from './gathering.ts';
import { importPm2 } from './pm2.ts';
import { importProcfile } from './procfile.ts';
import { readScript } from './script.ts';
import { importTmuxinator, withoutErb } from './tmuxinator.ts';
import { importTmuxp } from './tmuxp.ts';
import { write, type Written } from './write.ts';

export const IMPORT_FORMATS = ['pm2', 'procfile', 'tmuxp', 'tmuxinator', 'compose'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** The file of another tool, and where the result goes. Paths are absolute. */
export interface ImportSource {
  readonly file: string;
  readonly text: string;
  /** The folder `orchestra.yaml` will lie in. */
  readonly to: string;
  /** The folder one is in: what PM2 and tmuxinator take paths relative to. */
  readonly here: string;
  /** Name of the session when the file gives none. */
  readonly session: string;
}

export type Import = ({ readonly ok: true } & Written) | { readonly ok: false; readonly problems: readonly Problem[] };

type Reader = (source: ImportSource, gathering: Gathering) => Promise<Draft | null> | Draft | null;

/** Reads another tool's file as data; nothing of it is run, and nothing is written. */
export async function importConfig(format: ImportFormat, source: ImportSource, ports: ConfigPorts): Promise<Import> {
  const gathering = new Gathering(source.file, source.to, source.here, ports);
  const draft = await READERS[format](source, gathering);
  if (draft !== null && draft.agents.length > MOST_AGENTS)
    gathering.refuse(gathering.wholeFile, 'there are more agents in it than the 1,000 a session may have');
  if (draft === null || gathering.problems.length > 0) return { ok: false, problems: gathering.problems };
  return {
    ok: true,
    ...write(draft, gathering.left, { tool: TOOLS[format], source: source.file, session: source.session }),
  };
}

const TOOLS: Readonly<Record<ImportFormat, string>> = {
  pm2: 'PM2',
  procfile: 'Procfile',
  tmuxp: 'tmuxp',
  tmuxinator: 'tmuxinator',
  compose: 'Compose',
};

const READERS: Readonly<Record<ImportFormat, Reader>> = {
  pm2: async (source, gathering) => {
    const tree = await scriptOrYaml(source, gathering);
    return tree === null ? null : importPm2(tree, gathering);
  },
  procfile: ({ text }, gathering) => importProcfile(text, gathering),
  tmuxp: (source, gathering) => {
    const tree = yamlTree(source, gathering);
    return tree === null ? null : importTmuxp(tree, gathering);
  },
  tmuxinator: (source, gathering) => {
    const tree = yamlTree({ ...source, text: withoutErb(source.text, gathering) }, gathering);
    return tree === null ? null : importTmuxinator(tree, gathering);
  },
  compose: (source, gathering) => {
    const tree = yamlTree(source, gathering);
    return tree === null ? null : importCompose(tree, gathering);
  },
};

/** PM2 tells by the name of the file; what comes by a pipe has none. */
async function scriptOrYaml(source: ImportSource, gathering: Gathering): Promise<Tree | null> {
  const { file, text } = source;
  const json = file.endsWith('.json') || (!/\.[cm]?js$/.test(file) && /^\s*[[{]/.test(text));
  if (/\.ya?ml$/.test(file) || (!json && !/\.[cm]?js$/.test(file) && !/\bexports\b|\bexport\s+default\b/.test(text)))
    return yamlTree(source, gathering);
  return readScript(text, json, gathering);
}

function yamlTree({ file, text }: ImportSource, gathering: Gathering): Tree | null {
  const { tree, problems } = readYaml(text, file);
  // The hints of some are about our own file.
  gathering.problems.push(
    ...problems.map((problem) => ({
      ...problem,
      hint: problem.hint.includes('orchestra') || problem.hint.includes('session has') ? '' : problem.hint,
    })),
  );
  return tree === null || problems.length > 0 ? null : merged(tree);
}
