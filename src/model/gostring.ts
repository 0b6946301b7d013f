// Strings as Go sees them: quoted, unquoted, measured in UTF-8 bytes. Kept apart because matchers, group keys and error
// messages must come out byte for byte as Alertmanager writes them.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

const LONE_SURROGATE = /\p{Cs}/u;

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** The text as a Go string literal in double quotes (`strconv.Quote`). */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const named = NAMED[code];
    if (named !== undefined) out += named;
    else if (code >= 0x20 && code < 0x7f) out += char;
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`;
    else if (PRINTABLE.test(char)) out += char;
    else if (isSurrogate(code)) out += '\\ufffd';
    else out += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  }
  return `${out}"`;
}

/**
 * What a Go string literal in double quotes stands for (`strconv.Unquote`), or undefined when Go refuses it or when it
 * stands for bytes that are not UTF-8.
 */
export function unquote(literal: string): string | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined;
  const inner = literal.slice(1, -1);
  if (!inner.includes('\\')) return inner.includes('"') || inner.includes('\n') ? undefined : inner;
  const bytes: number[] = [];
  for (let i = 0; i < inner.length; ) {
    const code = inner.codePointAt(i)!;
    if (code === 0x22 || code === 0x0a) return undefined;
    if (code !== 0x5c) {
      append(bytes, code);
      i += code > 0xffff ? 2 : 1;
      continue;
    }
    const read = readEscape(inner, i + 1);
    if (read === undefined) return undefined;
    if (read.byte) bytes.push(read.code);
    else append(bytes, read.code);
    i = read.next;
  }
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

/** Go's `unicode.IsSpace`: differs from JavaScript's `\s` in U+0085 (is) and U+FEFF (is not). */
export function isSpace(code: number): boolean {
  if (code <= 0xff) return (code >= 9 && code <= 13) || code === 0x20 || code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether the text can be written as UTF-8: no half of a surrogate pair stands alone in it. */
export function isValidUnicode(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads what follows a backslash. `byte`: it names one byte rather than a code point. */
function readEscape(text: string, at: number): { code: number; byte: boolean; next: number } | undefined {
  const letter = text.charAt(at);
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { code: simple, byte: false, next: at + 1 };
  const digits = Object.hasOwn(HEX_DIGITS, letter) ? HEX_DIGITS[letter] : undefined;
  if (digits !== undefined) {
    const written = text.slice(at + 1, at + 1 + digits);
    if (written.length < digits || !/^[0-9a-fA-F]+$/.test(written)) return undefined;
    const code = Number.parseInt(written, 16);
    if (digits > 2 && (code > 0x10ffff || isSurrogate(code))) return undefined;
    return { code, byte: digits === 2, next: at + 1 + digits };
  }
  const octal = text.slice(at, at + 3);
  if (!/^[0-7]{3}$/.test(octal)) return undefined;
  const code = Number.parseInt(octal, 8);
  return code > 255 ? undefined : { code, byte: true, next: at + 3 };
}

function append(bytes: number[], code: number): void {
  if (code < 0x80) bytes.push(code);
  else bytes.push(...encoder.encode(String.fromCodePoint(code)));
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
