// Loads a TypeScript program, which this Node cannot do by itself: `load(import.meta.url, './record.ts')`.
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The module, bundled. */
export async function load(from, file) {
  const entry = fileURLToPath(new URL(file, from));
  // Below node_modules packages are found, and neither git nor a linter looks.
  const outfile = fileURLToPath(new URL(`../../node_modules/.cache/run-${process.pid}.mjs`, import.meta.url));
  try {
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
}

/** Calls its `main` with the words of the command line. */
export const run = async (from, file) => (await load(from, file)).main(process.argv.slice(2));
