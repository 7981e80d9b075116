import { nearest } from '../base/index.ts';
import { DASHBOARD_KEYS, type DashboardSpec, DEFAULT_DASHBOARD } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { type Place, quoted } from './problem.ts';
import { ACTION_NAMES } from './schema-dashboard.ts';
import { childOf, type MapNode, mapOf, type Tree } from './tree.ts';

type Keys = Readonly<Record<string, readonly string[]>>;
type Own = ReadonlyMap<string, readonly { readonly key: string; readonly at: Place }[]>;

/** `dashboard` of a file: names that nothing has and keys that mean two things on one screen are problems. */
export function readDashboard(root: MapNode, context: Context): DashboardSpec {
  const node = mapOf(childOf(root, 'dashboard'), root.at);
  const theme = childOf(node, 'theme');
  const own = readKeys(mapOf(childOf(node, 'keys'), node.at), context);
  const told = new Set<string>();
  for (const [screen, keys] of Object.entries(DASHBOARD_KEYS)) clashes(screen, keys, own, told, context);
  return {
    theme: theme?.kind === 'scalar' ? (theme.value as DashboardSpec['theme']) : DEFAULT_DASHBOARD.theme,
    keys: Object.fromEntries([...own].map(([action, keys]) => [action, keys.map(({ key }) => key)])),
  };
}

function readKeys({ entries }: MapNode, context: Context): Own {
  const own = new Map<string, { key: string; at: Place }[]>();
  for (const [action, { at, node }] of entries) {
    if (ACTION_NAMES.includes(action)) {
      own.set(
        action,
        (node.kind === 'list' ? node.items : [node]).flatMap((item: Tree) =>
          item.kind === 'scalar' ? [{ key: String(item.value), at: item.at }] : [],
        ),
      );
      continue;
    }
    const meant = nearest(action, ACTION_NAMES);
    context.add(
      at,
      `the dashboard has no action ${quoted(action)}`,
      meant === null ? '? in the dashboard shows all of them' : `did you mean ${quoted(meant)}?`,
    );
  }
  return own;
}

/**
 * A screen's own keys outrank those of every screen: what it comes with may do so, what a person chose is meant to work.
 * @param told what was said of other screens: one mistake in the file is one problem, however many screens have those actions
 */
function clashes(screen: string, keys: Keys, own: Own, told: Set<string>, context: Context): void {
  const all: Keys = { ...DASHBOARD_KEYS.everywhere, ...keys };
  const keysOf = (action: string): readonly string[] =>
    own.get(action)?.map(({ key }) => key) ?? (all[action] as readonly string[]);
  for (const [action, chosen] of own) {
    const before = all[action];
    if (before === undefined) continue;
    for (const { key, at } of chosen) {
      const other = Object.keys(all).find((one) => one !== action && keysOf(one).includes(key));
      if (other === undefined || before.includes(key)) continue;
      // Said once for two keys that were both chosen: at the later one.
      if (own.has(other) && [...own.keys()].indexOf(other) > [...own.keys()].indexOf(action)) continue;
      const clash = JSON.stringify([action, key, other]);
      if (told.has(clash)) return;
      told.add(clash);
      const where = screen === 'everywhere' ? '' : ` on the screen ${screen}`;
      context.add(
        at,
        `the key ${quoted(key)} is that of ${quoted(other)} already${where}`,
        `choose another, or give ${quoted(other)} another one too`,
      );
      return;
    }
  }
}
