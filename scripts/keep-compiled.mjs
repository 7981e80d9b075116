// Runs a program as its starter does (build.mjs), once with each of some arguments, one after the other in this process, and at the end keeps what V8
// made of it meanwhile: the functions it used, compiled.
//
//   node keep-compiled.mjs BUNDLE COMPILED STARTER ARGUMENTS...
//
// ARGUMENTS are a JSON array.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { Script } from 'node:vm';

const [node, , bundle, compiled, starter, ...runs] = process.argv;
// The name is kept with the rest: where it was built says nothing.
const script = new Script(readFileSync(bundle, 'latin1'), { filename: basename(bundle) });
const { exit } = process;
process.once('SIGTERM', () => exit()); // enough has run
process.on('exit', () => writeFileSync(compiled, script.createCachedData()));

/** A function is compiled once, however often the text is run. */
function next() {
  const args = runs.shift();
  if (args === undefined) exit();
  process.argv = [node, starter, ...JSON.parse(args)];
  if (process.argv[2] === 'dashboard') giveTerminal();
  script.runInThisContext()({}, createRequire(starter), {}, starter, dirname(starter));
}

/** What the dashboard takes for a terminal: it is left when the crew is shown. */
function giveTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 160, rows: 45 });
  let shown = '';
  output.on('data', (bytes) => {
    shown += bytes;
    if (!shown.includes('kaede')) return;
    shown = '';
    input.write('q');
  });
  Object.defineProperty(process, 'stdin', { configurable: true, value: input });
  Object.defineProperty(process, 'stdout', { configurable: true, value: output });
}

process.exit = (status) => {
  if (status) {
    process.stderr.write(`keep-compiled: ${process.argv.slice(2).join(' ')} ended with ${status}\n`);
    exit(status);
  }
  next();
};
next();
