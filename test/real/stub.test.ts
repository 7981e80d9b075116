import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type Rule, startStub, type Stub } from '../stub/index.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const stub of open.splice(0)) await stub.close();
});
const start = async (...rules: Rule[]): Promise<Stub> => {
  const stub = await startStub(rules);
  open.push(stub);
  return stub;
};

/** How each API puts one question with a shell on offer, and where its answer has the text and the call. */
const APIS = {
  chat: {
    path: '/v1/chat/completions',
    body: (text: string, tools = true) => ({
      stream: true,
      messages: [
        { role: 'system', content: 'x' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>date' },
            { type: 'text', text },
          ],
        },
      ],
      ...(tools ? { tools: [{ type: 'function', function: { name: 'bash' } }] } : {}),
    }),
    text: (event: any) => event.choices?.[0]?.delta?.content ?? '',
    call: (event: any) => event.choices?.[0]?.delta?.tool_calls?.[0]?.function?.arguments,
  },
  responses: {
    path: '/v1/responses',
    body: (text: string, tools = true) => ({
      stream: true,
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<environment_context>\n' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
      ],
      tools: tools ? [{ type: 'function', name: 'exec_command' }] : [],
    }),
    text: (event: any) => (event.type === 'response.output_text.delta' ? event.delta : ''),
    call: (event: any) => (event.type === 'response.output_item.done' ? event.item.arguments : undefined),
  },
  anthropic: {
    path: '/v1/messages',
    body: (text: string, tools = true) => ({
      stream: true,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>\nx' },
            { type: 'text', text },
          ],
        },
      ],
      tools: tools ? [{ name: 'Bash' }] : [],
    }),
    text: (event: any) => event.delta?.text ?? '',
    call: (event: any) => event.delta?.partial_json,
  },
  gemini: {
    path: '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
    body: (text: string, tools = true) => ({
      contents: [
        { role: 'user', parts: [{ text: '<session_context>\nx' }] },
        { role: 'user', parts: [{ text }] },
      ],
      tools: tools ? [{ functionDeclarations: [{ name: 'run_shell_command' }] }] : [],
    }),
    text: (event: any) => event.candidates?.[0]?.content?.parts?.[0]?.text ?? '',
    call: (event: any) => JSON.stringify(event.candidates?.[0]?.content?.parts?.[0]?.functionCall?.args),
  },
} as const;

const ask = (
  stub: Stub,
  api: keyof typeof APIS,
  text: string,
  options: { tools?: boolean; signal?: AbortSignal } = {},
) =>
  fetch(`${stub.url}${APIS[api].path}`, {
    method: 'POST',
    body: JSON.stringify(APIS[api].body(text, options.tools)),
    headers: { authorization: 'Bearer ann' },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });

const events = (body: string): any[] =>
  [...body.matchAll(/^data: (.*)$/gm)].flatMap(([, data]) => (data === '[DONE]' ? [] : [JSON.parse(String(data))]));

