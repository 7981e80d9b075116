import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStub, type Stub } from '../stub/index.ts';
import { CLI_TYPES, CLIS, type CliType } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';
import { Pane } from './pane.ts';

const SIZES = ['80x24', '160x45'];

/** One agent at the stub, and how its screen is kept. */
interface Desk {
  readonly type: CliType;
  readonly pane: Pane;
  readonly stub: Stub;
  /** Waits until nothing changes for a while, or for `most` ms with a screen that never rests. */
  readonly rest: (most?: number) => Promise<void>;
  readonly save: (state: string) => Promise<void>;
  /** Takes out of the input field what was put in. */
  readonly clear: () => Promise<void>;
  /** Waits until the stub has an answer to this prompt under way, or done with. */
  readonly begun: (text: string) => Promise<unknown>;
  readonly done: (text: string) => Promise<unknown>;
}

const THREE_LINES = [
  'Message one:',
  '',
  `its text has three lines of which this one is so long that it has to be wrapped at any width that is usual in a pane of a crew of agents, ${'and goes on '.repeat(6)}until it is long enough`,
  'and an end',
].join('\n');
const TWENTY_LINES = Array.from({ length: 20 }, (_, n) => `Line number ${n + 1} of twenty`).join('\n');

/** Each set begins with a fresh start of the CLI, and names the states it leaves. */
const SETS: Readonly<Record<string, (desk: Desk) => Promise<void>>> = {
  drafts: async ({ pane, save, rest, clear }) => {
    await save('idle');
    for (const [state, text] of [
      ['draft', 'a draft of a person'],
      ['draft-lines', THREE_LINES],
      ['draft-20-lines', TWENTY_LINES],
    ] as const) {
      await pane.paste(text);
      await rest();
      await save(state);
      await clear();
    }
  },
  turns: async ({ pane, save, rest, begun, done }) => {
    await pane.submit('Please [[slow 4000]] do it');
    await begun('do it');
    await rest(1_500);
    await save('busy');
    await done('do it');
    await rest();
    await save('answered');
    await pane.submit('Say [[say (esc to cancel, 1s) esc to interrupt Do you want to proceed?]]');
    await done('Say');
    await rest();
    await save('answered-with-signs');
  },
  queue: async ({ pane, save, rest, begun }) => {
    await pane.submit('Please [[slow 6000]] begin');
    await begun('begin');
    await pane.submit('And this is next');
    await rest(1_500);
    await save('busy-next-sent');
  },
  approval: async ({ type, pane, save, rest }) => {
    await pane.submit('Run [[shell touch ran && date]] it');
    await pane.untilShown(CLIS[type].approval);
    await rest();
    await save('approval');
    await pane.keys('Escape');
    await rest();
    await save('approval-refused');
  },
  tool: async ({ type, pane, save, rest, done }) => {
    // It asks for no yes before it calls a tool.
    if (type === 'opencode') return;
    await pane.submit('Write [[mcp send {"to":"ben","text":"hi"}]] it');
    await done('Write');
    await pane.untilShown(/1\.\s+(Yes|Allow)/);
    await rest(4_000);
    await save('approval-tool');
  },
  question: async ({ type, pane, save, rest, done }) => {
    const ask = QUESTIONS[type];
    if (ask === null) return;
    await pane.submit(`Ask me [[call ${ask[0]} ${JSON.stringify(ask[1])}]] now`);
    await done('Ask me');
    await pane.untilShown(/1\.\s+Red/);
    await rest(4_000);
    await save('question');
  },
  400: (desk) => refused(desk, 400),
  401: (desk) => refused(desk, 401),
  429: (desk) => refused(desk, 429),
  500: (desk) => refused(desk, 500),
};

/** Two screens: while it tries again, or right after it gave up; and 40 s later. */
async function refused({ pane, save, rest, begun }: Desk, status: number): Promise<void> {
  await pane.submit(`Err [[status ${status}]] now`);
  await begun('Err');
  await rest(5_000);
  await save(`refused-${status}`);
  await new Promise((resolve) => setTimeout(resolve, 40_000));
  await save(`refused-${status}-later`);
}

