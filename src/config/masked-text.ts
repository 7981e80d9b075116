import { isMap, isScalar, parseDocument, type Scalar, visit } from 'yaml';

/** Keys whose texts may be secrets, also when they are written into the file. */
const OF_NOTICES = /^(url|password|secret|server)$/;
const MASK = '***';

/**
 * The text of a configuration with what may be a secret hidden: values of `env`, and what the ways of `notices` are given.
 * What only names a variable (`${VAR}`) stays. A text that is no YAML is hidden as a whole.
 */
export function maskedText(text: string): string {
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0) return text === '' ? '' : `${MASK}\n`;
  const places: [from: number, to: number][] = [];
  const hide = (node: unknown): void => {
    if (!isScalar(node) || isReference(node) || !node.range) return;
    places.push([node.range[0], node.range[1]]);
  };
  visit(document, {
    Pair(_, { key, value }, path) {
      const name = isScalar(key) ? String(key.value) : '';
      if ((name === 'env' || name === 'headers') && isMap(value))
        for (const { value: inner } of value.items) hide(inner);
      const ofNotices = path.some((node) => 'key' in node && isScalar(node.key) && node.key.value === 'notices');
      if (ofNotices && OF_NOTICES.test(name)) hide(value);
    },
  });
  let masked = text;
  for (const [from, to] of places.sort(([a], [b]) => b - a))
    masked = `${masked.slice(0, from)}${MASK}${masked.slice(to)}`;
  return masked;
}

/** Nothing but the name of a variable. */
const isReference = ({ value }: Scalar): boolean =>
  typeof value === 'string' && /^\$\{[A-Za-z_]\w*(:-)?\}$/.test(value);
