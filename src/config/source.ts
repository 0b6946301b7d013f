// From the bytes of a file to its YAML tree: encoding, forbidden characters, syntax, aliases, depth. With syntax.ts the only
// file that knows the YAML library.

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type YAMLError,
} from 'yaml';
import type { ListNode, MapNode, Node } from './node.ts';
import { quickRead } from './quick.ts';
import { reindent } from './reindent.ts';
import { explainedAll, isOpenQuote, MAX_DEPTH, MAX_SYNTAX_PROBLEMS, openQuote, type SyntaxProblem } from './syntax.ts';

export interface Source {
  /** As decoded: what offsets count in. */
  readonly text: string;
  /** `undefined` when there is nothing in the file, or nothing that could be read. */
  readonly root: Node | undefined;
  readonly problems: readonly SyntaxProblem[];
  /** Where text begins that Alertmanager does not look at, nor do we: after the first document. */
  readonly ignoredAt?: number;
}

/** Larger files are refused, and those with more words and signs: reading takes time and memory in proportion. */
const MAX_LENGTH = 16 * 1024 * 1024;
const MAX_TOKENS = 1_000_000;

/** Reads the first document of the text. Whatever is wrong is in `problems`. */
export function readSource(input: string | Uint8Array): Source {
  const decoded = typeof input === 'string' ? { text: input } : decodeBytes(input);
  if ('problem' in decoded) return { text: decoded.text, root: undefined, problems: [decoded.problem] };
  // A byte order mark means nothing, and a carriage return alone ends a line, as YAML 1.1 has it.
  const text = decoded.text.replace(/^\ufeff/, '').replace(/\r(?!\n)/g, '\n');
  const refused = refusal(text);
  if (refused !== undefined) return { text, root: undefined, problems: [refused] };
  const quick = quickRead(text);
  if (quick !== undefined) return { text, root: quick, problems: [] };
  return readWhole(text);
}

/** Reads what `quickRead` leaves; exported for the comparison of both. The text is clean. */
export function readWhole(text: string): Source {
  const first = parse(text);
  if (first.problems.length === 0) return first;
  // YAML 1.2 asks for more indentation inside brackets and quotes than YAML 1.1 does, by whose rules files were written.
  const mended = reindent(text);
  if (mended === undefined) return first;
  const second = parse(mended.text, (at) => mended.original(at));
  return second.problems.length > 0 ? first : { ...second, text };
}

function decodeBytes(bytes: Uint8Array): { readonly text: string; readonly problem?: SyntaxProblem } {
  if (bytes.length > MAX_LENGTH) return { text: '', problem: tooLong() };
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const message = `this is not ${encoding.toUpperCase()}: save the file as UTF-8`;
    return { text, problem: { at: Math.max(0, text.indexOf('\ufffd')), message } };
  }
}

function tooLong(): SyntaxProblem {
  return { at: 0, message: `the file is larger than ${MAX_LENGTH / 1024 / 1024} MB: split it` };
}

function refusal(text: string): SyntaxProblem | undefined {
  if (text.length > MAX_LENGTH) return tooLong();
  // Within a line a byte order mark is a sign like others; in front of a key, where files were joined, it is part of the key.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that YAML forbids.
  const at = text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|^\ufeff/m);
  if (at < 0) return undefined;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return {
    at,
    message: `the character U+${code} is not allowed in YAML: remove it, or write it as an escape in double quotes`,
  };
}

/** `place` tells where an offset in the text is in the file. */
function parse(text: string, place: (at: number) => number = (at) => at): Source {
  try {
    const document = firstDocument(text);
    if ('message' in document) return { text, root: undefined, problems: [document] };
    const end = endOfBrackets(document, text);
    const severe = document.errors.filter((error) => isSevere(error) && !(error.pos[0] >= end && isAfterwards(error)));
    const problems = explainedAll(severe, text, () => firstDocument(text, true));
    if (problems.length > 0) return { text, root: undefined, problems };
    return convert(text, document, place);
  } catch (error) {
    if (error instanceof RangeError) return { text, root: undefined, problems: [tooDeep(0)] };
    throw error;
  }
}

function tooMany(at: number): SyntaxProblem {
  return { at, message: `more than ${MAX_TOKENS} words and signs up to here: the configuration is too large` };
}

function tooDeep(at: number): SyntaxProblem {
  return { at, message: `nested more than ${MAX_DEPTH} levels deep: flatten it` };
}

/** Composes the first document and reads no further, as Alertmanager does. */
function firstDocument(text: string, keepSourceTokens = false): Document.Parsed | SyntaxProblem {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  let mistakes = 0;
  let begun = false;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) return tooMany(parser.offset);
    const isMarker = (lexeme === '---' || lexeme === '...') && before !== BEFORE_PLAIN_TEXT;
    if (isMarker && begun) break;
    begun ||= isMarker || !isPrelude(lexeme);
    before = lexeme;
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') mistakes++;
    }
    if (mistakes >= MAX_SYNTAX_PROBLEMS) break;
    if (parser.stack.length > MAX_DEPTH) return tooDeep(parser.offset);
  }
  tokens.push(...parser.end());
  const options = {
    schema: 'failsafe',
    uniqueKeys: false,
    strict: true,
    logLevel: 'silent',
    keepSourceTokens,
  } as const;
  const composer = new Composer(options);
  for (const document of composer.compose(tokens, true, text.length)) return document;
  return { at: 0, message: 'the file cannot be read as YAML' };
}

