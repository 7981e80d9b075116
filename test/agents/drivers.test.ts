import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  driverOf,
  hookRecord,
  type HookSignal,
  type Launch,
  parseHook,
  prepare,
  readScreen,
  submit,
} from '../../src/drivers/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { startStub, type Stub } from '../stub/index.ts';
import { TmuxDoor } from '../support/tmux-door.ts';
import { until } from '../support/until.ts';
import { CLI_TYPES, LIGHT } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';
import { Pane } from './pane.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPES = process.env.ORCHESTRA_AGENTS === 'all' ? CLI_TYPES : LIGHT;
const ID = '0b5c8b0e-4c64-4f6e-9c0a-6d1f5f0a7e11';
const HOOKED = ['claude', 'qwen'];

const TEXTS: readonly (readonly [string, string])[] = [
  ['one line', 'Message 1 from kaede: hello;'],
  ['signs of commands', 'Message 2 from kaede: /quit !ls #x $HOME `w` see @README.md'],
  ['Japanese', 'Message 3 from kaede: カエデさん、こんにちは。🍁 e\u0301'],
  ['20 lines', `Message 4 from kaede:\n${Array.from({ length: 20 }, (_, index) => `line ${index} of it;`).join('\n')}`],
  ['10 KB', `Message 5 from kaede: ${'words and more words, '.repeat(480)}end`],
];

// Everything this room knows about a CLI against the CLI itself: how it is launched, its hooks, its screens, how text gets in.
describe.each(TYPES)('%s', (type) => {
  const driver = driverOf(type, {});
  let dir: string;
  let stub: Stub;
  let door: TmuxDoor;
  let pane: Pane;

  const reading = async () => {
    const screen = await door.read();
    return screen === null ? null : readScreen(driver, screen, Date.now());
  };
  const untilIdle = () =>
    until(
      `${type} to wait for input`,
      reading,
      (seen) => seen?.activity === 'idle' && seen.composer.kind === 'empty',
      60_000,
      100,
    );
  const typeIn = (text: string) => submit(door, driver, text, { clock: systemClock, mode: 'idle' });
  /** Some work a little for themselves after a turn. */
  const whenFree = (text: string) =>
    until(
      'the end of typing',
      () => typeIn(text),
      ({ result }) => result !== 'busy',
      30_000,
    );
  const signals = (): HookSignal[] =>
    readdirSync(join(dir, 'run/status'))
      .flatMap((name) => hookRecord(name) ?? [])
      .sort((a, b) => Number.parseFloat(a.unique) - Number.parseFloat(b.unique))
      .map(({ agent, incarnation, event, unique }) =>
        parseHook(
          driver,
          event,
          readFileSync(join(dir, 'run/status', `${agent}.${incarnation}.${event}.${unique}`), 'utf8'),
        ),
      );

  let conversation: string | null = null;

  async function boot(born: string | null): Promise<void> {
    const home = agentHome(type, stub.url, dir, ROOT);
    const launch: Launch = prepare(driver, [type], {
      agent: 'kaede',
      runDir: join(dir, 'run'),
      filesDir: join(dir, 'files'),
      hookScript: join(ROOT, 'scripts/hook.sh'),
      mcp: {
        argv: [process.execPath, join(ROOT, 'test/agents/mcp-server.mjs')],
        env: { MCP_LOG: join(dir, 'mcp.log') },
      },
      conversation: { id: born ?? ID, born: born !== null },
    });
    conversation = launch.conversation;
    for (const { path, text } of launch.files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: 0o600 });
    }
    const words = [...home.argv.filter((word) => word !== '--no-daemon'), ...launch.argv.slice(1)];
    const [program, ...argv] = words as [string, ...string[]];
    pane = await Pane.open(dir, { argv: [program, ...argv], env: { ...home.env, ...launch.env }, cwd: home.cwd });
    door = new TmuxDoor(join(dir, 'tmux.sock'));
    await untilIdle();
  }

  beforeAll(async () => {
    install(type, ROOT);
    dir = mkdtempSync(join(tmpdir(), 'agent-'));
    mkdirSync(join(dir, 'run/status'), { recursive: true });
    stub = await startStub();
    await boot(null);
  }, 400_000);

  afterAll(async () => {
    await pane?.close();
    await stub?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  beforeEach(async () => void (await untilIdle()));

  test.each(TEXTS)('%s is submitted whole and once', async (_, text) => {
    const end = await whenFree(text);
    expect(end, end.why).toMatchObject({ result: 'submitted' });
    await stub.waitFor(() => stub.received.find((one) => one.text.startsWith(text.slice(0, 20))), 60_000);
    const received = stub.received.filter((one) => one.text.startsWith(text.slice(0, 20)));
    // Claude composes letters with their marks (NFC).
    expect(received.map((one) => one.text.trimEnd().normalize('NFC'))).toEqual([text.normalize('NFC')]);
  });

  test('is seen to work, and is not typed into meanwhile', async () => {
    expect(await typeIn('Message 6 from kaede: [[slow 4000]]')).toMatchObject({ result: 'submitted' });
    expect(await until('work', reading, (seen) => seen?.activity === 'busy')).toMatchObject({ known: true });
    expect(await typeIn('Message 7 from kaede: not now')).toMatchObject({ result: 'busy' });
    await untilIdle();
    expect(stub.received.some(({ text }) => text.includes('not now'))).toBe(false);
  });

  test('a dialog is seen, and neither answered nor typed into', async () => {
    const ran = join(dir, 'work/ran');
    expect(await typeIn(`Message 8 from kaede: [[shell touch ${ran}]]`)).toMatchObject({ result: 'submitted' });
    await until('the dialog', reading, (seen) => seen?.dialog === 'approval', 40_000);
    expect(await typeIn('Message 9 from kaede: yes')).toMatchObject({ result: 'dialog' });
    expect([(await reading())?.dialog, existsSync(ran)]).toEqual(['approval', false]);
    await door.keys(['Escape']);
  });

  test.runIf(HOOKED.includes(type))('its hooks say what it does, and which conversation it has', async () => {
    const said = await until('the end of a turn', signals, (all) => all.some(({ activity }) => activity === 'idle'));
    expect(said.some(({ activity }) => activity === 'busy')).toBe(true);
    expect(said.map(({ prompt }) => prompt)).toContain(TEXTS[0]?.[1]);
    expect(new Set(said.map(({ conversation }) => conversation))).toEqual(new Set([ID]));
  });

  test('its conversation goes on after it was killed', async () => {
    const known = conversation ?? signals().find((each) => each.conversation !== null)?.conversation ?? null;
    if (known === null) return;
    await pane.close();
    await boot(known);
    expect(await typeIn('Message 10 from kaede: again')).toMatchObject({ result: 'submitted' });
    const request = await stub.waitFor(() => stub.requests.find((one) => one.text.includes('Message 10')), 20_000);
    expect(request.prompts.join('\n')).toContain('Message 2 from kaede');
  });
});
