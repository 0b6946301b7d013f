// A configuration file's deprecated ways of writing, as the present ones: the text around them stays as it is, comments
// among them stay with what they are about. Knows YAML's syntax, and of the configuration only where matchers are.

import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { matcherToString, newMatcher } from '../model/matcher.ts';

export interface Converted {
  readonly text: string;
  /** How many places are written otherwise. */
  readonly changes: number;
}

/** The text cannot be read, or has something in the way. */
export class ConvertError extends Error {
  override readonly name = 'ConvertError';
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A matcher as it is to be written, and the comments around it. */
interface Item {
  readonly text: string;
  /** On lines of their own before it. */
  readonly before: readonly string[];
  /** Behind it. */
  after: string;
}

interface Ways {
  readonly equal: string;
  readonly regex: string;
  readonly lines: string;
}

const ROUTE: Ways = { equal: 'match', regex: 'match_re', lines: 'matchers' };
const SOURCE: Ways = { equal: 'source_match', regex: 'source_match_re', lines: 'source_matchers' };
const TARGET: Ways = { equal: 'target_match', regex: 'target_match_re', lines: 'target_matchers' };
/** A list on one line is not longer than this. */
const WIDTH = 100;

/** Throws a `ConvertError`. */
export function convert(text: string): Converted {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw new ConvertError(error.message);
  if (!isMap(document.contents)) throw new ConvertError('the file is no mapping');
  const root = document.contents as YAMLMap;
  const edits: Edit[] = [];
  const writer = new Writer(text, edits);
  route(root.get('route', true), writer);
  const rules = root.get('inhibit_rules', true);
  for (const rule of isSeq(rules) ? rules.items : []) {
    for (const ways of [SOURCE, TARGET]) if (isMap(rule)) writer.merge(rule, ways);
  }
  const old = root.items.find((pair) => nameOf(pair) === 'mute_time_intervals');
  if (old !== undefined && !root.has('time_intervals')) {
    const { start, end } = place(old.key as Scalar);
    edits.push({ start, end, text: 'time_intervals' });
  }
  return { text: applied(text, edits), changes: writer.changes + (edits.length > writer.edited ? 1 : 0) };
}

function route(node: unknown, writer: Writer): void {
  if (!isMap(node)) return;
  writer.merge(node, ROUTE);
  const routes = node.get('routes', true);
  for (const child of isSeq(routes) ? routes.items : []) route(child, writer);
}

class Writer {
  readonly #text: string;
  readonly #edits: Edit[];
  changes = 0;
  edited = 0;

  constructor(text: string, edits: Edit[]) {
    this.#text = text;
    this.#edits = edits;
  }

  /** One list of matchers in the place of all that the mapping has. */
  merge(map: YAMLMap, ways: Ways): void {
    const isOld = (pair: Pair): boolean => [ways.equal, ways.regex].includes(nameOf(pair)) && isFull(pair.value);
    if (!map.items.some(isOld)) return;
    const pairs = map.items.filter((pair) => isOld(pair) || (nameOf(pair) === ways.lines && isFull(pair.value)));
    const lists = pairs.map((pair) => this.#items(pair, ways));
    const [first, ...others] = pairs;
    const flow = map.flow === true || lists.every((list) => list.isFlow && !hasComments(list.items));
    const end = map.flow === true ? endOf(first!) : lists[0]!.end;
    const items = lists.flatMap(({ items }) => items);
    const inline = `${ways.lines}: [${items.map((item) => item.text).join(', ')}]`;
    const column = this.#columnOf(first!);
    const isInline = flow && (map.flow === true || column + inline.length <= WIDTH);
    const text = isInline ? `${inline}${this.#tail(lists, map)}` : this.#block(lists, ways, first!, column);
    this.#edit(place(first!.key as Scalar).start, end, text);
    for (const other of others) this.#remove(map, other, lists[pairs.indexOf(other)]!.end);
    this.changes++;
  }

  /** Comments behind lists that are on one line. */
  #tail(lists: readonly List[], map: YAMLMap): string {
    const comments = lists.map(({ header }) => header).filter((comment) => comment !== '');
    return map.flow === true || comments.length === 0 ? '' : ` ${comments.join(' ')}`;
  }

  #block(lists: readonly List[], ways: Ways, first: Pair, column: number): string {
    const { value } = first;
    const inner = isMap(value) && value.flow !== true ? this.#columnOf(value.items[0]!) : column + 2;
    const pad = ' '.repeat(Math.max(inner, column));
    const [head, ...rest] = lists;
    const lines = [`${ways.lines}:${head!.header === '' ? '' : ` ${head!.header}`}`, ...written(head!.items, pad)];
    for (const { header, items } of rest) {
      if (header !== '') lines.push(`${pad}${header}`);
      lines.push(...written(items, pad));
    }
    return lines.join(this.#text.includes('\r\n') ? '\r\n' : '\n');
  }

