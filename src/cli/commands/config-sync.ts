import { plainLine } from '../../base/index.ts';
import { OrchestraError, type Plan, type SessionSpec } from '../../protocol/index.ts';
import { configPorts, loadSpec } from '../load.ts';
import type { CliPorts } from '../ports.ts';
import { findSessionFile } from '../reach.ts';
import { writeJson, writeLines } from '../report.ts';
import { styleFor } from '../view/style.ts';
import { unknownAgent } from './command.ts';

export interface SyncOptions {
  readonly file?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** The file without any profile. */
const NONE = 'none';

const profileOf = (word: string): string | undefined => (word === NONE ? undefined : word);

/** `orchestra config sync FROM TO [AGENT...]`. */
export async function sync(
  ports: CliPorts,
  from: string,
  to: string,
  names: readonly string[],
  options: SyncOptions,
): Promise<number> {
  if (from === to) throw new OrchestraError('usage', 'FROM and TO are the same profile', 'name two of them');
  if (to === NONE)
    throw new OrchestraError(
      'usage',
      'the file without a profile is what all profiles are laid over',
      'name the profile that is to be changed as TO',
    );
  const file = await findSessionFile(ports, options.file);
  const source = await loadSpec(ports, file, profileOf(from));
  const target = await loadSpec(ports, file, to);
  const agents = agentsOf(names, [source.spec, target.spec]);
  const before = await difference(target.spec, source.spec, names);
  const report = { from, to, file, ...before };
  if (isSame(before))
    return tell(ports, options, { ...report, written: false, still: before }, [
      `${name(from)} and ${name(to)} come to the same`,
    ]);
  const style = styleFor(ports.env, ports.out.isTTY);
  const lines = differenceLines(before, to, from).map((line) => style.paint('yellow', line));
  if (!options.write)
    return tell(ports, options, { ...report, written: false, still: before }, [
      ...lines,
      '',
      'nothing was changed; --write lays the same over the file in both',
    ]);
  const { syncProfiles } = await import('../../config/index.ts');
  const text = await syncProfiles(target.text, from, to, agents);
  if (text === null)
    throw new OrchestraError(
      'config',
      `${plainLine(file)} can't be changed by a program`,
      'its profiles are made by aliases or merge keys: edit it by hand',
    );
  const still = await difference(await checked(ports, file, text, to), source.spec, names);
  ports.files.replace(file, text);
  return tell(ports, options, { ...report, written: true, still }, [
    ...lines,
    '',
    `${plainLine(file)} was changed: ${name(to)} lays the same over it as ${name(from)}`,
    ...(isSame(still)
      ? []
      : ['what comes from other parts of the profiles still differs:', ...differenceLines(still, to, from)]),
  ]);
}

const name = (profile: string): string =>
  profile === NONE ? 'the file without a profile' : `profile ${plainLine(profile)}`;

/** Keys under `agents` that are meant: the name of a replica stands for all of them. */
function agentsOf(names: readonly string[], specs: readonly SessionSpec[]): readonly string[] {
  const known = [...new Set(specs.flatMap(({ agents }) => agents.map((agent) => agent.name)))];
  return names.map((each) => {
    if (known.includes(each)) return each;
    if (known.some((one) => one.startsWith(`${each}-`) && /^\d+$/.test(one.slice(each.length + 1)))) return each;
    throw unknownAgent(each, known);
  });
}

interface Difference {
  readonly agents: Plan['agents'];
  readonly fields: readonly string[];
}

const isSame = ({ agents, fields }: Difference): boolean => agents.length === 0 && fields.length === 0;

/** What would have to change in the first for it to be the second. */
async function difference(target: SessionSpec, source: SessionSpec, names: readonly string[]): Promise<Difference> {
  const { planChange } = await import('../../config/index.ts');
  const plan = planChange(target, { ...source, profile: target.profile });
  const meant = (agent: string): boolean =>
    names.length === 0 || names.some((each) => agent === each || agent.startsWith(`${each}-`));
  return {
    agents: plan.agents.filter(({ agent, action }) => action !== 'keep' && meant(agent)),
    fields:
      names.length > 0
        ? []
        : [
            ...plan.fields,
            ...(plan.layoutChanged ? ['layout'] : []),
            ...(plan.session === 'renamed' ? ['session'] : []),
          ],
  };
}

function differenceLines({ agents, fields }: Difference, to: string, from: string): string[] {
  const words = { add: `only in ${name(from)}`, remove: `only in ${name(to)}` } as const;
  return [
    ...agents.map(
      ({ agent, action, fields: keys }) =>
        `${agent}: ${action === 'add' || action === 'remove' ? words[action] : keys.join(', ')}`,
    ),
    ...fields.map((field) => `session: ${field}`),
  ];
}

/** A text that would be refused is not written. */
async function checked(ports: CliPorts, file: string, text: string, profile: string): Promise<SessionSpec> {
  const { loadConfig } = await import('../../config/index.ts');
  const own = configPorts(ports);
  const loaded = await loadConfig(
    file,
    { profile },
    { ...own, readFile: (path) => (path === file ? text : own.readFile(path)) },
  );
  if (loaded.ok) return loaded.spec;
  const { problems } = loaded;
  throw new OrchestraError(
    'config',
    'the result would not be a configuration; nothing was changed',
    'edit the profile by hand',
    { problems },
  );
}

function tell(ports: CliPorts, options: SyncOptions, report: object, lines: readonly string[]): number {
  if (options.json) writeJson(ports.out, report);
  else writeLines(ports.out, lines);
  return 0;
}
