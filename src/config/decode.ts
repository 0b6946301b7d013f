// From a YAML tree to the values that a schema describes, as Go's strict yaml.v2 decodes it: by the type of the target,
// unknown and repeated keys refused. Knows kinds and no keys. Goes on after a mistake, so that all of them are found.

import type { FieldSpec, Schema, Tree } from '../model/schema.ts';
import { MASK, Secret } from '../model/secret.ts';
import { absent, defaultsOf, type Values } from './absent.ts';
import { readScalar, textOf } from './kinds.ts';
import { described, isMerge, isNull, type MapNode, type Node, quoted, type ScalarNode, target } from './node.ts';
import type { Path, Report } from './report.ts';
import { resolveScalar } from './scalar.ts';
import { orList } from './suggest.ts';
import {
  COMMENTED_OUT,
  expectation,
  hintAbout,
  isCommentedOut,
  isSecret,
  isText,
  isVariable,
  listHint,
  quotesHint,
  sectionHint,
  someKeys,
  UNEXPANDED,
  unknownKey,
  wanted,
} from './wording.ts';
import { printedAs } from './written.ts';

export interface DecodeOptions {
  readonly report: Report;
  /** What to say about a key that a section does not have, where there is more to say than that. */
  readonly unknownKey: (title: string, key: string) => string | undefined;
  /** Whether values are to be printed as the file has them, where something was expanded; then nothing is checked. */
  readonly asWritten?: boolean;
  /** The path of a file that is named at a place, where its folder is not the configuration's. */
  readonly placed?: (path: string, at: number) => string;
  /** Takes in each template as it is written in the file. */
  readonly template?: (text: string, at: number, path: Path) => void;
}

/** More visits of one node through aliases than this, in relation to all visits, are an attack (yaml.v2's rule). */
function allowedAliasRatio(visits: number): number {
  if (visits <= 400_000) return 0.99;
  return visits >= 4_000_000 ? 0.1 : 0.99 - (0.89 * (visits - 400_000)) / 3_600_000;
}

/** Thrown to stop decoding at once. */
class TooManyAliases extends Error {}

export class Decoder {
  readonly #options: DecodeOptions;
  readonly #report: Report;
  readonly #openAliases = new Set<Node>();
  #visits = 0;
  #aliasVisits = 0;

  constructor(options: DecodeOptions) {
    this.#options = options;
    this.#report = options.report;
  }

  /** The section that a whole document is. */
  document<T>(node: Node, schema: Schema<T>): Values {
    try {
      return this.section(node, schema as Schema<unknown>, []);
    } catch (error) {
      if (!(error instanceof TooManyAliases)) throw error;
      this.#report.error(node.at, [], 'aliases repeat too much of the file: write out what they stand for');
      return defaultsOf(schema as Schema<unknown>);
    }
  }

