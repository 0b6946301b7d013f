import type { Node } from './node.ts';
export function reindent(_text: string): { text: string; original: (at: number) => number } | undefined {
  return undefined;
}
export function moved(root: Node | undefined, _o: (at: number) => number): Node | undefined {
  return root;
}
