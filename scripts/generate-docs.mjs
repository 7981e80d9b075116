// Writes what is generated from the code: `npm run generate` after a build. With --check nothing is written, and the exit status
// is 1 when a file differs from what would be.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);

/** @type {{ path: string, text: () => Promise<string> }[]} */
const generated = [
  {
    path: 'schema/orchestra.schema.json',
    text: async () => `${JSON.stringify(await (await built('config/index.js')).jsonSchema(), null, 2)}\n`,
  },
  {
    path: 'docs/configuration.md',
    text: async () => (await built('config/index.js')).configurationMarkdown(),
  },
  {
    path: 'docs/cli.md',
    text: async () => (await built('cli/index.js')).cliMarkdown(),
  },
];

const check = process.argv.includes('--check');
if (!existsSync(join(root, 'dist/config/index.js'))) {
  console.error('there is no build to generate from: npm run build');
  process.exit(2);
}
const stale = [];
for (const { path, text } of generated) {
  const file = join(root, path);
  const [now, wanted] = [existsSync(file) ? readFileSync(file, 'utf8') : null, await text()];
  if (now === wanted) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted);
}
for (const path of stale) console.log(check ? `${path} is stale: npm run build && npm run generate` : `wrote ${path}`);
process.exitCode = check && stale.length > 0 ? 1 : 0;
