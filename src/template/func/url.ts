// Percent encoding as Go's net/url has it for queries.

import { quote } from '../parse/quote.ts';
import { fromBytes, isAscii, toBytes } from '../value/bytes.ts';

const UNRESERVED = /^[A-Za-z0-9_.~-]*$/;
const IN_QUERIES = /[A-Za-z0-9_.~ -]/;

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** What each byte becomes, by what is kept of ASCII. */
const tables = new Map<RegExp, readonly string[]>();

function tableOf(keep: RegExp): readonly string[] {
  let table = tables.get(keep);
  if (table === undefined) {
    table = Array.from({ length: 256 }, (_, byte) => {
      const char = String.fromCharCode(byte);
      return byte < 0x80 && keep.test(char) ? char : percent(byte);
    });
    tables.set(keep, table);
  }
  return table;
}

/** Percent-encodes every byte that `keep`, a constant that matches single characters, does not match. */
export function percentEncode(text: string, keep: RegExp): string {
  const table = tableOf(keep);
  let out = '';
  if (isAscii(text)) for (let i = 0; i < text.length; i++) out += table[text.charCodeAt(i)]!;
  else for (const byte of toBytes(text)) out += table[byte]!;
  return out;
}

/** Go's `url.QueryEscape`. */
export function queryEscape(text: string): string {
  return UNRESERVED.test(text) ? text : percentEncode(text, IN_QUERIES).replaceAll(' ', '+');
}

/** The value of a hexadecimal digit's byte, or -1. */
function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Go's `url.QueryUnescape`. Throws an Error with Go's words. */
export function queryUnescape(text: string): string {
  const bytes = toBytes(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i]!;
    if (byte === 0x2b) byte = 0x20;
    else if (byte === 0x25) {
      const high = hexValue(bytes[i + 1]);
      const low = hexValue(bytes[i + 2]);
      if (high < 0 || low < 0) throw new Error(`invalid URL escape ${quote(fromBytes(bytes.slice(i, i + 3)))}`);
      byte = high * 16 + low;
      i += 2;
    }
    // What is written is never ahead of what is read.
    bytes[length++] = byte;
  }
  return fromBytes(bytes.subarray(0, length));
}
