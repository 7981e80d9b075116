import './environment.ts';
import { main, tellUncaught } from '../cli/index.ts';
import { cliPorts } from './cli-ports.ts';
import { written } from './standard-streams.ts';

const words = process.argv.slice(2);
const ports = cliPorts();

// Node would print the line it happened in, which of a bundle is 70 KB long.
process.once('uncaughtException', (error) => {
  void tellUncaught(error, words, ports).then((status) => process.exit(status));
});

async function run(): Promise<void> {
  const status = await main(words, ports);
  await written();
  process.exit(status);
}

void run();
