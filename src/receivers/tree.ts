// Bodies that an operator composes in YAML: every text in them is a template, and what comes out of it is read as YAML
// again, so that `{{ .Alerts | len }}` becomes a number and `{{ .Alerts | toJson }}` a list. The rules are those of
// Alertmanager's `DeepCopyWithTemplate`, and of the YAML 1.1 library that it reads with.

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Parser,
  type Scalar,
} from 'yaml';
import type { Tree } from '../model/schema.ts';
import type { Json } from './json.ts';

/** The tree with its templates executed; the keys of maps are templates too. Throws what `execute` throws. */
export function renderTree(tree: Tree | undefined, execute: (template: string) => string): Json {
  return renderLeaves(tree, (template) => retype(execute(template)), execute);
}

/** The tree with what its texts stand for, and its keys. */
export function renderLeaves(
  tree: Tree | undefined,
  leaf: (template: string) => Json,
  keyOf: (template: string) => string,
): Json {
  if (tree === undefined || tree === null) return null;
  if (typeof tree === 'string') return leaf(tree);
  if (typeof tree !== 'object') return tree;
  if (isList(tree)) return tree.map((item) => renderLeaves(item, leaf, keyOf));
  const map = new Map<string, Json>();
  for (const [key, value] of Object.entries(tree)) map.set(keyOf(key), renderLeaves(value, leaf, keyOf));
  return map;
}

/** Beyond that a text that is no JSON is not searched for structure: reading YAML takes its time. */
const LONGEST = 50_000;
/** Levels of lists and maps within each other. */
const DEPTH = 100;
/** Aliases that one text may use: each is looked for in all of the text, and stands for as much as that. */
const ALIASES = 100;

/** What a text says as YAML, unless that is a text or nothing sensible: then the text itself, unchanged. */
export function retype(text: string): Json {
  // By far the most texts are prose, which needs no parser.
  const prose = /^[A-Za-z]/.test(text) && !/[\n\t]|: |:$| #/.test(text);
  try {
    const value = prose ? resolvePlain(text.trim()) : (fromJson(text) ?? fromYaml(text));
    return value === undefined || typeof value === 'string' ? text : value;
  } catch {
    // No YAML, or more of it than is good for anybody.
    return text;
  }
}

/** JSON is YAML, and JSON.parse is a hundred times faster. It is not asked about integers that it would round. */
function fromJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  // A fingerprint is no number, whatever it looks like.
  if (/\d{16}|\d[eE]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return withMaps(parsed, DEPTH);
}

function withMaps(value: unknown, levels: number): Json {
  if (typeof value === 'object' && value !== null) {
    if (levels === 0) throw new Error('nested too deeply');
    if (Array.isArray(value)) return value.map((item) => withMaps(item, levels - 1));
    return new Map(Object.entries(value).map(([name, member]) => [name, withMaps(member, levels - 1)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function fromYaml(text: string): Json | undefined {
  // Three dots end a document; alone they are an ellipsis.
  if (text.length > LONGEST || /^\.\.\.\s*$/.test(text)) return undefined;
  const tokens = [...new Parser().parse(text)];
  // Known before anything descends into it: recursion that comes near the end of the stack can end the process.
  if (depthOf(tokens) > DEPTH) return undefined;
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const [document] = composer.compose(tokens, true, text.length);
  if (document === undefined || document.errors.length > 0) return undefined;
  return new Reader(document).value(document.contents);
}

/** How deeply the tokens are nested, without descending. */
function depthOf(tokens: readonly CST.Token[]): number {
  const waiting: [CST.Token, number][] = tokens.map((token) => [token, 0]);
  let deepest = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    deepest = Math.max(deepest, depth);
    if (token.type === 'document' && token.value !== undefined) waiting.push([token.value, depth]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      for (const inner of [key, value]) if (inner) waiting.push([inner, depth + 1]);
    }
  }
  return deepest;
}

class Reader {
  readonly #document: Document;
  #aliases = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  value(node: Node | null): Json {
    if (node === null) return null;
    if (isAlias(node)) {
      if (++this.#aliases > ALIASES) throw new Error('too many aliases');
      const target = node.resolve(this.#document);
      if (target === undefined) throw new Error('an alias of nothing');
      return this.value(target);
    }
    if (isScalar(node)) return scalarValue(node);
    if (isSeq<Node | null>(node)) return node.items.map((item) => this.value(item));
    if (isMap<Node | null, Node | null>(node)) {
      const map = new Map<string, Json>();
      for (const { key, value } of node.items) this.#put(map, key, value);
      return map;
    }
    throw new Error('a node of no known kind');
  }

  #put(map: Map<string, Json>, key: Node | null, value: Node | null): void {
    // Go has no maps with such keys.
    if (!isScalar(key) || (key.type === 'PLAIN' && key.value === '')) throw new Error('a key that is no scalar');
    const name = this.value(key);
    if (isMerge(key)) this.#merge(map, value);
    // Alertmanager drops what has no text for a key: JSON knows no other.
    else if (typeof name === 'string') map.set(name, this.value(value));
  }

  /** Of several maps the first counts. */
  #merge(map: Map<string, Json>, source: Node | null): void {
    const sources = isSeq<Node | null>(source) ? source.items.toReversed() : [source];
    for (const node of sources) {
      const merged = this.value(node);
      if (!(merged instanceof Map)) throw new Error('a merge of what is no map');
      for (const [name, value] of merged) map.set(name, value);
    }
  }
}

function scalarValue(scalar: Scalar): Json {
  const text = String(scalar.value ?? '');
  const { tag } = scalar;
  const plain = tag === undefined ? scalar.type === 'PLAIN' : /:(int|float|bool|null)$/.test(tag);
  const value = plain ? resolvePlain(text) : text;
  return value === undefined ? text : value;
}

function isMerge(key: Scalar): boolean {
  return key.type === 'PLAIN' && key.value === '<<';
}

const words = new Map<string, Json>();
for (const word of ['', '~', 'null', 'Null', 'NULL']) words.set(word, null);
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) words.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) words.set(word, false);

/** What a text without quotes means in YAML 1.1 as Go's library reads it; `undefined` for a text. */
function resolvePlain(text: string): Json | undefined {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^\.\d/.test(text)) return finite(/^\.\d+([eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN);
  if (!/^[-+\d]/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? finite(/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain) ? Number(plain) : Number.NaN);
}

/** An integer of 64 bits in any of Go's notations: `017` is octal. */
function integer(text: string): Json | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/.exec(text);
  if (match === null || text.length > 80) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const size = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? '0'));
  const value = sign === '-' ? -size : size;
  // What is beyond 63 bits is unsigned, and has no sign.
  if (value < -(2n ** 63n) || value >= (sign === '' ? 2n ** 64n : 2n ** 63n)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** JSON has no other numbers. */
function finite(value: number): Json | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function isList(tree: object): tree is readonly Tree[] {
  return Array.isArray(tree);
}
