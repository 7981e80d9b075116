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
} from '../asked.ts';
import type { Dialect } from './dialect.ts';

/** Gemini: POST /v1beta/models/MODEL:generateContent or :streamGenerateContent?alt=sse. Source: the API reference of ai.google.dev. */
export const gemini: Dialect = {
  ask: (body, path, key) => {
    const said = list(body.contents).map(content);
    const tools = list(body.tools)
      .flatMap((each) => list(object(each).functionDeclarations))
      .map((each) => ({ name: string(object(each).name) }));
    const model = /models\/([^:/]+)/.exec(path)?.[1] ?? '';
    const side = isSide(tools, said);
    return {
      api: 'gemini',
      key,
      model,
      ...lastOf(said),
      prompts: promptsOf(said),
      tools,
      side,
      stream: path.includes(':stream'),
      schema: object(body.generationConfig).responseJsonSchema ?? object(body.generationConfig).responseSchema ?? null,
    };
  },
  stream: (asked) => ({
    open: () => [],
    text: (piece) => [{ data: answer(asked, [{ text: piece }], null) }],
    close: (_text, call) => [{ data: answer(asked, call === null ? [] : [use(call)], 'STOP') }],
  }),
  whole: (asked, _id, text, call) =>
    answer(asked, [...(text === '' ? [] : [{ text }]), ...(call === null ? [] : [use(call)])], 'STOP'),
  refusal: (status, message) => ({ error: { code: status, message, status: KINDS[status] ?? 'INTERNAL' } }),
};

const KINDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function content(one: unknown): Said {
  const { role, parts } = object(one);
  const results = list(parts)
    .map((part) => object(part).functionResponse)
    .filter((each) => each !== undefined);
  if (results.length > 0) return { who: 'tool', parts: results.map((each) => JSON.stringify(object(each).response)) };
  return { who: role === 'model' ? 'model' : 'user', parts: texts(parts) };
}

const use = (call: Call): Json => ({ functionCall: { name: call.tool.name, args: call.args } });

const answer = (asked: Asked, parts: readonly Json[], finish: string | null): Json => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...(finish === null ? {} : { finishReason: finish }) }],
  modelVersion: asked.model,
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 10, totalTokenCount: 20 },
});
