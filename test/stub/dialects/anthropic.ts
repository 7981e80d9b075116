import {
  type Asked,
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
} from '../asked.ts';
import type { Dialect, Sent, StreamWriter } from './dialect.ts';

/** Anthropic messages: POST /v1/messages. Source: the API reference of docs.anthropic.com, "Messages" and "Streaming". */
export const anthropic: Dialect = {
  ask: (body, _path, key) => {
    const said = list(body.messages).flatMap(message);
    const tools = list(body.tools).map((each) => ({ name: string(object(each).name) }));
    const model = string(body.model);
    const side = isSide(tools, said);
    return {
      api: 'anthropic',
      key,
      model,
      ...lastOf(said),
      prompts: promptsOf(said),
      tools,
      side,
      stream: body.stream === true,
      schema: object(object(body.output_config).format).schema ?? null,
    };
  },
  stream: (asked, id) => writer(asked, id),
  whole: (asked, id, text, call) => ({
    ...head(asked, id),
    content: [
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...(call === null ? [] : [{ ...use(call, id), input: call.args }]),
    ],
    stop_reason: call === null ? 'end_turn' : 'tool_use',
  }),
  refusal: (status, message) => ({ type: 'error', error: { type: KINDS[status] ?? 'api_error', message } }),
};

const KINDS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** A user message may hold tool results and words together; the words come after. */
function message(one: unknown): Said[] {
  const { role, content } = object(one);
  if (role !== 'user') return [{ who: whoIs(role), parts: texts(content) }];
  const results = list(content).filter((part) => object(part).type === 'tool_result');
  const words = texts(content);
  return [
    ...(results.length === 0
      ? []
      : [{ who: 'tool' as const, parts: results.flatMap((each) => texts(object(each).content)) }]),
    ...(words.length === 0 ? [] : [{ who: 'user' as const, parts: words }]),
  ];
}

const head = (asked: Asked, id: string): Json => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model: asked.model,
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
});

const use = (call: Call, id: string): Json => ({
  type: 'tool_use',
  id: `toolu_${id}`,
  name: call.tool.name,
  input: {},
});

function writer(asked: Asked, id: string): StreamWriter {
  const sent = (data: Json): Sent => ({ event: string(data.type), data });
  const delta = (index: number, body: Json) => sent({ type: 'content_block_delta', index, delta: body });
  const start = (index: number, block: Json) => sent({ type: 'content_block_start', index, content_block: block });
  const stop = (index: number) => sent({ type: 'content_block_stop', index });
  return {
    open: () => [
      sent({ type: 'message_start', message: { ...head(asked, id), content: [], stop_reason: null } }),
      start(0, { type: 'text', text: '' }),
    ],
    text: (piece) => [delta(0, { type: 'text_delta', text: piece })],
    close: (_text, call) => [
      stop(0),
      ...(call === null
        ? []
        : [
            start(1, use(call, id)),
            delta(1, { type: 'input_json_delta', partial_json: JSON.stringify(call.args) }),
            stop(1),
          ]),
      sent({
        type: 'message_delta',
        delta: { stop_reason: call === null ? 'end_turn' : 'tool_use', stop_sequence: null },
        usage: { output_tokens: 10 },
      }),
      sent({ type: 'message_stop' }),
    ],
  };
}
