// Records the screens of real agent CLIs as fixtures: `node test/agents/record.mjs qwen [SIZE | SET]... [--out FOLDER]`.
import { run } from './run.mjs';

await run(import.meta.url, './record.ts');
