// Go's strings are bytes, JavaScript's are UTF-16. Templates count, cut and compare bytes, so that a string here may
// hold a byte that is no part of a UTF-8 character: as a half surrogate pair from U+DC80 to U+DCFF, one unit per byte.

import { compareStrings } from '../../model/labels.ts';

declare global {
  interface String {
    /** Whether there are no half surrogate pairs (ES2024, which Node 20 has). */
    isWellFormed(): boolean;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const RAW_LOW = 0xdc80;
const RAW_HIGH = 0xdcff;

/** Finds characters that are not ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole ASCII range is meant
const BEYOND_ASCII = /[^\u0000-\u007f]/;
/** In Unicode mode whole pairs are one character, so that this finds halves only. */
const HALF_PAIRS = /[\ud800-\udfff]/gu;

export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

/** The string that holds just this byte, valid UTF-8 or not. */
export function byteString(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** The byte that a half pair stands for, or -1 for every other UTF-16 unit or code point. */
export function rawByte(unit: number): number {
  return unit >= RAW_LOW && unit <= RAW_HIGH ? unit - 0xdc00 : -1;
}

/** How many bytes the string has. */
export function byteLength(text: string): number {
  if (isAscii(text)) return text.length;
  let n = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80 || rawByte(code) >= 0) n += 1;
    else if (code < 0x800) n += 2;
    else n += code < 0x10000 ? 3 : 4;
  }
  return n;
}

/** The string's bytes. Half pairs that stand for no byte become U+FFFD, as they have no UTF-8. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const raw = rawByte(char.codePointAt(0)!);
    if (raw >= 0) bytes.push(raw);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The length of the well-formed UTF-8 character at `i`, or 0. Surrogates and overlong forms are not well-formed. */
function charLength(bytes: Uint8Array, i: number): number {
  const b = bytes[i]!;
  if (b < 0x80) return 1;
  if (b < 0xc2 || b > 0xf4) return 0;
  const size = b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
  if (i + size > bytes.length) return 0;
  const second = bytes[i + 1]!;
  const low = b === 0xe0 ? 0xa0 : b === 0xf0 ? 0x90 : 0x80;
  const high = b === 0xed ? 0x9f : b === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = 2; k < size; k++) {
    if ((bytes[i + k]! & 0xc0) !== 0x80) return 0;
  }
  return size;
}

function codePoint(bytes: Uint8Array, i: number, size: number): number {
  const b = bytes[i]!;
  if (size === 1) return b;
  let code = b & (0x7f >> size);
  for (let k = 1; k < size; k++) code = (code << 6) | (bytes[i + k]! & 0x3f);
  return code;
}

/** The string with these bytes; those that are not UTF-8 are kept as they are. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return fromInvalid(bytes);
  }
}

function fromInvalid(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const size = charLength(bytes, i);
    out += size === 0 ? byteString(bytes[i]!) : String.fromCodePoint(codePoint(bytes, i, size));
    i += size === 0 ? 1 : size;
  }
  return out;
}

/** `text[from:to]` in bytes. A cut through a character leaves its bytes. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return fromBytes(toBytes(text).subarray(from, to));
}

/** The text as the world may see it: bytes that form characters become these, the rest become U+FFFD. */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  return fromBytes(toBytes(text)).replace(HALF_PAIRS, '\ufffd');
}

/** Whether all of it is UTF-8. */
export function isValidUtf8(text: string): boolean {
  return text.isWellFormed();
}

/** Go's `strings.Compare` order: bytewise. Negative, zero or positive. */
export function compareBytes(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y && x < 0xd800) continue;
    if (x < 0xd800 && y < 0xd800) return x - y;
    return compareRare(a, b);
  }
  return a.length - b.length;
}

/** Where surrogates or what is above them may decide. */
function compareRare(a: string, b: string): number {
  if (isValidUtf8(a) && isValidUtf8(b)) return compareStrings(a, b);
  const x = toBytes(a);
  const y = toBytes(b);
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) {
    if (x[i] !== y[i]) return x[i]! - y[i]!;
  }
  return x.length - y.length;
}

/** What Go counts as white space, one character at a time. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  // By hand: a pattern for the end would take quadratic time.
  let from = 0;
  let to = text.length;
  while (from < to && SPACE.test(text.charAt(from))) from++;
  while (to > from && SPACE.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** The length of the text without the characters of a set at its end. */
export function lengthTrimmed(text: string, blanks: string): number {
  let to = text.length;
  while (to > 0 && blanks.includes(text.charAt(to - 1))) to--;
  return to;
}
