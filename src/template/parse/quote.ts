// Go's quoted strings, read and written: strconv's Quote, Unquote and CanBackquote, and which characters Go prints.

import { byteString, fromBytes, isValidUtf8, rawByte } from '../value/bytes.ts';

/** `strconv.Unquote`'s error, whatever is wrong. */
export class InvalidSyntax extends Error {
  constructor() {
    super('invalid syntax');
  }
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

const HEX = /^[0-9a-fA-F]+$/;
const OCTAL = /^[0-7]{3}$/;

/** One character of a quoted text at `i`: what it stands for and where the next begins. Throws `InvalidSyntax`. */
function unescapeOne(text: string, i: number, quote: string): { readonly value: string; readonly next: number } {
  const char = String.fromCodePoint(text.codePointAt(i)!);
  if (char !== '\\') {
    if (char === quote || char === '\n') throw new InvalidSyntax();
    return { value: char, next: i + char.length };
  }
  const kind = text.charAt(i + 1);
  const simple = SIMPLE.get(kind);
  if (simple !== undefined) return { value: simple, next: i + 2 };
  if (kind === quote && quote !== '') return { value: quote, next: i + 2 };
  if (kind === 'x' || kind === 'u' || kind === 'U') {
    const size = kind === 'x' ? 2 : kind === 'u' ? 4 : 8;
    const digits = text.slice(i + 2, i + 2 + size);
    if (digits.length !== size || !HEX.test(digits)) throw new InvalidSyntax();
    const code = Number.parseInt(digits, 16);
    if (kind === 'x') return { value: byteString(code), next: i + 4 };
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new InvalidSyntax();
    return { value: String.fromCodePoint(code), next: i + 2 + size };
  }
  const octal = text.slice(i + 1, i + 4);
  if (!OCTAL.test(octal)) throw new InvalidSyntax();
  const code = Number.parseInt(octal, 8);
  if (code > 255) throw new InvalidSyntax();
  return { value: byteString(code), next: i + 4 };
}

/** The text that a Go string literal stands for, quoted with `"` or backquotes. Throws `InvalidSyntax`. */
export function unquote(literal: string): string {
  const quote = literal.charAt(0);
  if (literal.length < 2 || !literal.endsWith(quote)) throw new InvalidSyntax();
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner.replaceAll('\r', '');
  if (quote !== '"') throw new InvalidSyntax();
  if (!inner.includes('\\') && !inner.includes('\n') && !inner.includes('"')) return inner;
  let out = '';
  let bytes = false;
  for (let i = 0; i < inner.length; ) {
    const { value, next } = unescapeOne(inner, i, '"');
    bytes ||= !isValidUtf8(value);
    out += value;
    i = next;
  }
  return bytes ? joinBytes(out) : out;
}

/** Puts bytes that were written one by one together where they form characters. */
function joinBytes(text: string): string {
  const bytes: number[] = [];
  let out = '';
  const flush = (): void => {
    out += fromBytes(Uint8Array.from(bytes));
    bytes.length = 0;
  };
  for (const char of text) {
    const raw = rawByte(char.codePointAt(0)!);
    if (raw >= 0) {
      bytes.push(raw);
    } else {
      flush();
      out += char;
    }
  }
  flush();
  return out;
}

/**
 * The code of the first character of a literal such as `'a'` or `'\\n'`, and the rest: a quote when there is just one
 * character. Throws `InvalidSyntax`.
 */
export function unquoteChar(literal: string): { readonly code: number; readonly rest: string } {
  if (literal.length < 3) throw new InvalidSyntax();
  const { value, next } = unescapeOne(literal, 1, "'");
  const code = value.codePointAt(0)!;
  const raw = rawByte(code);
  return { code: raw >= 0 ? raw : code, rest: literal.slice(next) };
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (rawByte(code) >= 0 || (code >= 0xd800 && code < 0xe000)) return false;
  return PRINTABLE.test(String.fromCodePoint(code));
}

const NAMED: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
]);

function escapeCode(code: number, quote: string, asciiOnly: boolean): string {
  if (code === quote.charCodeAt(0) || code === 0x5c) return `\\${String.fromCharCode(code)}`;
  const raw = rawByte(code);
  if (raw >= 0) return `\\x${raw.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code < 0xe000) return asciiOnly ? '\\ufffd' : '\ufffd';
  if (asciiOnly ? code < 0x7f && isPrint(code) : isPrint(code)) return String.fromCodePoint(code);
  const named = NAMED.get(code);
  if (named !== undefined) return named;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** ASCII that stands for itself. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** `strconv.Quote`, or `QuoteToASCII`. */
export function quote(text: string, asciiOnly = false): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${Array.from(text, (char) => escapeCode(char.codePointAt(0)!, '"', asciiOnly)).join('')}"`;
}

/** `strconv.QuoteRune`, or `QuoteRuneToASCII`. */
export function quoteRune(code: number, asciiOnly = false): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? code : 0xfffd;
  return `'${escapeCode(valid, "'", asciiOnly)}'`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const NOT_BACKQUOTABLE = /[\u0000-\u0008\u000a-\u001f\u007f`\ufeff\ud800-\udfff]/u;

/** `strconv.CanBackquote`: whether the text is its own raw string literal on one line. */
export function canBackquote(text: string): boolean {
  return !NOT_BACKQUOTABLE.test(text);
}
