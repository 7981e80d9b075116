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
import type { Dialect, StreamWriter } from './dialect.ts';

/** OpenAI chat completions: POST /v1/chat/completions. Source: the API reference of platform.openai.com, "Chat". */
export const chat: Dialect = {
  ask: (body, _path, key) => {
    const said = list(body.messages).map(message);
    const tools = list(body.tools).map((each) => ({ name: string(object(object(each).function).name) }));
    // Aider offers no tools at all; whoever else offers none wants a title or a summary.
    const side = tools.length > 0 ? isSide(tools, said) : body.response_format !== undefined || !isAider(body);
    const model = string(body.model);
    return {
      api: 'chat',
      key,
      model,
      ...lastOf(said),
      prompts: promptsOf(said),
      tools,
      side,
      stream: body.stream === true,
      schema: object(object(body.response_format).json_schema).schema ?? null,
    };
  },
  stream: (asked, id) => writer(asked, id),
  whole: (asked, id, text, call) => ({
    ...head(asked, id, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, ...(call === null ? {} : { tool_calls: [toolCall(call, id)] }) },
        finish_reason: call === null ? 'stop' : 'tool_calls',
      },
    ],
    usage: USAGE,
  }),
  refusal: (status, message) => ({
    error: { message, type: KINDS[status] ?? 'server_error', code: KINDS[status] ?? null },
  }),
};

const KINDS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_api_key',
  429: 'rate_limit_exceeded',
};
const USAGE = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };

const isAider = (body: Json): boolean =>
  list(body.messages).some(
    (each) => object(each).role === 'system' && texts(object(each).content).join().includes('SEARCH/REPLACE'),
  );

function message(one: unknown): Said {
  const { role, content } = object(one);
  return { who: whoIs(role), parts: texts(content) };
}

const head = (asked: Asked, id: string, kind: string): Json => ({
  id: `chatcmpl-${id}`,
  object: kind,
  created: 1_700_000_000,
  model: asked.model,
});

const toolCall = (call: Call, id: string): Json => ({
  index: 0,
  id: `call_${id}`,
  type: 'function',
  function: { name: call.tool.name, arguments: JSON.stringify(call.args) },
});

function writer(asked: Asked, id: string): StreamWriter {
  const chunk = (delta: Json, finish: string | null = null) => ({
    data: { ...head(asked, id, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] },
  });
  return {
    open: () => [chunk({ role: 'assistant', content: '' })],
    text: (piece) => [chunk({ content: piece })],
    close: (_text, call) => [
      ...(call === null ? [] : [chunk({ tool_calls: [toolCall(call, id)] })]),
      chunk({}, call === null ? 'stop' : 'tool_calls'),
      { data: { ...head(asked, id, 'chat.completion.chunk'), choices: [], usage: USAGE } },
      { data: '[DONE]' },
    ],
  };
}
