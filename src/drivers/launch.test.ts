import { describe, expect, test } from 'vitest';
import { driverOf, hookRecord, type LaunchContext, parseHook, prepare } from './index.ts';

const ID = 'f1e2d3c4-0000-4000-8000-000000000001';
const context = (some: Partial<LaunchContext> = {}): LaunchContext => ({
  agent: 'kaede',
  runDir: "/p/it's/.orchestra/run",
  filesDir: '/p/.orchestra/run/agents/kaede',
  hookScript: '/opt/orchestra/scripts/hook.sh',
  mcp: { argv: ['orchestra', 'mcp'], env: { ORCHESTRA_AGENT: 'kaede' } },
  conversation: { id: ID, born: false },
  ...some,
});
const launch = (type: string, argv: readonly string[] = [type], some: Partial<LaunchContext> = {}) =>
  prepare(driverOf(type, {}), argv, context(some));
const json = (text: string | undefined) => JSON.parse(text ?? '') as Record<string, Record<string, unknown>>;

describe('prepare', () => {
  test('claude gets its settings, its servers and an id of its own', () => {
    const { argv, files, conversation } = launch('claude', ['claude', '--model', 'opus']);
    const [settings, mcp] = files;
    expect(argv).toEqual([
      'claude',
      '--mcp-config',
      mcp?.path,
      '--settings',
      settings?.path,
      '--session-id',
      ID,
      '--model',
      'opus',
    ]);
    expect(conversation).toBe(ID);
    expect(json(mcp?.text)).toEqual({
      mcpServers: { orchestra: { command: 'orchestra', args: ['mcp'], env: { ORCHESTRA_AGENT: 'kaede' } } },
    });
    const stop = json(settings?.text).hooks?.Stop;
    expect(stop).toEqual([
      {
        hooks: [
          {
            type: 'command',
            command: `'sh' '/opt/orchestra/scripts/hook.sh' '/p/it'\\''s/.orchestra/run' 'kaede' 'Stop'`,
          },
        ],
      },
    ]);
  });

  test('a conversation that was born is gone on with', () => {
    const born = { conversation: { id: ID, born: true } };
    expect(launch('claude', ['claude'], born).argv.slice(-2)).toEqual(['--resume', ID]);
    expect(launch('gemini', ['gemini'], born).argv).toEqual(['gemini', '--resume', ID]);
    expect(launch('qwen', ['qwen'], born).argv).toEqual(['qwen', '--resume', ID]);
    expect(launch('opencode', ['opencode'], born).argv).toEqual(['opencode', '--session', ID]);
    const codex = launch('codex', ['/usr/bin/codex', '-m', 'x'], born).argv;
    expect([codex[1], codex.at(-1)]).toEqual(['resume', ID]);
  });

  test('what the command says about its conversation is kept', () => {
    for (const argv of [
      ['claude', '--continue'],
      ['claude', '--resume=x'],
    ]) {
      const { argv: made, conversation } = launch('claude', argv);
      expect([made.includes('--session-id'), conversation]).toEqual([false, null]);
    }
  });

  test('codex gets its hook and its server by flags, as TOML', () => {
    const { argv, files } = launch('codex');
    expect(argv).toContain('--no-daemon');
    expect(argv).toContain(`notify=["sh","/opt/orchestra/scripts/hook.sh","/p/it's/.orchestra/run","kaede","notify"]`);
    expect(argv).toContain('mcp_servers.orchestra.env.ORCHESTRA_AGENT="kaede"');
    expect(files).toEqual([]);
  });

  test('gemini gets its conversation alone, qwen a file of defaults, opencode its configuration', () => {
    expect(launch('gemini')).toEqual({ argv: ['gemini', '--session-id', ID], env: {}, files: [], conversation: ID });
    const qwen = launch('qwen');
    expect(qwen.env).toEqual({ QWEN_CODE_SYSTEM_DEFAULTS_PATH: qwen.files[0]?.path });
    expect(Object.keys(json(qwen.files[0]?.text).hooks ?? {})).toContain('UserPromptSubmit');
    expect(json(launch('opencode').env.OPENCODE_CONFIG_CONTENT).mcp?.orchestra).toMatchObject({
      command: ['orchestra', 'mcp'],
    });
  });

  test.each([
    ['claude', ['sh', '-c', 'claude']],
    ['claude', ['claude', 'mcp', 'list']],
    ['codex', ['codex', 'exec', 'x']],
    ['command', ['claude']],
    ['aider', ['aider', '--model', 'x']],
  ])('left as it is: %s %s', (type, argv) => {
    expect(launch(type, argv)).toEqual({ argv, env: {}, files: [], conversation: null });
  });
});

describe('hooks', () => {
  test('names of records', () => {
    expect(hookRecord('kaede-2.7.UserPromptSubmit.1234.56-789')).toEqual({
      agent: 'kaede-2',
      incarnation: 7,
      event: 'UserPromptSubmit',
      unique: '1234.56-789',
    });
    for (const name of ['.kaede.7.Stop.1-2', 'kaede.Stop', 'kaede.7.Stop.', '../x.7.Stop.1-2'])
      expect(hookRecord(name)).toBeNull();
  });

  const payload = JSON.stringify({
    session_id: ID,
    transcript_path: '/t/x.jsonl',
    hook_event_name: 'x',
    prompt: 'hi',
    message: 'Claude needs your permission to use Bash',
  });
  test.each([
    ['claude', 'UserPromptSubmit', 'busy'],
    ['claude', 'PermissionRequest', 'approval'],
    ['claude', 'Notification', 'approval'],
    ['claude', 'Stop', 'idle'],
    ['claude', 'SessionStart', null],
    ['gemini', 'BeforeAgent', 'busy'],
    ['gemini', 'AfterAgent', 'idle'],
  ] as const)('%s %s means %s', (type, event, activity) => {
    const signal = parseHook(driverOf(type, {}), event, payload);
    expect(signal).toMatchObject({ activity, conversation: ID, transcript: '/t/x.jsonl' });
    expect(signal.prompt).toBe(activity === 'busy' ? 'hi' : null);
  });

  test('codex says what it is in its payload', () => {
    const said = JSON.stringify({ type: 'agent-turn-complete', 'thread-id': ID, 'turn-id': 'x' });
    expect(parseHook(driverOf('codex', {}), 'notify', said)).toMatchObject({ activity: 'idle', conversation: ID });
  });

  test('a payload that was cut still says whose it is; one that is nothing says nothing', () => {
    const driver = driverOf('claude', {});
    const cut = payload.slice(0, payload.indexOf('"hook_event_name"'));
    expect(parseHook(driver, 'Stop', cut)).toEqual({
      activity: 'idle',
      conversation: ID,
      transcript: '/t/x.jsonl',
      prompt: null,
    });
    for (const nothing of ['', 'null', '[1]', '{"session_id":7}'])
      expect(parseHook(driver, 'SessionStart', nothing)).toEqual({
        activity: null,
        conversation: null,
        transcript: null,
        prompt: null,
      });
  });
});
