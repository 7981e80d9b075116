// Installs agent CLIs for the tests: `node test/agents/install.mjs qwen gemini`, the light ones without arguments, `all` for all.
import { run } from './run.mjs';

await run(import.meta.url, './install-main.ts');
