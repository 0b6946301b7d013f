// Base64 with the alphabet that is safe in URLs, padded: Go's `base64.URLEncoding`.

import { fromBytes, toBytes } from '../value/bytes.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function base64Encode(text: string): string {
  const bytes = toBytes(text);
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out.push(
      ALPHABET.charAt(group >> 18),
      ALPHABET.charAt((group >> 12) & 63),
      i + 1 < bytes.length ? ALPHABET.charAt((group >> 6) & 63) : '=',
      i + 2 < bytes.length ? ALPHABET.charAt(group & 63) : '=',
    );
  }
  return out.join('');
}

function illegal(at: number): Error {
  return new Error(`illegal base64 data at input byte ${at}`);
}

/** The text that was encoded; line breaks are skipped. Throws an Error with Go's words. */
export function base64Decode(text: string): string {
  const input = toBytes(text);
  const bytes: number[] = [];
  let at = 0;
  /** Moves to the next byte that is no line break, and returns it: undefined at the end. */
  const peek = (): number | undefined => {
    while (input[at] === 0x0a || input[at] === 0x0d) at++;
    return input[at];
  };
  for (;;) {
    const digits: number[] = [];
    while (digits.length < 4) {
      const byte = peek();
      if (byte === undefined) {
        if (digits.length === 0) return fromBytes(Uint8Array.from(bytes));
        throw illegal(at - digits.length);
      }
      if (byte === PADDING) {
        endPadding(digits.length);
        pushGroup(bytes, digits);
        return fromBytes(Uint8Array.from(bytes));
      }
      const value = byte < 0x80 ? ALPHABET.indexOf(String.fromCharCode(byte)) : -1;
      if (value < 0) throw illegal(at);
      digits.push(value);
      at++;
    }
    pushGroup(bytes, digits);
  }

  /** Checks that after so many digits the padding is complete, and followed by nothing. */
  function endPadding(digits: number): void {
    if (digits < 2) throw illegal(at);
    at++;
    if (digits === 2) {
      const second = peek();
      if (second === undefined) throw illegal(input.length);
      if (second !== PADDING) throw illegal(at - 1);
      at++;
    }
    if (peek() !== undefined) throw illegal(at);
  }
}

const PADDING = 0x3d;

/** Appends the bytes of two to four digits. */
function pushGroup(bytes: number[], digits: readonly number[]): void {
  const group = (digits[0]! << 18) | (digits[1]! << 12) | ((digits[2] ?? 0) << 6) | (digits[3] ?? 0);
  bytes.push(group >> 16);
  if (digits.length > 2) bytes.push((group >> 8) & 255);
  if (digits.length > 3) bytes.push(group & 255);
}
