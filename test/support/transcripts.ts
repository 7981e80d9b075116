import { readdirSync, readFileSync } from 'node:fs';

/** A recorded transcript: the CLI's own lines, and after some of them what was true then. */
export interface RecordedTranscript {
  readonly type: string;
  readonly version: string;
  readonly parts: readonly { readonly lines: readonly string[]; readonly truth: string; readonly what: string }[];
}

const FOLDER = new URL('../fixtures/transcripts/', import.meta.url);

export const recordedTranscripts = (): RecordedTranscript[] =>
  readdirSync(FOLDER).map((file) => parse(readFileSync(new URL(file, FOLDER), 'utf8').split('\n')));

function parse(all: readonly string[]): RecordedTranscript {
  const head = (word: string): string =>
    all.find((line) => line.startsWith(`# ${word}: `))?.slice(word.length + 4) ?? '';
  const parts: RecordedTranscript['parts'][number][] = [];
  let lines: string[] = [];
  for (const line of all) {
    const [, truth, what] = /^# (busy|idle): (.*)$/.exec(line) ?? [];
    if (line.startsWith('{')) lines.push(line);
    if (truth === undefined || what === undefined) continue;
    parts.push({ lines, truth, what });
    lines = [];
  }
  return { type: head('type'), version: head('version'), parts };
}