  /** What a pair says, with the comments in between. */
  #items(pair: Pair, ways: Ways): List {
    const { value } = pair;
    if (!(isMap(value) || isSeq(value)) || value.anchor !== undefined || value.tag !== undefined) {
      throw new ConvertError(
        `line ${this.#lineOf(pair)}: ${nameOf(pair)} is written in a way that cannot be converted`,
      );
    }
    const isFlow = value.flow === true;
    const items: Item[] = [];
    let cursor = place(pair.key as Scalar).end;
    let header = '';
    for (const one of value.items) {
      const { start, end, text } = this.#item(one, nameOf(pair), ways);
      const { same, own } = commentsIn(this.#text.slice(cursor, start));
      const previous = items[items.length - 1];
      if (previous === undefined) header = same;
      else previous.after = same;
      items.push({ text, before: own, after: '' });
      cursor = end;
    }
    const end = isFlow ? endOf(pair) : cursor;
    const lineEnd = this.#lineEnd(end);
    const { same } = commentsIn(this.#text.slice(isFlow ? end : cursor, lineEnd));
    if (isFlow) header = [header, same].filter((comment) => comment !== '').join(' ');
    else items[items.length - 1]!.after = same;
    return { items, header, isFlow, end: lineEnd };
  }

  #item(one: unknown, name: string, ways: Ways): Edit {
    if (isScalar(one) && name === ways.lines) {
      const { start, end } = place(one);
      return { start, end, text: this.#text.slice(start, end) };
    }
    const { key, value } = one as Pair;
    if (!isScalar(key) || !isScalar(value) || nameOf(one as Pair) === '<<') {
      throw new ConvertError(`line ${this.#lineOf(one as Pair)}: this is written in a way that cannot be converted`);
    }
    const matcher = newMatcher(String(key.value), name === ways.regex ? '=~' : '=', String(value.value ?? ''));
    return { start: place(key).start, end: endOf(one as Pair), text: yamlText(matcherToString(matcher)) };
  }

  #remove(map: YAMLMap, pair: Pair, end: number): void {
    if (map.flow === true) {
      const before = map.items[map.items.indexOf(pair) - 1]!;
      this.#edit(endOf(before), endOf(pair), '');
    } else {
      const start = this.#text.lastIndexOf('\n', place(pair.key as Scalar).start) + 1;
      const next = this.#text.indexOf('\n', end);
      this.#edit(start, next < 0 ? this.#text.length : next + 1, '');
    }
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
    this.edited++;
  }

  #columnOf({ key }: Pair): number {
    const { start } = place(key as Scalar);
    return start - (this.#text.lastIndexOf('\n', start - 1) + 1);
  }

  #lineOf({ key }: Pair): number {
    return isScalar(key) ? this.#text.slice(0, place(key).start).split('\n').length : 0;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf('\n', at);
    const line = end < 0 ? this.#text.length : end;
    return this.#text[line - 1] === '\r' ? line - 1 : line;
  }
}

interface List {
  readonly items: readonly Item[];
  /** The comment behind its key, or behind its bracket. */
  readonly header: string;
  readonly isFlow: boolean;
  /** The end of its last line. */
  readonly end: number;
}

function written(items: readonly Item[], pad: string): string[] {
  return items.flatMap(({ before, text, after }) => [
    ...before.map((comment) => `${pad}${comment}`),
    `${pad}- ${text}${after === '' ? '' : ` ${after}`}`,
  ]);
}

function hasComments(items: readonly Item[]): boolean {
  return items.some(({ before, after }) => before.length > 0 || after !== '');
}

/** Between two scalars a # begins a comment: `same` is on the line on which the text begins, `own` are on later ones. */
function commentsIn(gap: string): { same: string; own: string[] } {
  const comments = gap
    .split('\n')
    .map((line) => line.slice(line.includes('#') ? line.indexOf('#') : line.length).trim());
  return { same: comments[0]!, own: comments.slice(1).filter((comment) => comment !== '') };
}

function isFull(value: unknown): boolean {
  return isMap(value) || isSeq(value) ? value.items.length > 0 : isScalar(value) ? value.source !== '' : true;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function place(node: { range?: readonly number[] | null | undefined }): { start: number; end: number } {
  const [start, end] = node.range ?? [];
  if (start === undefined || end === undefined) throw new TypeError('a node without a place');
  return { start, end };
}

function endOf({ key, value }: Pair): number {
  return isScalar(value) || isMap(value) || isSeq(value) ? place(value).end : place(key as Scalar).end;
}

/** In single quotes, unless it holds what only double quotes can. */
function yamlText(text: string): string {
  return /\p{C}/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

function applied(text: string, edits: readonly Edit[]): string {
  let out = '';
  let cursor = 0;
  for (const { start, end, text: instead } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < cursor) throw new ConvertError('two changes are in the way of each other');
    out += text.slice(cursor, start) + instead;
    cursor = end;
  }
  return out + text.slice(cursor);
}
