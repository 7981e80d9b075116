import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStub } from '../stub/index.ts';
import { until } from '../support/until.ts';
import { CLIS, type CliType } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';
import { Pane } from './pane.ts';

const TYPES: readonly CliType[] = ['claude', 'codex', 'qwen'];
const OUT = 'test/fixtures/transcripts';
const FILE = /(projects\/.*|sessions\/.*|chats\/[^/]*)\.jsonl$/;
/** Characters kept of a string: prompts of a CLI fill most of its transcript. */
const KEPT = 64;

/** Records what real agent CLIs write of a turn that ends, one that a person interrupts, one with a tool, and one that fails. */
export async function main(words: readonly string[]): Promise<void> {
  for (const type of TYPES) if (words.length === 0 || words.includes(type)) await record(type);
}

async function record(type: CliType): Promise<void> {
  install(type, process.cwd());
  const dir = mkdtempSync(join(tmpdir(), 'rec-'));
  const stub = await startStub();
  const pane = await Pane.open(dir, agentHome(type, stub.url, dir, process.cwd()), 160, 45);
  const kept = [`# type: ${type}`, `# version: ${CLIS[type].version}`];
  let seen = 0;
  const text = (): string => {
    const home = join(dir, 'home');
    const [file] = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((each) => FILE.test(each));
    return file === undefined ? '' : readFileSync(join(home, file), 'utf8');
  };
  /** Waits until nothing is written any more, and notes what is true of all lines so far. */
  const note = async (what: string, truth: 'busy' | 'idle'): Promise<void> => {
    let [before, since] = ['', performance.now()];
    await until('the transcript to rest', text, (now) => {
      if (now !== before) since = performance.now();
      before = now;
      return performance.now() - since > 1_000;
    });
    const fresh = before.slice(seen, before.lastIndexOf('\n') + 1);
    seen += fresh.length;
    kept.push(...fresh.split('\n').flatMap((line) => (line === '' ? [] : [short(line, dir)])), `# ${truth}: ${what}`);
  };
  const begun = (word: string) => stub.waitFor(() => stub.turns.find((turn) => turn.text.includes(word)), 60_000);
  try {
    await pane.untilReady(type);
    await pane.submit('first');
    await begun('first');
    await pane.untilReady(type);
    await note('the turn is over', 'idle');
    await pane.submit('second [[slow 20000]]');
    await begun('second');
    await note('it answers', 'busy');
    await pane.keys('Escape');
    await note('a person interrupted it', 'idle');
    await pane.untilReady(type);
    await pane.submit('third [[shell touch ran]]');
    await pane.untilShown(CLIS[type].approval);
    await note('it asks whether it may', 'busy');
    await until(
      'the command to run',
      () => pane.keys('Enter').then(() => readdirSync(join(dir, 'work')).includes('ran')),
      Boolean,
      20_000,
      500,
    );
    await pane.untilReady(type);
    await note('the tool ran, and the turn is over', 'idle');
    await pane.submit('fourth [[status 400]]');
    await begun('fourth');
    await pane.untilReady(type);
    await note('it gave up', 'idle');
    mkdirSync(OUT, { recursive: true });
    writeFileSync(join(OUT, `${type}.jsonl`), `${kept.join('\n')}\n`);
  } finally {
    await pane.close();
    await stub.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One line with its long strings and lists cut. */
const short = (line: string, dir: string): string =>
  JSON.stringify(JSON.parse(line), (_, value: unknown) => {
    if (typeof value === 'string') return value.replaceAll(dir, '/tmp/dir').slice(0, KEPT);
    return Array.isArray(value) ? value.slice(0, 2) : value;
  });
