// Letters in upper, lower and title case, as Go has them: `strings.ToUpper` knows one letter for one, `title` follows
// Unicode's words.

import { wellFormed } from '../value/bytes.ts';

/** Letters whose capital is one letter, although the full mapping is several: Greek with iota below. */
function capitalWithIota(code: number): number {
  if (code >= 0x1f80 && code <= 0x1faf && code % 16 < 8) return code + 8;
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return code + 9;
  return code;
}

/** Go's `strings.ToUpper`: of bytes that are no character, U+FFFD. */
export function toUpper(text: string): string {
  // Joined, and not added up: what is added up takes thirty times the memory until it is read.
  return Array.from(wellFormed(text), (char) => {
    const upper = char.toUpperCase();
    return [...upper].length === 1 ? upper : String.fromCodePoint(capitalWithIota(char.codePointAt(0)!));
  }).join('');
}

/** Go's `strings.ToLower`: of bytes that are no character, U+FFFD. */
export function toLower(text: string): string {
  return Array.from(wellFormed(text), (char) => {
    const lower = char.toLowerCase();
    return [...lower].length === 1 ? lower : lower.charAt(0);
  }).join('');
}

/** Letters that are two in one, in their title case form. */
const DIGRAPHS: ReadonlyMap<string, string> = new Map(
  [
    ['\u01c4\u01c5\u01c6', '\u01c5'],
    ['\u01c7\u01c8\u01c9', '\u01c8'],
    ['\u01ca\u01cb\u01cc', '\u01cb'],
    ['\u01f1\u01f2\u01f3', '\u01f2'],
  ].flatMap(([forms, title]) => [...forms!].map((form) => [form, title!] as const)),
);

const TITLE_CASE = /^\p{Lt}$/u;

function titleLetter(char: string): string {
  const digraph = DIGRAPHS.get(char);
  if (digraph !== undefined) return digraph;
  const code = char.codePointAt(0)!;
  // Georgian has capitals, but no title case; Greek letters with iota beside them are in title case already.
  if ((code >= 0x10d0 && code <= 0x10ff) || TITLE_CASE.test(char)) return char;
  const upper = [...char.toUpperCase()];
  if (upper.length === 1) return upper[0]!;
  const capital = capitalWithIota(code);
  if (capital !== code) return String.fromCodePoint(capital);
  // After an apostrophe the capital is the second letter; a small iota goes below.
  if (char === '\u0149') return upper.join('');
  return upper[0]! + upper.slice(1).join('').toLowerCase().replace('\u03b9', '\u0345');
}

const CASED = /^\p{Cased}$/u;
/** What may stand inside a word, but not twice in a row: `'`, `.`, `:` and their kin. */
const MIDDLE = /^['.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]$/;
/** What continues a word. */
const WORD = /^[\p{L}\p{Nd}\p{Nl}\p{M}\p{Pc}\p{Cf}]$/u;
/** Scripts that write without blanks: each letter is by itself. */
const ALONE = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]$/u;

function breaksWord(char: string): boolean {
  return !MIDDLE.test(char) && (!WORD.test(char) || ALONE.test(char));
}

const IGNORED = /^\p{Case_Ignorable}$/u;

/** The letter at `at` in lower case; a sigma has another form at the end of a word. */
function lowerInWord(chars: readonly string[], at: number): string {
  if (chars[at] !== '\u03a3') return chars[at]!.toLowerCase();
  let next = at + 1;
  while (next < chars.length && IGNORED.test(chars[next]!)) next++;
  return next < chars.length && CASED.test(chars[next]!) ? '\u03c3' : '\u03c2';
}

/** The first cased letter of each word in title case, the others in lower case: x/text's `cases.Title`. */
export function title(text: string): string {
  let inWord = false;
  let afterMiddle = false;
  const chars = [...text];
  const out = chars.map((char, i) => {
    const middle = MIDDLE.test(char);
    if (afterMiddle && middle) inWord = false;
    afterMiddle = middle;
    if (CASED.test(char)) {
      const letter = inWord ? lowerInWord(chars, i) : titleLetter(char);
      inWord = true;
      return letter;
    }
    if (breaksWord(char)) inWord = false;
    return char;
  });
  return out.join('');
}
