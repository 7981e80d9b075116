import {
  type Call,
  isSide,
  type Json,
  lastOf,
  list,
  object,
  promptsOf,
  type Said,
  string,
  texts,
  whoIs,
  type Tool,
} from '../asked.ts';
import type { Dialect, Sent, StreamWriter } from './dialect.ts';

/** OpenAI responses: POST /v1/responses. Source: the API reference of platform.openai.com, "Responses" and "Streaming events". */
export const responses: Dialect = {
  ask: (body, _path, key) => {
    const said =
      typeof body.input === 'string' ? [{ who: 'user' as const, parts: [body.input] }] : list(body.input).map(item);
    const tools = list(body.tools).flatMap(toolsOf);
    const model = string(body.model);
    const side = isSide(tools, said);
    return {
      api: 'responses',
      key,
      model,
      ...lastOf(said),
      prompts: promptsOf(said),
      tools,
      side,
      stream: body.stream === true,
      schema: object(object(body.text).format).schema ?? null,
    };
  },
  stream: (_asked, id) => writer(id),
  whole: (asked, id, text, call) => ({ ...done(id, output(id, text, call)), model: asked.model }),
  refusal: (status, message) => ({
    error: { message, type: KINDS[status] ?? 'server_error', code: KINDS[status] ?? 'server_error' },
  }),
};

const KINDS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_api_key',
  429: 'rate_limit_exceeded',
};

function toolsOf(one: unknown): Tool[] {
  const { type, name, tools } = object(one);
  if (type !== 'namespace') return [{ name: string(name) || string(type) }];
  return list(tools).map((each) => ({ name: string(object(each).name), namespace: string(name) }));
}

function item(one: unknown): Said {
  const { type, role, content, output: result } = object(one);
  if (string(type).endsWith('_output'))
    return { who: 'tool', parts: texts(result).length > 0 ? texts(result) : [JSON.stringify(result)] };
  return {
    who: type === undefined || type === 'message' ? whoIs(role) : 'model',
    parts: texts(content),
  };
}

const words = (id: string, text: string): Json => ({
  type: 'message',
  id: `msg_${id}`,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

const callItem = (id: string, call: Call): Json => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: `call_${id}`,
  name: call.tool.name,
  ...(call.tool.namespace === undefined ? {} : { namespace: call.tool.namespace }),
  arguments: JSON.stringify(call.args),
  status: 'completed',
});

const output = (id: string, text: string, call: Call | null): Json[] => [
  ...(text === '' ? [] : [words(id, text)]),
  ...(call === null ? [] : [callItem(id, call)]),
];

const done = (id: string, items: readonly Json[]): Json => ({
  id: `resp_${id}`,
  object: 'response',
  status: 'completed',
  output: items,
  usage: {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 20,
  },
});

function writer(id: string): StreamWriter {
  const sent = (data: Json): Sent => ({ event: string(data.type), data });
  const at = { item_id: `msg_${id}`, output_index: 0, content_index: 0 };
  return {
    open: () => [
      sent({ type: 'response.created', response: { ...done(id, []), status: 'in_progress' } }),
      sent({
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...words(id, ''), status: 'in_progress', content: [] },
      }),
    ],
    text: (piece) => [sent({ type: 'response.output_text.delta', ...at, delta: piece })],
    close: (text, call) => [
      sent({ type: 'response.output_item.done', output_index: 0, item: words(id, text) }),
      ...(call === null
        ? []
        : [sent({ type: 'response.output_item.done', output_index: 1, item: callItem(id, call) })]),
      sent({ type: 'response.completed', response: done(id, output(id, text, call)) }),
    ],
  };
}
