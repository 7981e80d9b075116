// Prints the name of each file that appears or changes in a folder.
import { mkdirSync, watch } from 'node:fs';

const folder = process.argv[2] ?? 'inbox';
mkdirSync(folder, { recursive: true });
watch(folder, (event, name) => console.log(`${event} ${name}`));
console.log(`watching ${folder}`);
