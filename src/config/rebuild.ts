// A tree that differs from another one in its texts or its places, and keeps its aliases and what they stand for.

import { isMerge, type ListNode, type MapNode, type Node, type ScalarNode } from './node.ts';
import type { Path } from './report.ts';

/** The tree with every place moved on by that much. */
export function movedBy(root: Node, by: number): Node {
  return rebuilt(root, (node) => node, by);
}

/** The tree with every scalar changed that is a value. Keys stay. What aliases stand for is changed once, where it is written. */
export function withValues(root: Node, change: (node: ScalarNode, path: Path) => ScalarNode): Node {
  return rebuilt(root, change, 0);
}

function rebuilt(root: Node, change: (node: ScalarNode, path: Path) => ScalarNode, by: number): Node {
  const done = new Map<Node, Node>();

  function visit(node: Node, path: Path, isKey: boolean): Node {
    const at = node.at + by;
    if (node.kind === 'alias') {
      // An anchor stands before its aliases, be it around them.
      return { ...node, target: done.get(node.target) ?? node.target, at };
    }
    if (node.kind === 'scalar') {
      const moved = by === 0 ? node : { ...node, at };
      return keep(node, isKey ? moved : change(moved, path));
    }
    if (node.kind === 'list') {
      const list: ListNode = keep(node, { ...node, items: [], at });
      for (const [i, item] of node.items.entries()) list.items.push(visit(item, [...path, i], false));
      return list;
    }
    const map: MapNode = keep(node, { ...node, pairs: [], at });
    for (const { key, value } of node.pairs) {
      const below = isMerge(key) || key.kind !== 'scalar' ? path : [...path, key.text];
      map.pairs.push({ key: visit(key, path, true), value: visit(value, below, false) });
    }
    return map;
  }

  function keep<N extends Node>(node: Node, made: N): N {
    done.set(node, made);
    return made;
  }

  return visit(root, [], false);
}
