#!/usr/bin/env node
import { main } from '../cli/index.ts';
import { cliPorts } from './cli-ports.ts';

// A reader that has seen enough (`| head`) closes the pipe: no error, and nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

process.exit(await main(process.argv.slice(2), cliPorts()));
