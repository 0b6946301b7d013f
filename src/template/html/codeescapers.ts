// The escapers for scripts and styles: values as expressions, in strings, in regular expressions, and in style sheets.

import { LimitError } from '../exec/budget.ts';
import { stringOf } from '../fmt/stringer.ts';
import type { Env } from '../func/func.ts';
import { toJson } from '../func/tojson.ts';
import { Time } from '../time/time.ts';
import { Pointer, unbox, type Value } from '../value/value.ts';
import { type Content, FAILSAFE, printAll } from './content.ts';
import { decodeCss } from './style.ts';

/** Text in a comment that must end neither the comment nor the script. */
function harmless(message: string): string {
  return message
    .replace(/<(\/?)script/gi, '\\x3C$1script')
    .replaceAll('*/', '* /')
    .replaceAll('<!--', '\\x3C!--');
}

/** A value as an expression: its JSON, with blanks around what would grow together with a word beside it. */
export function jsValEscaper(args: readonly Value[], env: Env): string {
  let value = unbox(args[0]);
  if (args.length !== 1) value = printAll(args.map(unbox), env);
  else if (value instanceof Pointer) value = value.to;
  const text = value === undefined || value instanceof Time ? undefined : stringOf(value);
  let json: string;
  try {
    json = toJson(text ?? value, env.budget);
  } catch (error) {
    if (error instanceof LimitError || !(error instanceof Error)) throw error;
    return ` /* ${harmless(error.message)} */null `;
  }
  return /^[$\w]|[$\w]$/.test(json) ? ` ${json} ` : json;
}

const CONTROL_NAMES: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Replaces control characters, line separators, and what `pattern` finds: with a backslash or by its number. */
function replace(text: string, pattern: RegExp, backslashed: string): string {
  return text.replace(pattern, (char) => {
    if (backslashed.includes(char)) return `\\${char}`;
    return CONTROL_NAMES.get(char) ?? unicodeEscape(char);
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const IN_STRING = /[\u0000-\u001f"`&'+/<>\\\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const IN_TEMPLATE = /[\u0000-\u001f"`&'+/<>\\${}\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const IN_REGEXP = /[\u0000-\u001f"&'+/<>\\$()*.?[\]^{|}\u2028\u2029-]/g;

export function jsStrEscaper({ text }: Content): string {
  return replace(text, IN_STRING, '\\/');
}

export function jsTemplateEscaper({ text }: Content): string {
  return replace(text, IN_TEMPLATE, '\\/');
}

export function jsRegexpEscaper({ text }: Content): string {
  // Nothing at all would make a comment of the slashes.
  return text === '' ? '(?:)' : replace(text, IN_REGEXP, '$()*-./?[\\]^{|}');
}

const IN_STYLE = /[\0\t\n\f\r"&'()+/:;<>\\{}]/g;

export function cssEscaper({ text }: Content): string {
  return text.replace(IN_STYLE, (char, at: number) => {
    if (char === '\\') return '\\\\';
    const next = text.charAt(at + 1);
    // A blank ends the number where it would go on.
    const end = next === '' || /[0-9a-fA-F\t\n\f\r ]/.test(next) ? ' ' : '';
    return `\\${char.charCodeAt(0).toString(16)}${end}`;
  });
}

const UNSAFE_STYLE = /[\0"'()/;@[\\\]`{}<>]|--/;
const NO_NAME_CHARS = /[^a-zA-Z0-9_]/g;

/** A value of a property, if it is nothing but that. */
export function cssValueFilter({ text }: Content): string {
  const decoded = decodeCss(text);
  if (UNSAFE_STYLE.test(decoded)) return FAILSAFE;
  const letters = decoded.replace(NO_NAME_CHARS, '').toLowerCase();
  return /expression|mozbinding/.test(letters) ? FAILSAFE : decoded;
}
