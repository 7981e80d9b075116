import './environment.ts';
import { main } from '../cli/index.ts';
import { cliPorts } from './cli-ports.ts';
import { stdout, written } from './standard-streams.ts';

// What writes to it without asking here (the dashboard, the built-in agent) is looked after as well.
stdout();

async function run(): Promise<void> {
  const status = await main(process.argv.slice(2), cliPorts());
  await written();
  process.exit(status);
}

void run();
