// Bundles src/ into dist/. One file for what a command needs instead of a hundred: opening and linking modules one by one was most of
// the time `orchestra status` took, and a third of a cold `orchestra up`.
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

// Each room's door is an entry too: the generated documents and the benchmarks come in by it.
const rooms = readdirSync(join(root, 'src')).filter((room) => existsSync(join(root, 'src', room, 'index.ts')));
const programs = ['orchestra', 'worker'];

// Built beside and moved into place: a session that starts meanwhile finds the old program or the new one.
const fresh = mkdtempSync(join(root, '.dist-'));
try {
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
  await build({
    ...common,
    entryPoints: [...programs.map((name) => `src/bin/${name}.ts`), ...rooms.map((room) => `src/${room}/index.ts`)],
    outbase: 'src',
    outdir: fresh,
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    // CommonJS packages ask for Node's modules by require, which an ES module does not have.
    banner: {
      js: "import{createRequire as createRequire_}from'node:module';const require=createRequire_(import.meta.url);",
    },
  });
  // Every agent waits for the controller to come up, and it loads nothing later that it may not need: one CommonJS file, which Node opens
  // 16 ms sooner than the same as ES modules.
  await build({
    ...common,
    entryPoints: ['src/bin/controller.ts'],
    outfile: join(fresh, 'bin/controller.cjs'),
    format: 'cjs',
    define: { 'import.meta.url': 'importMetaUrl_' },
    banner: { js: "const importMetaUrl_=require('node:url').pathToFileURL(__filename).href;" },
  });
  chmodSync(join(fresh, 'bin/orchestra.js'), 0o755);
  chmodSync(fresh, 0o755);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
