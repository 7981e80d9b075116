import { EXIT_STATUS, type ErrorCode, OrchestraError, type StreamMessage } from '../protocol/index.ts';

/**
 * The protocol on the socket: one JSON value a line, UTF-8. The first line each side sends is its hello; after that the client
 * sends requests, the server replies (in any order) and, once asked, stream messages.
 */
export type Hello = { readonly orchestra: number; readonly pid: number };
export type Request = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly error: { code: ErrorCode; message: string; hint: string; data: Record<string, unknown> };
    }
  | { readonly stream: StreamMessage };

/** A line longer than this ends the connection: a session of 1,000 agents fits several times. */
export const LONGEST_LINE = 16 * 1024 * 1024;

/** Cuts a byte stream into lines and parses each. `onBad` is called once, with a reason, for what is no JSON or too long. */
export function lineParser(onValue: (value: unknown) => void, onBad: (reason: string) => void): (text: string) => void {
  let parts: string[] = [];
  let length = 0;
  let bad = false;
  const fail = (reason: string): void => {
    bad = true;
    parts = [];
    onBad(reason);
  };
  return (text) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0 && !bad; end = text.indexOf('\n', from)) {
      parts.push(text.slice(from, end));
      const line = parts.join('');
      parts = [];
      length = 0;
      from = end + 1;
      try {
        if (line !== '') onValue(JSON.parse(line));
      } catch (error) {
        fail(error instanceof SyntaxError ? 'a line is not JSON' : String(error));
      }
    }
    if (bad) return;
    parts.push(text.slice(from));
    length += text.length - from;
    if (length > LONGEST_LINE) fail(`a line is longer than ${LONGEST_LINE} characters`);
  };
}

export function errorToWire(error: unknown): Extract<Reply, { error: unknown }>['error'] {
  if (error instanceof OrchestraError) return { ...error.toJSON(), data: { ...error.data } };
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `the controller failed: ${text}`,
    hint: 'see .orchestra/logs/controller.log',
    data: {},
  };
}

export function errorFromWire(value: unknown): OrchestraError {
  const error = (value ?? {}) as { code?: string; message?: string; hint?: string; data?: Record<string, unknown> };
  const code = error.code !== undefined && error.code in EXIT_STATUS ? (error.code as ErrorCode) : 'internal';
  return new OrchestraError(
    code,
    String(error.message ?? 'the controller sent no reason'),
    error.hint ?? '',
    error.data ?? {},
  );
}
