// Which templates a template executes by name. Apart from execution, which meets a name that nobody has defined only when
// somebody is to be told.

import type { Statement, TemplateNode, Tree } from './parse/node.ts';

/** In no particular order, those in branches and loops included. */
export function callsIn({ root }: Tree): readonly TemplateNode[] {
  const calls: TemplateNode[] = [];
  const todo: Statement[] = [...root.nodes];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.kind === 'template') calls.push(node);
    if (!('list' in node)) continue;
    for (const inner of node.list.nodes) todo.push(inner);
    for (const inner of node.elseList?.nodes ?? []) todo.push(inner);
  }
  return calls;
}