  /** A section, with defaults for what is absent or wrong. Its own checks run; what it inherits does not matter yet. */
  section(node: Node, schema: Schema<unknown>, path: Path): Values {
    const values = defaultsOf(schema);
    this.#through(node, path, (map) => {
      if (map.kind === 'scalar' && schema.shorthand !== undefined) {
        const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
        values[schema.shorthand] = this.field(map, fields[schema.shorthand]!, path);
        return;
      }
      if (map.kind !== 'map') {
        const found = map.kind === 'list' ? 'a list' : 'a text';
        const message = `expected a mapping with keys such as ${someKeys(schema)}, found ${found}${sectionHint(map)}`;
        this.#report.error(map.at, path, message);
        return;
      }
      const written = new Set<string>();
      this.#fill(map, schema, values, path, written);
      if (schema.check !== undefined && this.#options.asWritten !== true)
        this.findings(schema.check(values, written), path);
    });
    return (schema.normalize?.(values) ?? values) as Values;
  }

  /** Reports what a schema found, unless a key that it is about is known to be wrong already. */
  findings(findings: readonly { readonly keys: readonly string[]; readonly message: string }[], path: Path): void {
    for (const { keys, message } of findings) {
      if (keys.some((key) => this.#report.isWrong([...path, key]))) continue;
      const written = keys.find((key) => this.#report.place([...path, key]).found);
      this.#report.errorAt(written === undefined ? path : [...path, written], message);
    }
  }

  /** The value of one key. */
  field(node: Node, spec: FieldSpec, path: Path): unknown {
    let value: unknown = absent(spec);
    this.#through(node, path, (real) => {
      const isAbsent = isNull(real) && !this.#isWritten(real);
      if (isAbsent && isText(spec) && isCommentedOut(this.#report.lineOf(real.at))) {
        this.#report.warning(real.at, path, COMMENTED_OUT, 'comment-for-value');
      }
      value = isAbsent ? absent(spec) : this.#value(real, spec, path);
    });
    return value;
  }

  #value(node: Exclude<Node, { kind: 'alias' }>, spec: FieldSpec, path: Path): unknown {
    if (spec.is === 'section') return this.section(node, spec.of, path);
    if (spec.is === 'list') return this.#list(node, spec.of, path);
    if (spec.is === 'map') return this.#map(node, spec.of, path);
    if (spec.is === 'scalar' && spec.kind === 'tree') return this.#tree(node, path);
    if (node.kind !== 'scalar') {
      this.#report.error(
        node.at,
        path,
        `expected ${expectation(spec)}, found ${described(node)}${quotesHint(node, spec)}`,
      );
      return absent(spec);
    }
    if (node.written !== undefined && this.#isWritten(node)) return asWritten(node, node.written, spec);
    try {
      const value = readOne(node, spec);
      if (spec.is !== 'scalar' || node.written !== undefined) return value;
      const hint = hintAbout(spec.kind, value, node);
      if (hint !== undefined) this.#report.warning(node.at, path, hint.message, hint.code);
      if (spec.kind === 'template') this.#options.template?.(node.text, node.at, path);
      return spec.kind === 'file' ? (this.#options.placed?.(node.text, node.at) ?? value) : value;
    } catch (error) {
      const message = messageOf(error);
      if (node.written !== undefined) {
        // The words may hold parts of what was expanded.
        this.#report.error(node.at, path, `what ${described(node)} stands for cannot be used: ${wanted(spec)}`);
        return absent(spec);
      }
      const found = message.startsWith('expected') && !isSecret(spec) ? `, found ${described(node)}` : '';
      const variable = isVariable(node.text) ? UNEXPANDED : '';
      this.#report.error(node.at, path, message + found + variable);
      return absent(spec);
    }
  }

  #isWritten(node: Node): boolean {
    return this.#options.asWritten === true && node.kind === 'scalar' && node.written !== undefined;
  }

  #list(node: Node, of: FieldSpec, path: Path): unknown[] {
    if (node.kind !== 'list') {
      // What stands in place of a list of sections is often a URL that is a secret.
      const hidden = node.kind === 'scalar' && (isSecret(of) || of.is === 'section');
      const hint = listHint(node, of, hidden);
      this.#report.error(node.at, path, `expected a list, found ${hidden ? 'a text' : described(node)}${hint}`);
      return [];
    }
    return node.items.map((item, i) => {
      if (of.is === 'section' && isNull(item)) {
        this.#report.error(item.at, [...path, i], `this ${of.of.title} is empty: fill it in, or remove its dash`);
        return defaultsOf(of.of);
      }
      return this.field(item, of, [...path, i]);
    });
  }

  #map(node: Node, of: FieldSpec, path: Path): Readonly<Record<string, unknown>> {
    const map: Record<string, unknown> = Object.create(null);
    if (node.kind !== 'map') {
      this.#report.error(
        node.at,
        path,
        `expected a mapping of names to values, found ${node.kind === 'list' ? 'a list' : 'a text'}`,
      );
      return map;
    }
    this.#pairs(node, path, (key, name, value) => {
      if (name in map)
        this.#report.error(key.at, [...path, name], `${quoted(name)} is given twice: remove one of them`);
      else map[name] = this.field(value, of, [...path, name]);
    });
    return map;
  }

  #fill(map: MapNode, schema: Schema<unknown>, values: Values, path: Path, written: Set<string>): void {
    const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
    const done = new Set<string>();
    this.#pairs(
      map,
      path,
      (key, name, value) => {
        const spec = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (spec === undefined) {
          const more = this.#options.unknownKey(schema.title, name);
          this.#report.error(key.at, [...path, name], more ?? unknownKey(name, schema));
        } else if (done.has(name)) {
          this.#report.error(key.at, [...path, name], `${name} is given twice: remove one of them`);
        } else {
          done.add(name);
          const own = [...path, name];
          const decoded = this.field(value, spec, own);
          values[name] = written.has(name) ? this.#joined(spec, values[name], decoded, value, own) : decoded;
          if (isNull(value)) written.delete(name);
          else written.add(name);
        }
      },
      (merged) => this.#fill(merged, schema, values, path, written),
    );
  }

  /**
   * What a key holds that `<<` has set already: matchers, maps and sections are added to each other, and a name in a map
   * must not be set again, as in yaml.v2.
   */
  #joined(spec: FieldSpec, before: unknown, now: unknown, node: Node, path: Path): unknown {
    const real = target(node);
    if (spec.replaced === true || before === undefined || now === undefined) return now;
    if (spec.is === 'list' && spec.printAll !== undefined && real.kind === 'list') {
      return [...(before as readonly unknown[]), ...(now as readonly unknown[])];
    }
    if (real.kind !== 'map') return now;
    if (spec.is === 'map') {
      this.#pairs(real, path, (key, name) => {
        if (!(name in (before as object))) return;
        this.#report.error(key.at, [...path, name], `${quoted(name)} is given already where << takes from: rename it`);
      });
      return Object.assign(Object.create(null), before, now);
    }
    if (spec.is !== 'section' || spec.of.replaced === true) return now;
    const fields: Readonly<Record<string, FieldSpec>> = spec.of.fields;
    const joined: Values = { ...(before as Values) };
    this.#pairs(real, path, (_, name, value) => {
      const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (inner === undefined) return;
      joined[name] = this.#joined(inner, joined[name], (now as Values)[name], value, [...path, name]);
    });
    this.findings(spec.of.check?.(joined, new Set()) ?? [], path);
    return joined;
  }

  /** The pairs of a map. `<<` merges where it stands: what comes later wins, also over it, as in yaml.v2. */
  #pairs(
    map: MapNode,
    path: Path,
    pair: (key: Node, name: string, value: Node) => void,
    merge: (map: MapNode) => void = (merged) => this.#pairs(merged, path, pair),
  ): void {
    for (const { key, value } of map.pairs) {
      if (isMerge(key)) {
        // An alias of a list is refused, as in yaml.v2.
        for (const part of value.kind === 'list' ? [...value.items].reverse() : [value]) {
          this.#through(part, path, (merged) => {
            if (merged.kind === 'map') merge(merged);
            else
              this.#report.error(part.at, path, `<< merges a mapping or a list of mappings, found ${described(part)}`);
          });
        }
        continue;
      }
      const name = target(key);
      if (name.kind === 'scalar') pair(key, isNull(name) ? '' : name.text, value);
      else this.#report.error(key.at, path, `expected a name as key, found ${described(key)}`);
    }
  }

  #tree(node: Node, path: Path): Tree {
    let value: Tree = null;
    this.#through(node, path, (real) => {
      if (real.kind === 'list') value = real.items.map((item, i) => this.#tree(item, [...path, i]));
      else if (real.kind === 'map') value = this.#treeMap(real, path);
      else value = this.#leaf(real, path);
    });
    return value;
  }

  #leaf(node: ScalarNode, path: Path): Tree {
    if (node.written !== undefined && this.#isWritten(node)) return node.written;
    try {
      const resolved = resolveScalar(node);
      if (resolved.type === 'null') return null;
      if (resolved.type === 'string' && node.written === undefined) this.#options.template?.(node.text, node.at, path);
      if (resolved.type !== 'int') return resolved.value;
      const value = Number(resolved.value);
      return Number.isSafeInteger(value) ? value : String(resolved.value);
    } catch (error) {
      this.#report.error(node.at, path, messageOf(error));
      return null;
    }
  }

  #treeMap(node: MapNode, path: Path): Tree {
    const map: Record<string, Tree> = Object.create(null);
    this.#pairs(node, path, (key, text, value) => {
      const real = target(key);
      const resolved = real.kind === 'scalar' ? resolveScalar(real) : undefined;
      const name =
        resolved === undefined || resolved.type === 'string' || resolved.type === 'null'
          ? text
          : String(resolved.value);
      if (name in map)
        this.#report.error(key.at, [...path, name], `${quoted(name)} is given twice: remove one of them`);
      else map[name] = this.#tree(value, [...path, name]);
    });
    return map;
  }

  /** Visits a node or what its alias stands for, counting, so that aliases can neither loop nor explode. */
  #through(node: Node, path: Path, visit: (node: Exclude<Node, { kind: 'alias' }>) => void): void {
    this.#visits++;
    if (this.#openAliases.size > 0) this.#aliasVisits++;
    if (
      this.#aliasVisits > 100 &&
      this.#visits > 1000 &&
      this.#aliasVisits / this.#visits > allowedAliasRatio(this.#visits)
    ) {
      throw new TooManyAliases();
    }
    if (node.kind !== 'alias') {
      visit(node);
    } else if (this.#openAliases.has(node)) {
      this.#report.error(node.at, path, `the anchor &${node.name} contains itself: remove this alias`);
    } else {
      this.#openAliases.add(node);
      visit(target(node));
      this.#openAliases.delete(node);
    }
  }
}

