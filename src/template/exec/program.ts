// A template that is ready to run. Plain templates run as they were parsed; html/template runs an edited view of the same
// tree, so that execution asks here instead of reading the tree itself.

import type { ActionNode, ListNode, PipeNode, TemplateNode, TextNode, Tree } from '../parse/node.ts';

export interface Program {
  /** As in `executing "name"`. */
  readonly name: string;
  readonly root: ListNode;
  /** The pipeline to run in the action's place. */
  pipe(action: ActionNode): PipeNode;
  /** The text to print in the node's place. */
  text(node: TextNode): string;
  /** The template that is called, if it is defined. */
  callee(node: TemplateNode): Program | undefined;
}

/** Finds a template by name. */
export type Lookup = (name: string) => Tree | undefined;

class PlainProgram implements Program {
  readonly name: string;
  readonly root: ListNode;
  private readonly find: Lookup;
  private readonly made: Map<Tree, PlainProgram>;

  constructor(tree: Tree, find: Lookup, made: Map<Tree, PlainProgram>) {
    this.name = tree.name;
    this.root = tree.root;
    this.find = find;
    this.made = made;
    made.set(tree, this);
  }

  pipe(action: ActionNode): PipeNode {
    return action.pipe;
  }

  text(node: TextNode): string {
    return node.text;
  }

  callee(node: TemplateNode): Program | undefined {
    const tree = this.find(node.name);
    if (tree === undefined) return undefined;
    return this.made.get(tree) ?? new PlainProgram(tree, this.find, this.made);
  }
}

/** A program that runs a tree as it is; `find` knows the templates it may call. */
export function plainProgram(tree: Tree, find: Lookup): Program {
  return new PlainProgram(tree, find, new Map());
}