/** Whether a lexeme is blank, a comment, a directive, or the lexer's mark for a document's beginning. */
function isPrelude(lexeme: string): boolean {
  return lexeme === '\x02' || /^(?:\s*|#.*|%.*)$/.test(lexeme);
}

/** What the library's lexer yields before a text without quotes, which may be `---` itself. */
const BEFORE_PLAIN_TEXT = '\x1f';

/** Mistakes by YAML 1.2 alone, which YAML 1.1 lets pass and which the tree is right in spite of. */
function isSevere(error: YAMLError): boolean {
  if (error.code === 'TAG_RESOLVE_FAILED') return error.message.startsWith('Could not resolve');
  if (error.code === 'KEY_OVER_1024_CHARS') return false;
  return !error.message.startsWith('Comments must be separated');
}

/** Where a document ends that is written in brackets: Alertmanager accepts whatever follows, but for what is no word at all. */
function endOfBrackets(document: Document.Parsed, text: string): number {
  const { contents } = document;
  if (!(isMap(contents) || isSeq(contents)) || contents.flow !== true) return Number.POSITIVE_INFINITY;
  const end = contents.range[1];
  return '@`\t'.includes(text[skipped(text, end, /[ \r\n]+|#.*/y)] ?? ' ') ? Number.POSITIVE_INFINITY : end;
}

/** The place after all that the sticky expression matches in a row. */
function skipped(text: string, from: number, what: RegExp): number {
  what.lastIndex = from;
  let at = from;
  while (what.test(text)) at = what.lastIndex;
  return at;
}

function isAfterwards(error: YAMLError): boolean {
  return error.code === 'UNEXPECTED_TOKEN';
}

/** The library ends every text block with a line break, even where the file ends without one. */
function asItEnds(value: string, text: string): string {
  const hasBreak = text.endsWith('\n') || (text.endsWith(' ') && !/(?:^|\n) +\n$/.test(value));
  return hasBreak || !value.endsWith('\n') ? value : value.slice(0, -1);
}

/** The library's tree as ours, with every alias resolved to the last anchor of its name before it, as YAML has it. */
function convert(text: string, document: Document.Parsed, place: (at: number) => number): Source {
  const problems: SyntaxProblem[] = [];
  const anchors = new Map<string, Node>();
  const empty = (at: number): Node => ({ kind: 'scalar', text: '', plain: true, tag: '', at });

  const startOf = (from: { range?: readonly number[] | null | undefined }, end: number) =>
    from.range?.[0] === undefined ? end : place(from.range[0]);

  function node(from: unknown, end: number): Node {
    if (isAlias(from)) {
      const at = startOf(from, end);
      const target = anchors.get(from.source);
      if (target !== undefined) return { kind: 'alias', name: from.source, target, at };
      problems.push({ at, message: `no anchor &${from.source} above this alias: define it, or quote the *` });
      return empty(at);
    }
    if (isScalar(from)) {
      const at = startOf(from, end);
      const plain = from.type === 'PLAIN' && from.tag === undefined;
      if (from.range && isOpenQuote(text.slice(from.range[0], from.range[1]))) {
        problems.push({ at, message: openQuote(text[from.range[0]]!) });
      }
      const value = from.source ?? '';
      const content = from.range?.[1] === text.length ? asItEnds(value, text) : value;
      return anchored(from.anchor, { kind: 'scalar', text: content, plain, tag: from.tag ?? '', at });
    }
    if (isMap(from)) {
      const at = startOf(from, end);
      const map: MapNode = anchored(from.anchor, { kind: 'map', pairs: [], tag: from.tag ?? '', at });
      for (const pair of from.items) {
        const key = node(pair.key, at);
        map.pairs.push({ key, value: node(pair.value, key.at) });
      }
      return map;
    }
    if (isSeq(from)) {
      const at = startOf(from, end);
      const list: ListNode = anchored(from.anchor, { kind: 'list', items: [], tag: from.tag ?? '', at });
      for (const item of from.items) list.items.push(node(item, at));
      return list;
    }
    return empty(end);
  }

  function anchored<N extends Node>(name: string | undefined, made: N): N {
    if (name !== undefined) anchors.set(name, made);
    return made;
  }

  if (document.contents === null) return { text, root: undefined, problems };
  const root = node(document.contents, 0);
  const rest = skipped(text, document.contents.range[1], /\s+|#.*|(?:---|\.\.\.)(?=\s|$)/y);
  return { text, root, problems, ...(rest < text.length && { ignoredAt: place(rest) }) };
}
