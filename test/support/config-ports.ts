import type { ConfigPorts } from '../../src/config/index.ts';

const NINE = `name: nine
min_pane: { width: 20, height: 4 }
root: { column: [{ agents: grid, columns: 3, most: 9 }, { pane: dashboard, size: 12, max: 35% }] }
`;

/** A machine of files in memory: two processors, the layout `nine`, the folder /garden as project. */
export function memoryPorts(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ConfigPorts {
  const all = new Map(Object.entries({ '/share/layouts/nine.yaml': NINE, ...files }));
  const folders = new Set(['/', '/garden']);
  for (const path of all.keys()) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  const missing = (path: string): Error => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  return {
    readFile: (path) => {
      const text = all.get(path);
      if (text === undefined) throw missing(path);
      return text;
    },
    kind: (path) => (all.has(path) ? 'file' : folders.has(path) ? 'directory' : null),
    listDir: (path) => {
      if (!folders.has(path)) throw missing(path);
      return [...all.keys()].filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1));
    },
    env,
    cores: 2,
    home: '/home/hana',
    uid: 1000,
    account: () => true,
    has: () => true,
    layoutDirs: ['/share/layouts'],
  };
}
