// Runs a program as its starter does (build.mjs), and at its end keeps what V8 made of it meanwhile: the functions it used, compiled.
//
//   node keep-compiled.mjs BUNDLE COMPILED STARTER [ARGUMENT...]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { Script } from 'node:vm';

const [node, , bundle, compiled, starter, ...args] = process.argv;
process.argv = [node, starter, ...args];
// The name is kept with the rest: where it was built says nothing.
const script = new Script(readFileSync(bundle, 'latin1'), { filename: basename(bundle) });
process.once('SIGTERM', () => process.exit()); // enough has run
process.on('exit', () => writeFileSync(compiled, script.createCachedData()));
script.runInThisContext()({}, createRequire(starter), {}, starter, dirname(starter));
