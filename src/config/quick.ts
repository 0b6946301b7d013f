// Reads at a tenth of the cost the YAML that large files are made of: block mappings and lists, words and quoted texts on
// one line, literal blocks, lists in brackets. Where anything else is met, a mistake too, it gives up and source.ts reads
// the file with the library, so that nothing here decides what a text means, or what is wrong with it.

import type { ListNode, MapNode, Node, ScalarNode } from './node.ts';

/** Larger files are left to the reader that counts what it reads. */
const MAX_LENGTH = 4 * 1024 * 1024;
const MAX_DEPTH = 50;

/** The tree of a text in this part of YAML, equal to the library's; undefined when there is more to the text. */
export function quickRead(text: string): Node | undefined {
  if (text.length > MAX_LENGTH || /[\t\r]/.test(text)) return undefined;
  try {
    const reader = new Reader(text);
    return reader.document();
  } catch (error) {
    // An expression that meets a very long text runs out of stack.
    if (error instanceof GiveUp || error instanceof RangeError) return undefined;
    throw error;
  }
}

class GiveUp extends Error {}

/** A line that is neither blank nor a comment. */
interface Line {
  readonly start: number;
  readonly indent: number;
  /** Before the line break. */
  readonly end: number;
}

/** A key without quotes, with the colon after it. */
const KEY = /([A-Za-z_][A-Za-z0-9_./-]*):(?=[ \n]|$)/y;
const SINGLE = /'((?:[^'\n]|'')*)'/y;
const DOUBLE = /"((?:[^"\\\n]|\\["\\nt/])*)"/y;
const LITERAL = /\|(-?) *$/;
/** How a text without quotes may begin, in a block and within brackets. */
const PLAIN = /[A-Za-z0-9_./$^(+]/;
const FLOW_PLAIN = /([A-Za-z0-9_./$^(+](?:[^\n,[\]{}:# ]|:(?=[A-Za-z0-9_./-])| +(?=[^\n,[\]{}:# ]))*) *(?=[,\]])/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

class Reader {
  readonly #text: string;
  /** The line to be read; undefined at the end. */
  #line: Line | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#line = this.#lineFrom(0);
  }

  document(): Node {
    const line = this.#line;
    if (line === undefined || line.indent !== 0) throw new GiveUp();
    const map = this.#map(line.start, 0, 0);
    if (this.#line !== undefined) throw new GiveUp();
    return map;
  }

  /** The mapping whose first key stands at `at`, in this column. */
  #map(at: number, column: number, depth: number): MapNode {
    if (depth > MAX_DEPTH) throw new GiveUp();
    const map: MapNode = { kind: 'map', pairs: [], tag: '', at };
    let keyAt = at;
    for (;;) {
      const line = this.#line!;
      const found = matchIn(KEY, this.#text, keyAt);
      if (found === undefined) throw new GiveUp();
      const key = scalar(found, true, keyAt);
      map.pairs.push({ key, value: this.#value(keyAt + found.length + 1, line, column, depth) });
      const next = this.#line;
      if (next === undefined || next.indent < column) return map;
      if (next.indent > column) throw new GiveUp();
      keyAt = next.start + column;
    }
  }

  /** What stands after a key's colon, or below it. */
  #value(from: number, line: Line, column: number, depth: number): Node {
    const at = this.#pastSpaces(from);
    if (at >= line.end || this.#text[at] === '#') {
      this.#next();
      return this.#below(column, depth);
    }
    if (this.#text[at] === '|') return this.#literal(at, line, column);
    return this.#inline(at, line);
  }

  /** A mapping or a list in the lines below; a list may stand in the key's own column. */
  #below(column: number, depth: number): Node {
    const line = this.#line;
    if (line === undefined) throw new GiveUp();
    const at = line.start + line.indent;
    if (this.#isDash(at)) {
      if (line.indent < column) throw new GiveUp();
      return this.#list(line.indent, line.indent === column, depth + 1);
    }
    if (line.indent <= column) throw new GiveUp();
    return this.#map(at, line.indent, depth + 1);
  }

  /** `inKeyColumn`: a line in this column that has no dash is the next key of the mapping around the list. */
  #list(column: number, inKeyColumn: boolean, depth: number): ListNode {
    if (depth > MAX_DEPTH) throw new GiveUp();
    const list: ListNode = { kind: 'list', items: [], tag: '', at: this.#line!.start + column };
    for (;;) {
      const line = this.#line!;
      const at = this.#pastSpaces(line.start + column + 1);
      if (at >= line.end) throw new GiveUp();
      list.items.push(
        matchIn(KEY, this.#text, at) === undefined ? this.#inline(at, line) : this.#map(at, at - line.start, depth + 1),
      );
      const next = this.#line;
      if (next === undefined || next.indent < column) return list;
      if (next.indent > column) throw new GiveUp();
      if (!this.#isDash(next.start + column)) {
        if (inKeyColumn) return list;
        throw new GiveUp();
      }
    }
  }

  /** A value that begins and ends on its line: one that goes on below is met there, as a line that is indented too far. */
  #inline(at: number, line: Line): Node {
    const [node, end] = this.#scalarOrBrackets(at, line);
    const rest = this.#pastSpaces(end);
    if (rest < line.end && (this.#text[rest] !== '#' || rest === end)) throw new GiveUp();
    this.#next();
    return node;
  }

  #scalarOrBrackets(at: number, line: Line): readonly [Node, number] {
    const first = this.#text[at]!;
    if (first === '[') return this.#brackets(at);
    if (first === '{') {
      if (this.#text[at + 1] !== '}') throw new GiveUp();
      return [{ kind: 'map', pairs: [], tag: '', at }, at + 2];
    }
    if (first === "'" || first === '"') return this.#quoted(at);
    if (!PLAIN.test(first)) throw new GiveUp();
    let text = this.#text.slice(at, line.end);
    const comment = text.indexOf(' #');
    if (comment >= 0) text = text.slice(0, comment);
    text = text.replace(/ +$/, '');
    if (text.includes(': ') || text.endsWith(':')) throw new GiveUp();
    return [scalar(text, true, at), at + text.length];
  }

  #quoted(at: number): readonly [ScalarNode, number] {
    const single = this.#text[at] === "'";
    const found = matchIn(single ? SINGLE : DOUBLE, this.#text, at);
    if (found === undefined) throw new GiveUp();
    const text = single
      ? found.replaceAll("''", "'")
      : found.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign);
    return [scalar(text, false, at), at + found.length + 2];
  }

  /** `[a, 'b', "c"]`. */
  #brackets(at: number): readonly [ListNode, number] {
    const list: ListNode = { kind: 'list', items: [], tag: '', at };
    let here = this.#pastSpaces(at + 1);
    if (this.#text[here] === ']') return [list, here + 1];
    for (;;) {
      const sign = this.#text[here];
      if (sign === "'" || sign === '"') {
        const [item, end] = this.#quoted(here);
        list.items.push(item);
        here = this.#pastSpaces(end);
      } else {
        const found = matchIn(FLOW_PLAIN, this.#text, here);
        if (found === undefined) throw new GiveUp();
        const text = found.replace(/ +$/, '');
        list.items.push(scalar(text, true, here));
        here = this.#pastSpaces(here + text.length);
      }
      if (this.#text[here] === ']') return [list, here + 1];
      if (this.#text[here] !== ',') throw new GiveUp();
      here = this.#pastSpaces(here + 1);
    }
  }

  /** `|` or `|-` and the lines below it that are indented further than the key. */
  #literal(at: number, line: Line, column: number): ScalarNode {
    const header = LITERAL.exec(this.#text.slice(at, line.end));
    if (header === null || header.index !== 0) throw new GiveUp();
    const lines: string[] = [];
    let width = -1;
    let start = line.end + 1;
    for (; start < this.#text.length; ) {
      const end = this.#text.indexOf('\n', start);
      // Without a line break at its end the text would have none either.
      if (end < 0) throw new GiveUp();
      const begin = this.#pastSpaces(start);
      if (begin === end) {
        if (width < 0 || begin - start > width) throw new GiveUp();
        lines.push('');
      } else {
        if (width < 0) width = begin - start;
        if (width <= column) throw new GiveUp();
        if (begin - start < width) {
          if (begin - start > column) throw new GiveUp();
          break;
        }
        lines.push(this.#text.slice(start + width, end));
      }
      start = end + 1;
    }
    if (width < 0) throw new GiveUp();
    while (lines.at(-1) === '') lines.pop();
    this.#line = this.#lineFrom(start);
    return scalar(lines.join('\n') + (header[1] === '-' ? '' : '\n'), false, at);
  }

  #isDash(at: number): boolean {
    return this.#text[at] === '-' && this.#text[at + 1] === ' ';
  }

  #pastSpaces(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === 0x20) at++;
    return at;
  }

  #next(): void {
    this.#line = this.#lineFrom(this.#line!.end + 1);
  }

  /** The first line from there on that holds something. Markers between documents and directives are not for here. */
  #lineFrom(from: number): Line | undefined {
    for (let start = from; start < this.#text.length; ) {
      const found = this.#text.indexOf('\n', start);
      const end = found < 0 ? this.#text.length : found;
      const begin = this.#pastSpaces(start);
      if (begin < end && this.#text[begin] !== '#') {
        if (begin === start && /^(?:---|\.\.\.|%)/.test(this.#text.slice(start, start + 3))) throw new GiveUp();
        return { start, indent: begin - start, end };
      }
      start = end + 1;
    }
    return undefined;
  }
}

function scalar(text: string, plain: boolean, at: number): ScalarNode {
  return { kind: 'scalar', text, plain, tag: '', at };
}

/** What the expression's first group holds, if it matches right there. */
function matchIn(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[1];
}
