// Base64 with the alphabet that is safe in URLs, padded: Go's `base64.URLEncoding`.

import { fromBytes, toBytes } from '../value/bytes.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function base64Encode(text: string): string {
  const bytes = toBytes(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    out += i + 1 < bytes.length ? ALPHABET.charAt((group >> 6) & 63) : '=';
    out += i + 2 < bytes.length ? ALPHABET.charAt(group & 63) : '=';
  }
  return out;
}

function illegal(at: number): Error {
  return new Error(`illegal base64 data at input byte ${at}`);
}

/** The text that was encoded; line breaks are skipped. Throws an Error with Go's words. */
export function base64Decode(text: string): string {
  const input = toBytes(text);
  const bytes: number[] = [];
  let at = 0;
  /** The next digit's value; 64 is the padding, -1 the end. */
  const next = (): number => {
    while (input[at] === 0x0a || input[at] === 0x0d) at++;
    if (at >= input.length) return -1;
    const char = String.fromCharCode(input[at]!);
    at++;
    if (char === '=') return 64;
    const value = input[at - 1]! < 0x80 ? ALPHABET.indexOf(char) : -1;
    if (value < 0) throw illegal(at - 1);
    return value;
  };
  for (;;) {
    const digits: number[] = [];
    while (digits.length < 4) {
      const digit = next();
      if (digit === -1) {
        if (digits.length === 0) return fromBytes(Uint8Array.from(bytes));
        throw illegal(at - digits.length);
      }
      if (digit !== 64) {
        digits.push(digit);
        continue;
      }
      if (digits.length < 2) throw illegal(at - 1);
      if (digits.length === 2) {
        const second = next();
        if (second === -1) throw illegal(input.length);
        if (second !== 64) throw illegal(at - 1);
      }
      if (next() !== -1) throw illegal(at - 1);
      const group = (digits[0]! << 18) | (digits[1]! << 12) | ((digits[2] ?? 0) << 6);
      bytes.push(group >> 16);
      if (digits.length === 3) bytes.push((group >> 8) & 255);
      return fromBytes(Uint8Array.from(bytes));
    }
    const group = (digits[0]! << 18) | (digits[1]! << 12) | (digits[2]! << 6) | digits[3]!;
    bytes.push(group >> 16, (group >> 8) & 255, group & 255);
  }
}
