// A tiny MCP server over stdio for tests: one tool, `send {to, text}`, whose calls it appends to the file in MCP_LOG, one JSON a line.
// Source of the messages: the Model Context Protocol specification, "Lifecycle" and "Tools".
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TOOL = {
  name: 'send',
  description: 'Sends a message to another agent.',
  inputSchema: {
    type: 'object',
    properties: { to: { type: 'string' }, text: { type: 'string' } },
    required: ['to', 'text'],
  },
};

const RESULTS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'post', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [TOOL] }),
  'tools/call': ({ name, arguments: args }) => {
    appendFileSync(process.env.MCP_LOG, `${JSON.stringify({ name, args, agent: process.env.AGENT ?? null })}\n`);
    return { content: [{ type: 'text', text: `sent to ${args.to}` }] };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const answer = RESULTS[method];
  const body =
    answer === undefined ? { error: { code: -32601, message: 'not known' } } : { result: answer(params ?? {}) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
}
