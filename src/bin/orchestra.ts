import './environment.ts';
import { main } from '../cli/index.ts';
import { cliPorts } from './cli-ports.ts';

// A reader that has seen enough (`| head`) closes the pipe: no error, and nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

async function run(): Promise<void> {
  const status = await main(process.argv.slice(2), cliPorts());
  // What was written to a pipe may still be on its way: exiting now cut a long `status --json` at 64 KiB, what a pipe holds.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve));
  process.exit(status);
}

void run();
