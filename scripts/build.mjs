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
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { LATELY, loadLately } from './late-modules.mjs';
import { assertWithout, PROGRAMS } from './programs.mjs';

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
  external: ['libsql', 'chokidar', 'nodemailer'],
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
 * @param choice an expression over `words`, what it was called with: the program to run, without its extension
 */
const starterOf = (choice) => `#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
const words = process.argv.slice(2);
const program = ${choice};
let cachedData;
try {
  cachedData = readFileSync(\`\${__dirname}/\${program}.v8\`);
} catch {}
const text = readFileSync(\`\${__dirname}/\${program}.js\`, 'latin1');
const script = new Script(text, { filename: \`\${program}.js\`, cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
`;

/** esbuild leaves regular expressions as they are written. Read as bytes, those with a `❯` or a spinner in them fitted nothing: no screen was known. */
const asciiOf = (text) =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Made when asked for: it takes as long as reading a small file. */
const IMPORT_META =
  "const importMeta_={get url(){const value=require('node:url').pathToFileURL(__filename).href;Object.defineProperty(importMeta_,'url',{value});return value}};";

/** Bundles one program into `bin`; its name there, without the extension. */
async function bundleProgram(bin, entry, { name, without = [] }) {
  const bundle = join(bin, `${name}.bundle.js`);
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: [`src/bin/${entry}.ts`],
    outfile: bundle,
    format: 'cjs',
    charset: 'ascii', // read as bytes, which is faster
    external: ['libsql', 'nodemailer'],
    supported: { 'dynamic-import': false }, // has no way out of a compiled script
    define: { 'import.meta.url': 'importMeta_.url' },
    banner: { js: `(function(exports,require,module,__filename,__dirname){${IMPORT_META}${LATELY}` },
    footer: { js: '})' },
    plugins: [leaveOut(without)],
  });
  assertWithout(metafile, { name, without });
  writeFileSync(bundle, asciiOf(loadLately(readFileSync(bundle, 'utf8'))));
  const program = `${name}-${createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16)}`;
  renameSync(bundle, join(bin, `${program}.js`));
  return program;
}

/** Of a file that is left out its door is there, and says so when it is gone through: it never is, the starter knows. */
const leaveOut = (without) => ({
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/(bin|cli)\// }, ({ path }) => {
      if (!without.includes(relative(root, path))) return undefined;
      return {
        contents: `export {}; throw new Error('${basename(path)} is not in this program: its starter picked the wrong one')`,
      };
    });
  },
});

const writeStarter = (bin, starter, choice) => writeFileSync(join(bin, starter), starterOf(choice), { mode: 0o755 });

const QUIETLY = { stdio: ['ignore', 'ignore', 'inherit'] };

/** Milliseconds a program may take for it; not compiled it starts all the same. */
const COMPILE_TIMEOUT = 20_000;

/**
 * Keeps a program as it is after it was run with each of `runs`: arguments, by the configuration of a session that runs (a stand-in) and by a folder
 * with a configuration of which none does.
 * @param isFar whether it has come far enough in that folder to be ended
 */
async function keepCompiled(bin, program, starter, runs, isFar = () => false) {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-build-'));
  const session = join(folder, 'session');
  const runFolder = join(session, '.orchestra/run');
  const standIn = spawn(process.execPath, [join(root, 'scripts/stand-in.mjs'), dirname(bin), runFolder], QUIETLY);
  try {
    copyFileSync(join(root, 'examples/nine.yaml'), join(folder, 'orchestra.yaml'));
    await until(() => existsSync(join(runFolder, 'controller.sock')));
    const [bundle, compiled] = [join(bin, `${program}.js`), join(bin, `${program}.v8`)];
    const runner = join(root, 'scripts/keep-compiled.mjs');
    const args = runs(join(session, 'orchestra.yaml'), folder).map((each) => JSON.stringify(each));
    const argv = [runner, bundle, compiled, join(bin, starter), ...args];
    const child = spawn(process.execPath, argv, { cwd: folder, ...QUIETLY });
    const late = setTimeout(() => child.kill('SIGKILL'), COMPILE_TIMEOUT);
    const look = setInterval(() => isFar(folder) && child.kill('SIGTERM'), 20);
    const status = await new Promise((done) => child.on('close', done));
    clearTimeout(late);
    clearInterval(look);
    // The stand-in is not what the program expects any more: its owner should see that, and a user's build should go on.
    if (status && process.env.CI) process.exitCode = 1;
    if (!existsSync(compiled)) process.stderr.write(`build: ${program} will be compiled at each start\n`);
  } finally {
    standIn.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function until(isSo) {
  const deadline = Date.now() + COMPILE_TIMEOUT;
  while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function buildCommandLine(bin) {
  const built = [];
  for (const program of PROGRAMS) built.push({ ...program, file: await bundleProgram(bin, 'orchestra', program) });
  const choice = built.map(({ takes, file }) => `${takes} ? '${file}' : `).join('');
  writeStarter(bin, 'orchestra.js', `${choice}''`);
  for (const { file, runs } of built) await keepCompiled(bin, file, 'orchestra.js', runs);
}

async function buildController(bin) {
  const program = await bundleProgram(bin, 'controller', { name: 'controller' });
  writeStarter(bin, 'controller.cjs', `'${program}'`);
  const serves = (folder) => existsSync(join(folder, '.orchestra/run/controller.sock'));
  await keepCompiled(bin, program, 'controller.cjs', (_, folder) => [[folder]], serves);
}

// Built beside and moved into place: a session that starts meanwhile finds the old program or the new one.
const fresh = mkdtempSync(join(root, '.dist-'));
try {
  await buildRooms(fresh);
  const bin = join(fresh, 'bin');
  // A name that stands in the settings of agents (`orchestra mcp install`); a starter is no ES module, which takes Node longer to open.
  mkdirSync(bin);
  writeFileSync(join(bin, 'package.json'), '{"type":"commonjs"}\n');
  await buildCommandLine(bin);
  await buildController(bin);
  chmodSync(fresh, 0o755);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
