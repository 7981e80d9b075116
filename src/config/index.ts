import type { LayoutSpec } from '../protocol/index.ts';
import type { Import, ImportFormat, ImportSource } from './import/import.ts';
import type { LoadedLayout } from './layout.ts';
import type { LoadedConfig } from './load.ts';
import type { ConfigPorts } from './ports.ts';
import type { Problem } from './problem.ts';

// The controller imports this room: what needs `yaml` or `zod` (67 ms together) is only reached through the functions below.
export { adHocAgent } from './ad-hoc.ts';
export { type EnvFile, parseEnvFile } from './env-file.ts';
export { planChange } from './plan.ts';
export type { ConfigPorts } from './ports.ts';
export { formatProblems, type Problem } from './problem.ts';
export { resolveEnv } from './resolve-env.ts';
export { substitute } from './substitute.ts';
export { initTemplate } from './template.ts';
export type { Import, ImportFormat, ImportSource, LayoutSpec, LoadedConfig, LoadedLayout };
export type { Left } from './import/draft.ts';

/**
 * Reads `orchestra.yaml`, lays the profile over it and checks everything; nothing is started. All problems come at once, in the
 * order of the file.
 *
 * @param file absolute path; its folder is the project
 * @param options.profile name under `profiles`
 */
export async function loadConfig(
  file: string,
  options: { profile?: string },
  ports: ConfigPorts,
): Promise<LoadedConfig> {
  return (await import('./load.ts')).loadConfig(file, options, ports);
}

/**
 * @param nameOrFile name of a layout, or the path of a YAML file (with a `/` or ending in `.yaml`), relative to `project`
 * @param project absolute path; its `layouts/` is searched first
 */
export async function loadLayout(nameOrFile: string, ports: ConfigPorts, project?: string): Promise<LoadedLayout> {
  return (await import('./layout.ts')).loadLayout(nameOrFile, ports, project);
}

/** Layouts that can be named, the project's own first; those that do not load are reported as problems. */
export async function listLayouts(
  ports: ConfigPorts,
  project?: string,
): Promise<{ layouts: { name: string; description: string; file: string }[]; problems: Problem[] }> {
  return (await import('./layout.ts')).listLayouts(ports, project);
}

/** JSON Schema (2020-12) of `orchestra.yaml`, for editors. From the schema that checks files. */
export async function jsonSchema(): Promise<object> {
  return (await import('./json-schema.ts')).jsonSchema();
}

/** The text of docs/configuration.md, from the same schema. */
export async function configurationMarkdown(): Promise<string> {
  return (await import('./reference.ts')).configurationMarkdown();
}

/** The text of a configuration file with what may be a secret hidden; `${VAR}` stays. */
export async function maskedText(text: string): Promise<string> {
  return (await import('./masked-text.ts')).maskedText(text);
}

/** See sync.ts. */
export async function syncProfiles(
  text: string,
  from: string,
  to: string,
  agents: readonly string[],
): Promise<string | null> {
  return (await import('./sync.ts')).syncProfiles(text, from, to, agents);
}

/** Reads the file of another tool as data and says what `orchestra.yaml` it comes to. Nothing is run and nothing written. */
export async function importConfig(format: ImportFormat, source: ImportSource, ports: ConfigPorts): Promise<Import> {
  return (await import('./import/import.ts')).importConfig(format, source, ports);
}
