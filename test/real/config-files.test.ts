import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ConfigPorts,
  configurationMarkdown,
  jsonSchema,
  listLayouts,
  loadConfig,
} from '../../src/config/index.ts';

const root = resolve(import.meta.dirname, '../..');
const ports: ConfigPorts = {
  readFile: (path) => readFileSync(path, 'utf8'),
  kind: (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : stat.isDirectory() ? 'directory' : 'file';
  },
  listDir: (path) => readdirSync(path),
  env: {},
  cores: 2,
  home: '/root',
  uid: 0,
  account: () => true,
  has: () => true,
  layoutDirs: [join(root, 'layouts')],
};

describe('files that come with orchestra', () => {
  it.each([
    ['nine', undefined, 9],
    ['garden', undefined, 9],
    ['garden', 'production', 9],
    ['crew', undefined, 6],
    ['crew', 'quiet', 6],
    ['notices', undefined, 2],
    ['notices', 'loud', 2],
    ['workshop', undefined, 3],
  ])('examples/%s.yaml loads with profile %s', async (name, profile, agents) => {
    const result = await loadConfig(
      join(root, `examples/${name}.yaml`),
      profile === undefined ? {} : { profile },
      ports,
    );
    expect(result.ok ? result.spec.agents.length : result.problems).toBe(agents);
  });

  it('examples/nine.yaml needs nothing installed', async () => {
    const result = await loadConfig(join(root, 'examples/nine.yaml'), {}, ports);
    expect(result.ok && result.spec.agents.every((each) => each.command.kind === 'builtin')).toBe(true);
  });

  it('every layout loads', async () => {
    const { layouts, problems } = await listLayouts(ports);
    expect(problems).toEqual([]);
    expect(layouts.map((each) => each.name)).toEqual(expect.arrayContaining(['five', 'focus', 'grid', 'nine']));
    expect(layouts.every((each) => each.description !== '')).toBe(true);
  });

  it('schema and reference are what the code says', async () => {
    const written = (path: string): string => readFileSync(join(root, path), 'utf8');
    expect(written('docs/configuration.md')).toBe(await configurationMarkdown());
    expect(written('schema/orchestra.schema.json')).toBe(`${JSON.stringify(await jsonSchema(), null, 2)}\n`);
  });

  it('files in the reference load', async () => {
    const blocks = [...(await configurationMarkdown()).matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
    expect(blocks).toHaveLength(7);
    const [whole = '', policy = '', types = '', notices = '', dashboard = '', agents = '', layout = ''] = blocks;
    const head = 'version: 1\nsession: s\n';
    const crew = ['conductor', 'kaede', 'sakura', 'workers'].map((name) => `  ${name}: { type: worker }\n`).join('');
    const files = new Map([
      ['/p/whole.yaml', whole.replace(', env_file: .env.codex', '')],
      ['/p/policy.yaml', `${head}agents:\n${crew}${policy}`],
      ['/p/types.yaml', `${head}${types}`],
      ['/p/notices.yaml', `${head}agents:\n${crew}${notices.replace(':-}', ':-https://hooks.example}')}`],
      ['/p/dashboard.yaml', `${head}agents:\n${crew}${dashboard}`],
      ['/p/agents.yaml', `${head}layout: ./layout.yaml\n${agents.replace(', cwd: docs', '')}`],
      ['/p/layout.yaml', layout],
    ]);
    const own = { ...ports, readFile: (path: string) => files.get(path) ?? ports.readFile(path) };
    for (const file of [...files.keys()].filter((each) => each !== '/p/layout.yaml'))
      expect(await loadConfig(file, {}, own)).toMatchObject({ ok: true });
  });
});

describe('the room', () => {
  it('costs the controller no parser: yaml and zod are only reached by import()', () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const statics = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gms);
      for (const [, from = ''] of statics) {
        if (from.startsWith('.')) follow(resolve(dirname(file), from));
        else packages.add(from);
      }
    };
    follow(join(root, 'src/config/index.ts'));
    expect(seen).toContain(join(root, 'src/config/plan.ts'));
    expect([...packages].filter((each) => !each.startsWith('node:'))).toEqual([]);
  });
});
