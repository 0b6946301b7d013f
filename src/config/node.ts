// A YAML document as the decoder sees it: what was written and where, before anybody knows what it means. Apart from the
// YAML library's own tree, so that aliases are resolved once and nothing else depends on that library.

export interface ScalarNode {
  readonly kind: 'scalar';
  /** Unquoted and unescaped. */
  readonly text: string;
  /** As it stands in the file, where something in it was expanded: what may be shown. */
  readonly written?: string;
  /** Written without quotes, so that it may stand for a number, a boolean or null. */
  readonly plain: boolean;
  /** The explicit tag in its long form, or ''. */
  readonly tag: string;
  /** The offset in the text. */
  readonly at: number;
}

export interface MapNode {
  readonly kind: 'map';
  readonly pairs: { readonly key: Node; readonly value: Node }[];
  readonly tag: string;
  readonly at: number;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: Node[];
  readonly tag: string;
  readonly at: number;
}

/** `*name`. The target may contain the alias itself. */
export interface AliasNode {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Node;
  readonly at: number;
}

export type Node = ScalarNode | MapNode | ListNode | AliasNode;

export const NULL_TAG = 'tag:yaml.org,2002:null';
const MERGE_TAG = 'tag:yaml.org,2002:merge';

/** The node itself, or what its alias stands for. */
export function target(node: Node): Exclude<Node, AliasNode> {
  let found = node;
  // An alias of an alias cannot be written, so this ends.
  while (found.kind === 'alias') found = found.target;
  return found;
}

/** Whether nothing is written there, or null: then the key counts as absent and takes its kind's zero value. */
export function isNull(node: Node): boolean {
  if (node.kind === 'alias') return isNull(target(node));
  if (node.kind !== 'scalar') return false;
  if (node.tag === NULL_TAG) return true;
  if (node.tag !== '' || !node.plain) return false;
  // What was expanded is the text that it is, a password that is `null` too.
  return node.text === '' || (node.written === undefined && ['~', 'null', 'Null', 'NULL'].includes(node.text));
}

/** Whether a key is `<<`, whose value's pairs belong to the map around it. */
export function isMerge(key: Node): boolean {
  return key.kind === 'scalar' && key.text === '<<' && (key.plain || key.tag === MERGE_TAG);
}

/** What a node is, in a message: `a list`, `a mapping`, `"some text"`. */
export function described(node: Node): string {
  const real = target(node);
  if (real.kind === 'list') return 'a list';
  if (real.kind === 'map') return 'a mapping';
  if (isNull(real)) return 'nothing';
  return quoted(real.written ?? real.text);
}

/** A text in quotes, shortened, on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
