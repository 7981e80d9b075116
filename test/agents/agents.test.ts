import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStub, type Stub } from '../stub/index.ts';
import { until } from '../support/until.ts';
import { CLI_TYPES, CLIS, LIGHT } from './catalogue.ts';
import { agentHome } from './home.ts';
import { install } from './install.ts';
import { Pane } from './pane.ts';

// Real agent CLIs in real panes. What the stub received is the truth about what was submitted.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVER = join(ROOT, 'test/agents/mcp-server.mjs');
const TYPES = process.env.ORCHESTRA_AGENTS === 'all' ? CLI_TYPES : LIGHT;

describe.each(TYPES)('%s', (type) => {
  const cli = CLIS[type];
  let dir: string;
  let stub: Stub;
  let pane: Pane;

  beforeAll(async () => {
    install(type, ROOT);
    dir = mkdtempSync(join(tmpdir(), 'agent-'));
    stub = await startStub();
    const env = { MCP_LOG: join(dir, 'mcp.log'), AGENT: 'ann' };
    const mcp = { name: 'post', argv: [process.execPath, SERVER] as const, env, trusted: true };
    pane = await Pane.open(dir, agentHome(type, stub.url, dir, ROOT, { mcp }));
    await pane.untilReady(type);
  }, 400_000);

  afterAll(async () => {
    await pane?.close();
    await stub?.close();
    const left = pane?.processes() ?? [];
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    expect(left, 'processes that outlive their pane').toEqual([]);
  });

  const turnOf = (text: string) => stub.turns.find((turn) => turn.text.includes(text));
  const settled = (text: string, within = 30_000) =>
    stub.waitFor(() => (turnOf(text)?.end == null ? null : turnOf(text)), within);

  test('takes a pasted prompt whole and once', async () => {
    const prompt = 'Hello 1.\n/status !ls @README.md #2 カエデ 🍁 "q" \'q\' `x` $HOME \\n\n  indented;\nends here;';
    await pane.submit(prompt);
    await settled('Hello 1');
    // opencode puts a space behind what was pasted.
    expect(stub.received.map((one) => one.text.trimEnd())).toEqual([prompt]);
    await pane.untilReady(type);
  });

  test('is busy for as long as the stub answers', async () => {
    await pane.submit('Take your time [[slow 3000]]');
    const turn = await settled('Take your time');
    expect(turn.outcome).toBe('answered');
    expect(Number(turn.end) - turn.begin).toBeGreaterThan(2_900);
    await pane.untilReady(type);
  });

  test('asks before it runs a command, and runs it when told so', async () => {
    const ran = join(dir, 'work', 'ran');
    await pane.submit('Run it [[shell touch ran]]');
    await pane.untilShown(cli.approval);
    expect(existsSync(ran)).toBe(false);
    // A dialog may take no key for the first moment, so that nobody answers it unseen.
    await until(
      'the command to run',
      () => existsSync(ran) || pane.keys('Enter').then(() => false),
      Boolean,
      20_000,
      500,
    );
    await stub.waitFor(() => stub.requests.find((one) => one.toolResult !== null));
    await pane.untilReady(type);
  });

  test('calls a tool of an MCP server', async () => {
    await pane.submit('Write to ben [[mcp send {"to":"ben","text":"hi"}]]');
    const said = await until(
      'the call',
      () => readFileSync(join(dir, 'mcp.log'), 'utf8'),
      (text) => text !== '',
      30_000,
    );
    expect(JSON.parse(said)).toEqual({ name: 'send', args: { to: 'ben', text: 'hi' }, agent: 'ann' });
    await stub.waitFor(() => stub.requests.find((one) => one.toolResult?.includes('sent to ben')));
    await pane.untilReady(type);
  });

  test('was given nothing but what was submitted here', () => {
    expect(stub.received).toHaveLength(4);
    expect(stub.turns.filter((turn) => turn.outcome === 'aborted' || turn.outcome === 'refused')).toEqual([]);
  });
});
