// Bundles src/ into dist/. One file for what a command needs instead of a hundred: opening and linking modules one by one was most of
// the time `orchestra status` took, and a third of a cold `orchestra up`.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

// Each room's door is an entry: the generated documents and the benchmarks come in by it.
const rooms = readdirSync(join(root, 'src')).filter((room) => existsSync(join(root, 'src', room, 'index.ts')));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Shorter text is compiled faster; names are kept, a stack in a log must be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Native code, and what is loaded rarely.
  external: ['libsql', 'chokidar'],
  logLevel: 'warning',
};

const buildRooms = (outdir) =>
  build({
    ...common,
    entryPoints: rooms.map((room) => `src/${room}/index.ts`),
    outbase: 'src',
    outdir,
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    // CommonJS packages ask for Node's modules by require, which an ES module does not have.
    banner: {
      js: "import{createRequire as createRequire_}from'node:module';const require=createRequire_(import.meta.url);",
    },
  });

/**
 * A program is one function in one file, called by a starter of a few lines, so that V8 can take it as it was compiled when it was built:
 * compiling was half of what Node needed to get to `main`. What V8 does not accept (of another version, or for other flags) it compiles anew. It
 * compares nothing but lengths, so both files are named by the text: no starter puts together what does not belong together.
 */
const starterOf = (program) => `#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
let cachedData;
try {
  cachedData = readFileSync(\`\${__dirname}/${program}.v8\`);
} catch {}
const text = readFileSync(\`\${__dirname}/${program}.js\`, 'latin1');
const script = new Script(text, { filename: '${program}.js', cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
`;

/** esbuild leaves regular expressions as they are written. Read as bytes, those with a `❯` or a spinner in them fitted nothing: no screen was known. */
const asciiOf = (text) =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** @param run how it is run once to be compiled: its arguments, and whether it has come far enough in a folder */
async function buildProgram(bin, name, starter, run) {
  const bundle = join(bin, `${name}.bundle.js`);
  await build({
    ...common,
    entryPoints: [`src/bin/${name}.ts`],
    outfile: bundle,
    format: 'cjs',
    charset: 'ascii', // read as bytes, which is faster
    external: ['libsql'],
    supported: { 'dynamic-import': false }, // has no way out of a compiled script
    define: { 'import.meta.url': 'importMetaUrl_' },
    banner: {
      js: "(function(exports,require,module,__filename,__dirname){const importMetaUrl_=require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
  });
  writeFileSync(bundle, asciiOf(readFileSync(bundle, 'utf8')));
  const program = `${name}-${createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16)}`;
  renameSync(bundle, join(bin, `${program}.js`));
  writeFileSync(join(bin, starter), starterOf(program), { mode: 0o755 });
  await keepCompiled(bin, program, starter, run);
}

/** Milliseconds a program may take for it; not compiled it starts all the same. */
const COMPILE_TIMEOUT = 20_000;

async function keepCompiled(bin, program, starter, { args, isFar }) {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-build-'));
  try {
    copyFileSync(join(root, 'examples/nine.yaml'), join(folder, 'orchestra.yaml'));
    const [bundle, compiled] = [join(bin, `${program}.js`), join(bin, `${program}.v8`)];
    const runner = join(root, 'scripts/keep-compiled.mjs');
    const argv = [runner, bundle, compiled, join(bin, starter), ...args(folder)];
    const child = spawn(process.execPath, argv, { cwd: folder, stdio: 'ignore' });
    const late = setTimeout(() => child.kill('SIGKILL'), COMPILE_TIMEOUT);
    const look = setInterval(() => isFar(folder) && child.kill('SIGTERM'), 20);
    await new Promise((done) => child.on('close', done));
    clearTimeout(late);
    clearInterval(look);
    if (!existsSync(compiled)) process.stderr.write(`build: ${starter} will be compiled at each start\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Built beside and moved into place: a session that starts meanwhile finds the old program or the new one.
const fresh = mkdtempSync(join(root, '.dist-'));
try {
  await buildRooms(fresh);
  const bin = join(fresh, 'bin');
  // A name that stands in the settings of agents (`orchestra mcp install`); a starter is no ES module, which takes Node longer to open.
  mkdirSync(bin);
  writeFileSync(join(bin, 'package.json'), '{"type":"commonjs"}\n');
  await buildProgram(bin, 'orchestra', 'orchestra.js', { args: () => ['up', '--dry-run'], isFar: () => false });
  const serves = (folder) => existsSync(join(folder, '.orchestra/run/controller.sock'));
  await buildProgram(bin, 'controller', 'controller.cjs', { args: (folder) => [folder], isFar: serves });
  chmodSync(fresh, 0o755);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