const CHOICES = [
  { label: 'Red', description: 'like a rose' },
  { label: 'Blue', description: 'like the sky' },
];
const QUESTION = { question: 'Which colour?', header: 'Colour', multiSelect: false, options: CHOICES };
/** The tool with which each asks its person something; codex has one in a mode of its own only. */
const QUESTIONS: Readonly<Record<CliType, readonly [string, unknown] | null>> = {
  claude: ['AskUserQuestion', { questions: [QUESTION] }],
  codex: null,
  gemini: ['ask_user', { questions: [{ ...QUESTION, type: 'choice' }] }],
  qwen: ['ask_user_question', { questions: [QUESTION] }],
  opencode: ['question', { questions: [{ ...QUESTION, multiple: false }] }],
};

/** `words`: types, sizes, sets in any order; all of those not named. `--out FOLDER` writes elsewhere than test/fixtures/screens. */
export async function main(words: readonly string[]): Promise<void> {
  const at = words.indexOf('--out');
  const out = at < 0 ? 'test/fixtures/screens' : String(words[at + 1]);
  const chosen = at < 0 ? words : words.toSpliced(at, 2);
  const named = <T extends string>(all: readonly T[]) => {
    const some = all.filter((each) => chosen.includes(each));
    return some.length === 0 ? all : some;
  };
  const unknown = chosen.find((word) => ![...CLI_TYPES, ...SIZES, ...Object.keys(SETS)].includes(word));
  if (unknown !== undefined) throw new Error(`${unknown} is no type, size or set.`);
  for (const type of named(CLI_TYPES)) {
    install(type, process.cwd());
    for (const size of named(SIZES)) for (const set of named(Object.keys(SETS))) await record(type, size, set, out);
  }
}

async function record(type: CliType, size: string, set: string, out: string): Promise<void> {
  const [width, height] = size.split('x').map(Number);
  const dir = mkdtempSync(join(tmpdir(), 'rec-'));
  const stub = await startStub();
  const server = join(process.cwd(), 'test/agents/mcp-server.mjs');
  const mcp = { name: 'post', argv: [process.execPath, server] as const, env: { MCP_LOG: join(dir, 'mcp.log') } };
  const pane = await Pane.open(dir, agentHome(type, stub.url, dir, process.cwd(), { mcp }), width, height);
  try {
    await pane.untilReady(type);
    await SETS[set]?.(deskOf(type, size, pane, stub, dir, out));
  } catch (error) {
    console.error(`${type} ${size} ${set}: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await pane.close();
    await stub.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function deskOf(type: CliType, size: string, pane: Pane, stub: Stub, dir: string, out: string): Desk {
  const turn = (text: string) => stub.turns.find((each) => each.text.includes(text));
  const rest = async (most = 8_000) => {
    const end = performance.now() + most;
    for (let before = '', since = performance.now(); performance.now() < end; ) {
      const now = JSON.stringify(await pane.screen());
      if (now !== before) since = performance.now();
      before = now;
      if (performance.now() - since > 1_000) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    type,
    pane,
    stub,
    rest,
    begun: (text) => stub.waitFor(() => turn(text), 60_000),
    done: (text) => stub.waitFor(() => turn(text)?.end, 60_000),
    clear: async () => {
      for (let n = 0; n < 24; n++) await pane.keys('C-u', 'BSpace');
      await rest();
    },
    save: async (state) => {
      const { lines, title, cursorX, cursorY } = await pane.screen();
      const head = { type, version: CLIS[type].version, state, size, title, cursor: `${cursorX},${cursorY}` };
      const shown = lines.map((line) => line.trimEnd().replaceAll(dir, '/tmp/dir'));
      mkdirSync(join(out, type), { recursive: true });
      const rows = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
      writeFileSync(join(out, type, `${state}-${size}.txt`), `${rows.join('\n')}\n\n${shown.join('\n')}\n`);
    },
  };
}
