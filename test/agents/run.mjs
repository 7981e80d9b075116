// Runs a TypeScript program of this folder, which this Node cannot do by itself: `run(import.meta.url, './record.ts')`.
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export async function run(from, file) {
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
    await (await import(pathToFileURL(outfile).href)).main(process.argv.slice(2));
  } finally {
    rmSync(outfile, { force: true });
  }
}
