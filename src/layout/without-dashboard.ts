import type { LayoutNode, LayoutSpec } from '../protocol/index.ts';

/** The same layout for a window that has no dashboard: every window but the first. */
export function withoutDashboard(spec: LayoutSpec): LayoutSpec {
  return { ...spec, root: prune(spec.root) ?? { agents: 'grid', columns: 'auto' } };
}

function prune(node: LayoutNode): LayoutNode | null {
  if ('pane' in node) return node.pane === 'dashboard' ? null : node;
  if ('agents' in node) return node;
  const children = ('row' in node ? node.row : node.column).map(prune).filter((child) => child !== null);
  if (children.length === 0) return null;
  return 'row' in node ? { ...node, row: children } : { ...node, column: children };
}
