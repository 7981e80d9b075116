import type { Reference, Text } from './text.ts';

const REFERENCE = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|\$([A-Za-z_]\w*)/g;

/**
 * `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}` in a text of Compose (compose-spec, 12-interpolation) or tmuxp;
 * `$$` is a dollar sign. `${NAME:+text}` becomes nothing: there is no notation for it.
 */
export function interpolated(text: string): Text {
  const parts: (string | Reference)[] = [];
  const literal = (piece: string): void => {
    const last = parts.at(-1);
    if (typeof last === 'string') parts[parts.length - 1] = last + piece;
    else parts.push(piece);
  };
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, braced, sign = '', word = '', bare] = match;
    if (match.index > at) literal(text.slice(at, match.index));
    at = match.index + whole.length;
    const name = braced ?? bare;
    if (name === undefined) literal('$');
    else if (!sign.endsWith('+'))
      parts.push({ name, otherwise: sign.endsWith('-') ? word : null, required: sign.endsWith('?') });
  }
  if (at < text.length) literal(text.slice(at));
  return parts;
}
