// Records what real agent CLIs write into their transcripts as fixtures: `node test/agents/record-transcripts.mjs [TYPE]...`.
import { run } from './run.mjs';

await run(import.meta.url, './record-transcripts.ts');