/** The value of one scalar, by what is wanted. Throws an Error for the operator. */
function readOne(node: ScalarNode, spec: FieldSpec): unknown {
  if (spec.is === 'parsed') return spec.parse(textOf(node));
  if (spec.is === 'choice') return chosen(textOf(node), spec.among);
  if (spec.is === 'scalar') return readScalar(spec.kind, node);
  throw new TypeError(`${spec.is} is not read from a text`);
}

/** What is printed as the file has it: the text itself where it can be read, else what it stands for under its name. */
function asWritten(node: ScalarNode, written: string, spec: FieldSpec): unknown {
  // These would be printed in another form than they are written in.
  const isPlace = spec.is === 'scalar' && ['file', 'url', 'proxyUrl'].includes(spec.kind);
  let value: unknown;
  try {
    if (!isPlace) value = readOne({ ...node, text: written }, spec);
  } catch (error) {
    messageOf(error);
  }
  value ??= printedAs(readOne(node, spec), written);
  return value instanceof Secret ? new Secret(MASK) : value;
}

function chosen(text: string, among: readonly string[]): string {
  if (among.includes(text)) return text;
  throw new Error(`expected ${orList(among.filter((word) => word !== ''))}`);
}

/** The message of what a kind refused; anything else that is thrown is a bug and goes on. */
function messageOf(error: unknown): string {
  if (error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)) return error.message;
  throw error;
}
