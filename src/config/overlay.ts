import { CHANNEL_KINDS } from '../protocol/index.ts';
import { entryOf, type Entry, type MapNode, spelledOut, type Tree } from './tree.ts';

/** Probes of which one place has one: naming another kind replaces it, since a file probe and a log probe cannot be mixed. */
const ONE_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['ready', ['log', 'file', 'exec', 'delay']],
  ['liveness', ['heartbeat', 'exec', 'silence']],
]);

/** A channel of `notices`: the map under its name has one of these and nothing else. */
const CHANNEL: readonly string[] = CHANNEL_KINDS;
const isChannel = ({ entries }: MapNode): boolean =>
  entries.size > 0 && [...entries.keys()].every((each) => CHANNEL.includes(each));

/** The map that a scalar is short for. `restart: never` is `restart: { policy: never }` and keeps the inherited back-off. */
function withoutShorthand(key: string, node: Tree): Tree {
  return key === 'restart' && node.kind === 'scalar' && typeof node.value === 'string'
    ? spelledOut('policy', node)
    : node;
}

/**
 * Lays `over` over `under`: maps merge deep, lists and scalars replace. `null` removes the key, which is how a profile takes an
 * agent away (as in RFC 7396).
 */
export function overlay(under: MapNode, over: MapNode): MapNode {
  const entries = new Map(under.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    if (entry.node.kind === 'scalar' && entry.node.value === null) entries.delete(key);
    else entries.set(key, before === undefined ? entry : overlayEntry(key, before, entry));
  }
  return { kind: 'map', at: over.at, entries, partial: under.partial || over.partial };
}

function overlayEntry(key: string, before: Entry, entry: Entry): Entry {
  const over = withoutShorthand(key, entry.node);
  const under = withoutShorthand(key, before.node);
  if (over.kind !== 'map' || under.kind !== 'map') return { at: entry.at, node: over };
  const kinds = ONE_OF.get(key) ?? (isChannel(over) && isChannel(under) ? CHANNEL : undefined);
  const other =
    kinds?.some((kind) => entryOf(over, kind)) && !kinds.some((kind) => entryOf(over, kind) && entryOf(under, kind));
  return { at: entry.at, node: other ? over : overlay(under, over) };
}