describe.each(Object.keys(APIS) as (keyof typeof APIS)[])('%s', (api) => {
  const { text, call } = APIS[api];

  test('streams an answer and knows what was submitted, without the surroundings', async () => {
    const stub = await start((asked) => (asked.text === 'hello\n  ※' ? { text: 'there' } : null));
    const reply = await ask(stub, api, 'hello\n  ※');
    expect(
      events(await reply.text())
        .map(text)
        .join(''),
    ).toBe('there');
    expect(stub.received).toMatchObject([{ text: 'hello\n  ※', api, key: 'ann', aborted: false, retry: false }]);
    await stub.waitFor(() => stub.turns[0]?.outcome === 'answered');
  });

  test('calls the shell the client offers', async () => {
    const stub = await start();
    const reply = await ask(stub, api, 'please [[shell touch "a b"]]');
    expect(
      events(await reply.text())
        .map(call)
        .join(''),
    ).toContain('touch \\"a b\\"');
    await stub.waitFor(() => stub.turns[0]?.outcome === 'called');
  });

  test('keeps a question without tools apart', async () => {
    const stub = await start();
    await (await ask(stub, api, 'a title, please', { tools: false })).text();
    expect(stub.received).toEqual([]);
    expect(stub.requests).toMatchObject([{ side: true }]);
  });

  test('refuses with a status, counts the next try as a retry and not as submitted again', async () => {
    const stub = await start((_asked, before) => (before === 0 ? { status: 429, retryAfter: 7 } : null));
    const first = await ask(stub, api, 'once');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    await first.text();
    await (await ask(stub, api, 'once')).text();
    expect(stub.received.map((one) => one.text)).toEqual(['once']);
    expect(stub.turns.map((turn) => turn.outcome)).toEqual(['refused', 'answered']);
  });

  test('sees that the client went away', async () => {
    const stub = await start();
    const gone = new AbortController();
    const reply = await ask(stub, api, '[[slow 30000]]', { signal: gone.signal });
    gone.abort();
    await reply.text().catch(() => {});
    await stub.waitFor(() => stub.turns[0]?.outcome === 'aborted');
    expect(stub.received).toMatchObject([{ aborted: true }]);
  });
});

test('a slow answer takes as long as it should, and its turn too', async () => {
  const stub = await start();
  await (await ask(stub, 'chat', '[[slow 500]]')).text();
  const [turn] = await stub.waitFor(() => stub.turns.filter((each) => each.end !== null)[0] && stub.turns);
  expect(Number(turn?.end) - Number(turn?.begin)).toBeGreaterThan(480);
});

test('a tool of an MCP server that is not on offer is searched for first', async () => {
  const stub = await start();
  const body = (messages: unknown[], names: string[]) => ({
    method: 'POST',
    body: JSON.stringify({ messages, tools: names.map((name) => ({ name })) }),
  });
  const post = async (messages: unknown[], names: string[]) =>
    (await fetch(`${stub.url}/v1/messages`, body(messages, names))).json() as Promise<any>;
  const prompt = { role: 'user', content: '[[mcp send {"to":"ben"}]]' };
  const first = await post([prompt], ['Bash', 'ToolSearch']);
  expect(first.content[1]).toMatchObject({ name: 'ToolSearch', input: { query: 'send' } });
  const found = { role: 'user', content: [{ type: 'tool_result', content: 'found' }] };
  const second = await post([prompt, first, found], ['Bash', 'ToolSearch', 'mcp__orchestra__send']);
  expect(second.content[1]).toMatchObject({ name: 'mcp__orchestra__send', input: { to: 'ben' } });
  expect(stub.received).toHaveLength(1);
});

test('as a proxy it reaches itself, refuses everybody else and says whom', async () => {
  const stub = await start();
  const { host, port } = new URL(stub.url);
  const connect = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, method: 'CONNECT', path, agent: false });
      asking.on('connect', (reply, socket) => {
        socket.destroy();
        resolve(Number(reply.statusCode));
      });
      asking.on('error', reject).end();
    });
  expect(await connect(host)).toBe(200);
  expect(await connect('telemetry.example:443')).toBe(403);
  expect(stub.outside).toEqual(['telemetry.example:443']);
});

test('an end in the middle of hanging and slow answers leaves nobody waiting', async () => {
  const stub = await startStub();
  const asked = [ask(stub, 'chat', '[[hang]]'), ask(stub, 'gemini', '[[slow 60000]]').then((reply) => reply.text())];
  const settled = Promise.allSettled(asked);
  await stub.waitFor(() => stub.requests.length === 2);
  await stub.close();
  expect((await settled).map((each) => each.status)).toEqual(['rejected', 'rejected']);
});

test('a wait that is not answered tells what was asked instead', async () => {
  const stub = await start();
  await (await ask(stub, 'chat', 'something else')).text();
  await expect(stub.waitFor(() => stub.received[7], 30)).rejects.toThrow('something else');
});
