import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverOf, submit, typedText } from '../../src/drivers/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { startStub, type Stub } from '../stub/index.ts';
import { CLIS, type CliType } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';
import { Pane } from './pane.ts';

/** What is hard to type: each stands for one way in which a message was lost or changed somewhere. */
const BODIES: readonly ((n: number) => string)[] = [
  () => 'one line',
  (n) => Array.from({ length: 20 }, (_, line) => `line ${line + 1} of twenty in number ${n}`).join('\n'),
  (n) => `ten kilobytes ${'abcdefghi '.repeat(1_000)}${n}`,
  () => 'カエデさん、テストの結果を教えてください。全角の「かぎ括弧」も、🍁も。',
  () => '/status is no command here',
  () => '!echo no',
  () => '@README.md',
  () => '# no heading',
  () => 'ends with this;',
  () => 'a\x1b[201~b\x1b[31mred\x1b[0m c\x07d\te',
];

export interface Submitted {
  readonly sent: number;
  /** Received exactly once and whole. */
  readonly whole: number;
  readonly lost: number;
  readonly altered: number;
  readonly doubled: number;
  /** Results of the transaction that were neither `submitted` nor `busy`, with the beginning of the message. */
  readonly other: readonly string[];
  /** The first words of those not received exactly once and whole. */
  readonly missed: readonly string[];
  /** Milliseconds of each transaction. */
  readonly times: readonly number[];
}

/** Submits `count` messages to one idle agent, one after the other, and compares with what the model server received. */
export const measureSubmit = (type: CliType, count: number, env: Env = {}): Promise<Submitted> =>
  atDesk(type, env, async ({ pane, stub }) => {
    const texts: string[] = [];
    const times: number[] = [];
    const other: string[] = [];
    for (let n = 0; n < count; n++) {
      const body = BODIES[n % BODIES.length] as (n: number) => string;
      const text = n % 2 === 0 ? `Message ${n} from ben: ${body(n)}` : `Message ${n} from ben:\n${body(n)}`;
      texts.push(text);
      const from = performance.now();
      const results = await submitOne(type, pane, text);
      times.push(performance.now() - from);
      other.push(...results.filter((each) => each !== 'busy').map((each) => `${each}: ${text.slice(0, 60)}`));
    }
    // The transaction is over when the agent took the message; the model hears of it a moment later.
    const last = `Message ${count - 1} from`;
    await stub.waitFor(() => stub.turns.find((turn) => turn.text.includes(last))?.end, 15_000).catch(() => null);
    return { sent: count, times, other, ...compared(texts, stub) };
  });

export interface Trouble {
  readonly rounds: number;
  readonly lost: number;
  /** Running turns that were broken off. */
  readonly interrupted: number;
  /** Dialogs that were answered: the command ran. */
  readonly answered: number;
  /** What a person had typed and not sent was sent. */
  readonly draftsSent: number;
}

/** Submits while the agent works, asks for approval, is in copy mode or has a person's draft in its input field, in turn. */
export const measureTrouble = (type: CliType, rounds: number, env: Env = {}): Promise<Trouble> =>
  atDesk(type, env, async ({ pane, stub, dir }) => {
    const clear = async () => {
      for (let n = 0; n < 4; n++) await pane.keys('C-u', 'BSpace');
    };
    const hinder: readonly ((n: number, send: () => Promise<unknown>) => Promise<void>)[] = [
      async (n) => {
        await pane.submit(`Work ${n} [[slow 1500]]`);
        await stub.waitFor(() => stub.turns.find((turn) => turn.text.includes(`Work ${n} `)));
      },
      async (n, send) => {
        await pane.submit(`Ask ${n} [[shell touch ran-${n}]]`);
        // From before the dialog until well after it appeared.
        for (const end = performance.now() + 4_000; performance.now() < end; ) await send();
        await pane.untilShown(CLIS[type].approval);
        await pane.keys('Escape');
        await pane.untilShown(CLIS[type].approval, 10_000, false);
        await clear();
      },
      async () => {
        await pane.copyMode();
      },
      async (n, send) => {
        await pane.paste(`draft ${n}`);
        await pane.untilShown(new RegExp(`draft ${n}`));
        for (let tries = 0; tries < 3; tries++) await send();
        await clear();
      },
    ];
    const heads: string[] = [];
    for (let n = 0; n < rounds; n++) {
      await pane.untilReady(type);
      const text = `Message ${n} from ben: hello`;
      heads.push(`Message ${n} from`);
      let sent = false;
      const send = async () => {
        if (!sent) sent = (await submitNow(type, pane, text)) === 'submitted';
      };
      await hinder[n % hinder.length]?.(n, send);
      for (const end = performance.now() + 30_000; !sent && performance.now() < end; ) await send();
      await stub.waitFor(() => stub.turns.find((turn) => turn.text.includes(text))?.end, 15_000).catch(() => null);
    }
    const times = (words: string) => stub.received.filter((one) => one.text.includes(words)).length;
    return {
      rounds,
      lost: heads.filter((head) => times(head) !== 1).length,
      interrupted: stub.turns.filter((turn) => turn.outcome === 'aborted').length,
      answered: Array.from({ length: rounds }, (_, n) => existsSync(join(dir, 'work', `ran-${n}`))).filter(Boolean)
        .length,
      draftsSent: times('draft '),
    };
  });

type Env = Readonly<Record<string, string>>;

interface Desk {
  readonly pane: Pane;
  readonly stub: Stub;
  readonly dir: string;
}

/** One ready agent at a model server of its own; nothing of it is left. */
async function atDesk<T>(type: CliType, env: Env, work: (desk: Desk) => Promise<T>): Promise<T> {
  install(type, process.cwd());
  const dir = mkdtempSync(join(tmpdir(), 'submit-'));
  const stub = await startStub();
  const launch = agentHome(type, stub.url, dir, process.cwd());
  const pane = await Pane.open(dir, { ...launch, env: { ...launch.env, ...env } });
  try {
    await pane.untilReady(type);
    return await work({ pane, stub, dir });
  } finally {
    await pane.close();
    await stub.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const submitNow = async (type: CliType, pane: Pane, text: string) =>
  (await submit(pane.door, driverOf(type, {}), text, { clock: systemClock, mode: 'idle' })).result;

/** Tries until it may type, for at most a minute; the results before the last. */
async function submitOne(type: CliType, pane: Pane, text: string): Promise<string[]> {
  const results: string[] = [];
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const result = await submitNow(type, pane, text);
    if (result === 'submitted') return results;
    results.push(result);
    if (result === 'ambiguous' || result === 'gone') break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return results;
}

function compared(texts: readonly string[], stub: Stub): Omit<Submitted, 'sent' | 'times' | 'other'> {
  const heads = texts.map((text) => String(/^Message \d+ from/.exec(text)?.[0]));
  const seen = heads.map((head) => stub.received.filter((one) => one.text.includes(head)));
  const whole = seen.filter(
    (all, n) => all.length === 1 && all[0]?.text.trimEnd() === typedText(String(texts[n])).trimEnd(),
  );
  return {
    missed: heads.flatMap((head, n) =>
      whole.includes(seen[n] ?? []) ? [] : [`${head}: ${seen[n]?.map((one) => one.text).join(' + ')}`],
    ),
    whole: whole.length,
    lost: seen.filter((all) => all.length === 0).length,
    doubled: seen.filter((all) => all.length > 1).length,
    altered: seen.filter((all) => all.length === 1).length - whole.length,
  };
}
