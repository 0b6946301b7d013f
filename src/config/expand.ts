// `${NAME}`, `${NAME:-default}` and `${file:/path}` in values, where the command line asks for it. What they stand for is
// looked up by the caller and shown nowhere: messages and the printed configuration have what the file says.

import type { Node, ScalarNode } from './node.ts';
import { besideFile } from './paths.ts';
import { withValues } from './rebuild.ts';
import type { Path, Report } from './report.ts';

/** Where values come from that the file only names. */
export interface Lookup {
  /** Of the environment; undefined when there is none of that name. */
  variable(name: string): string | undefined;
  /** What a file holds, without the line break at its end. Throws an Error that says why it cannot be read. */
  file(path: string): string;
}

/** The tree with its values expanded, or the same one when there are none to expand. Each name that stands for nothing is an error. */
export function expanded(root: Node, lookup: Lookup, report: Report): Node {
  let found = false;
  const changed = withValues(root, (node, path) => {
    if (!node.text.includes('${')) return node;
    found = true;
    return expandedScalar(node, path, lookup, report);
  });
  return found ? changed : root;
}

/** `$${`, or `${` up to the brace that closes it. A template's braces after a dollar sign mean nothing here. */
const REFERENCE = /\$\$\{|\$\{(?!\{)([^}\n]*)(\}?)/g;

function expandedScalar(node: ScalarNode, path: Path, lookup: Lookup, report: Report): ScalarNode {
  let from = node.at;
  const text = node.text.replace(REFERENCE, (all: string, inner: string | undefined, close: string) => {
    const at = report.find(all, from) ?? from;
    from = at + 1;
    if (inner === undefined) return '${';
    const found =
      close === '' ? { problem: `the closing } is missing${LITERAL}` } : resolved(inner, at, lookup, report);
    if ('problem' in found) {
      report.error(at, path, found.problem);
      return all;
    }
    if (found.isHidden) report.hide(found.value, all);
    return found.value;
  });
  // Quotes around a reference alone are for YAML's sake, and say nothing about what it stands for.
  const alone = text !== '' && /^\$\{[^}]*\}$/.test(node.text);
  return { ...node, text, plain: node.plain || alone, written: node.text };
}

const LITERAL = '; a dollar sign and a brace that mean themselves are written $${';

type Found = { readonly value: string; readonly isHidden: boolean } | { readonly problem: string };

function resolved(inner: string, at: number, lookup: Lookup, report: Report): Found {
  const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/.exec(inner);
  if (variable !== null) {
    const value = lookup.variable(variable[1]!);
    const initial = variable[2];
    // As in a shell, a default stands in for what is empty too.
    if (initial !== undefined && (value === undefined || value === '')) return { value: initial, isHidden: false };
    if (value !== undefined) return { value, isHidden: true };
    return {
      problem: `the environment has no variable ${variable[1]!}: set it, or write \${${variable[1]!}:-default}`,
    };
  }
  const file = /^file:(.+)$/.exec(inner);
  if (file === null) {
    return { problem: `expected a name, name:-default or file:/path between \${ and }${LITERAL}` };
  }
  const path = besideFile(report.fileAt(at), file[1]!);
  try {
    return { value: lookup.file(path), isHidden: true };
  } catch (error) {
    return { problem: `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
