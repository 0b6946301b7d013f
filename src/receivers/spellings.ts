// The ways in which a server may write a text that it repeats: in JSON and in JSON within JSON, in URLs and forms, in HTML
// pages. Apart from what is kept secret, which redact.ts knows.

/** Nothing in these is ever written differently. */
const PLAIN = /^[\w.~-]*$/;
const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
const ESCAPED: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };
/** Backslashes before a character: each JSON within JSON doubles them. Bounded, so that no text takes long to search. */
const SLASHES = 4;

/** The text with `instead` in place of another one, however that is spelled. */
export function withoutSpellings(text: string, unwanted: string, instead: string): string {
  if (PLAIN.test(unwanted)) return text.replaceAll(unwanted, instead);
  return text.replace(new RegExp(Array.from(unwanted.replace(/\\+/g, '\\'), spellings).join(''), 'g'), () => instead);
}

function spellings(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  // One pattern for any number of them: several in a row would be tried in every combination.
  if (character === '\\') return `(?:\\\\u005[cC]|\\\\|%(?:25)*5[cC]|&(?:amp;)?#(?:0{0,4}92|[xX]0{0,4}5[cC]);){1,32}`;
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, i) =>
    character.charCodeAt(i).toString(16).padStart(4, '0'),
  );
  const bytes = Array.from(new TextEncoder().encode(character), (byte) =>
    inEitherCase(`%(?:25)*${byte.toString(16).padStart(2, '0')}`),
  );
  const name = NAMED[character];
  const letter = ESCAPED[character];
  const written = [
    units.map((unit) => `\\u${unit}`).join(''),
    bytes.join(''),
    `&(?:amp;)?#(?:0{0,4}${code}|[xX]0{0,4}${inEitherCase(code.toString(16))});`,
    ...(name === undefined ? [] : [`&(?:amp;)?${name};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ];
  const escaped = [
    units.map((unit) => `\\\\{1,${SLASHES}}u${inEitherCase(unit)}`).join(''),
    ...(letter === undefined ? [] : [`\\\\{1,${SLASHES}}${letter}`]),
  ];
  return `(?:\\\\{0,${SLASHES}}(?:${written.join('|')})|${escaped.join('|')})`;
}

function inEitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
