// Percent encoding as Go's net/url has it for queries.

import { byteLength, fromBytes, toBytes } from '../value/bytes.ts';

const UNRESERVED = /^[A-Za-z0-9_.~-]*$/;

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Percent-encodes every byte that `keep` does not match. */
export function percentEncode(text: string, keep: RegExp): string {
  let out = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    out += byte < 0x80 && keep.test(char) ? char : percent(byte);
  }
  return out;
}

/** Go's `url.QueryEscape`. */
export function queryEscape(text: string): string {
  return UNRESERVED.test(text) ? text : percentEncode(text, /[A-Za-z0-9_.~ -]/).replaceAll(' ', '+');
}

const HEX_PAIR = /^[0-9a-fA-F]{2}$/;

/** Go's `url.QueryUnescape`. Throws an Error with Go's words. */
export function queryUnescape(text: string): string {
  if (!text.includes('%')) return text.replaceAll('+', ' ');
  const bytes = new Uint8Array(byteLength(text));
  let length = 0;
  let from = 0;
  const copy = (to: number): void => {
    const part = toBytes(text.slice(from, to).replaceAll('+', ' '));
    bytes.set(part, length);
    length += part.length;
  };
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    copy(at);
    const digits = text.slice(at + 1, at + 3);
    if (!HEX_PAIR.test(digits)) throw new Error(`invalid URL escape ${JSON.stringify(text.slice(at, at + 3))}`);
    bytes[length++] = Number.parseInt(digits, 16);
    from = at + 3;
  }
  copy(text.length);
  return fromBytes(bytes.subarray(0, length));
}
