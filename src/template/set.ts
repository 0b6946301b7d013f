// The templates that are defined, by name: which definition counts when there are several, and what a text may call.

import { callsIn } from './calls.ts';
import type { Lookup } from './exec/program.ts';
import { FUNCTIONS } from './func/functions.ts';
import { isBlank, type TemplateNode, type Tree } from './parse/node.ts';
import { parseText } from './parse/parse.ts';
import { Source } from './parse/source.ts';

/** A template text that was parsed against a set. */
export interface Parsed {
  readonly root: Tree;
  readonly find: Lookup;
}

function hasFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

/** A later definition replaces an earlier one, unless it is blank: so do files that define nothing but others. */
function merge(into: Map<string, Tree>, trees: ReadonlyMap<string, Tree>): void {
  for (const [name, tree] of trees) {
    if (!into.has(name) || !isBlank(tree.root)) into.set(name, tree);
  }
}

export class TemplateSet {
  private readonly trees = new Map<string, Tree>();

  /** Adds a file's definitions, and itself under the last part of its name. Throws `ParseError`; then nothing is added. */
  add(name: string, text: string): void {
    const base = name.slice(name.lastIndexOf('/') + 1);
    merge(this.trees, parseText(base, new Source(base, text), hasFunction));
  }

  names(): ReadonlySet<string> {
    return new Set(this.trees.keys());
  }

  /** Where templates of this set execute templates that nobody has defined. */
  missing(): readonly TemplateNode[] {
    return [...this.trees.values()].flatMap(callsIn).filter(({ name }) => !this.trees.has(name));
  }

  /** Where a text does, which may define templates of its own. Throws `ParseError`. */
  missingIn(text: string): readonly TemplateNode[] {
    const own = parseText('', new Source('', text), hasFunction);
    return [...own.values()].flatMap(callsIn).filter(({ name }) => !own.has(name) && !this.trees.has(name));
  }

  /** Parses a text that may define templates of its own, for itself. Throws `ParseError`. */
  parse(text: string): Parsed {
    const own = parseText('', new Source('', text), hasFunction);
    const root = own.get('')!;
    if (own.size === 1) return { root, find: (name) => (name === '' ? root : this.trees.get(name)) };
    const all = new Map(this.trees);
    merge(all, own);
    return { root, find: (name) => all.get(name) };
  }
}
