import { type Asked, type Call, mcpTool, shellCall } from './asked.ts';

/** What the stub does with a request. Without anything it says a short sentence at once. */
export interface Answer {
  readonly text?: string;
  /** Milliseconds over which the text is streamed, a word about every 200 ms. */
  readonly overMs?: number;
  /** Runs a command with the client's own shell tool: most clients ask for approval. */
  readonly shell?: string;
  /** Calls a tool of an MCP server by the name the server gave it. */
  readonly mcp?: { readonly tool: string; readonly args: Record<string, unknown> };
  /** Any tool of the client, by its full name. */
  readonly call?: { readonly tool: string; readonly args: Record<string, unknown> };
  /** An HTTP status instead of an answer; 429 with `retryAfter` seconds when given. */
  readonly status?: number;
  readonly retryAfter?: number;
  /** No byte of an answer until the client goes away or the stub is closed. */
  readonly hang?: boolean;
}

/** The first rule that gives an answer counts. `before` is how often this client asked with the same prompt already (its retries). */
export type Rule = (asked: Asked, before: number) => Answer | null | undefined;

/**
 * What a prompt itself may order, in double brackets:
 * `[[slow 3000]]`, `[[shell touch x]]`, `[[mcp send {"to":"ben"}]]`, `[[call Name {"a":1}]]`, `[[status 429 30]]`, `[[hang]]`, `[[say words]]`.
 */
export const ordersInPrompt: Rule = (asked) => {
  const [, verb, rest = ''] = /\[\[(slow|shell|mcp|call|status|hang|say)\s*(.*?)\]\](?!\])/s.exec(asked.text) ?? [];
  switch (verb) {
    case 'slow':
      return { overMs: Number(rest) };
    case 'shell':
      return { shell: rest };
    case 'say':
      return { text: rest };
    case 'hang':
      return { hang: true };
    case 'status': {
      const [status = '500', after] = rest.split(' ');
      return { status: Number(status), ...(after === undefined ? {} : { retryAfter: Number(after) }) };
    }
    case 'mcp':
      return { mcp: named(rest) };
    case 'call':
      return { call: named(rest) };
    default:
      return null;
  }
};

function named(rest: string): { tool: string; args: Record<string, unknown> } {
  const [tool = '', ...json] = rest.split(' ');
  return { tool, args: json.length === 0 ? {} : (JSON.parse(json.join(' ')) as Record<string, unknown>) };
}

/** A call in the client's terms. `search`: the tool is not among those on offer but may be found with this one first. */
export type Wanted = { readonly call: Call } | { readonly search: Call } | { readonly missing: string } | null;

const SEARCHES = ['ToolSearch', 'tool_search', 'tool_search_tool'];

export function callOf(answer: Answer, asked: Asked): Wanted {
  if (answer.shell !== undefined) {
    const call = shellCall(asked.tools, answer.shell);
    return call === null ? { missing: 'a shell' } : { call };
  }
  if (answer.call !== undefined) {
    const { tool, args } = answer.call;
    return { call: { tool: asked.tools.find((each) => each.name === tool) ?? { name: tool }, args } };
  }
  if (answer.mcp === undefined) return null;
  const tool = mcpTool(asked.tools, answer.mcp.tool);
  if (tool !== null) return { call: { tool, args: answer.mcp.args } };
  const search = asked.tools.find((each) => SEARCHES.includes(each.name));
  return search === undefined
    ? { missing: answer.mcp.tool }
    : { search: { tool: search, args: { query: answer.mcp.tool, max_results: 5 } } };
}
