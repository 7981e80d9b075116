import './environment.ts';
import { main } from '../cli/index.ts';
import { cliPorts } from './cli-ports.ts';
import { written } from './standard-streams.ts';

async function run(): Promise<void> {
  const status = await main(process.argv.slice(2), cliPorts());
  await written();
  process.exit(status);
}

void run();
