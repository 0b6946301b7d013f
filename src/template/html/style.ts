// How the context moves through style sheets: strings, addresses and comments.

import { quote } from '../parse/quote.ts';
import { type Context, failed } from './context.ts';
import type { Step } from './script.ts';

const SPECIAL = /[("'/]/g;
const URL_WORD = /(?:^|[^a-zA-Z0-9_\u0080-\u{10ffff}-])url[\t\n\f\r ]*$/iu;
const CSS_SPACE = /^[\t\n\f\r ]*/;

/** In a style sheet, outside strings. */
export function inStyle(c: Context, text: string): Step {
  for (const match of text.matchAll(SPECIAL)) {
    const at = match.index;
    switch (match[0]) {
      case '"':
        return { context: { ...c, state: 'stateCSSDqStr' }, length: at + 1 };
      case "'":
        return { context: { ...c, state: 'stateCSSSqStr' }, length: at + 1 };
      case '/':
        if (text.startsWith('//', at)) return { context: { ...c, state: 'stateCSSLineCmt' }, length: at + 2 };
        if (text.startsWith('/*', at)) return { context: { ...c, state: 'stateCSSBlockCmt' }, length: at + 2 };
        break;
      default:
        if (URL_WORD.test(text.slice(Math.max(0, at - 64), at))) return startUrl(c, text, at + 1);
    }
  }
  return { context: c, length: text.length };
}

function startUrl(c: Context, text: string, from: number): Step {
  const at = from + CSS_SPACE.exec(text.slice(from))![0].length;
  if (text.charAt(at) === '"') return { context: { ...c, state: 'stateCSSDqURL' }, length: at + 1 };
  if (text.charAt(at) === "'") return { context: { ...c, state: 'stateCSSSqURL' }, length: at + 1 };
  return { context: { ...c, state: 'stateCSSURL' }, length: at };
}

const ESCAPE = /\\(?:([0-9a-fA-F]{1,6})(\r\n|[\t\n\f\r ])?|([\s\S])|$)/gu;

/** Resolves the escape sequences of a style sheet. A backslash at the end is dropped. */
export function decodeCss(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, hex?: string, space?: string, char?: string) => {
    if (hex === undefined) return char ?? '';
    const code = Number.parseInt(hex, 16);
    // A digit too many stands for itself.
    if (code > 0x10ffff) return String.fromCodePoint(Math.floor(code / 16)) + hex.slice(-1) + (space ?? '');
    return code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code);
  });
}

/** How far into an address a text goes: past the `?` or `#`, everything has to be encoded. */
export function inUrl(c: Context, text: string): Step {
  let { urlPart } = c;
  if (/[#?]/.test(text)) urlPart = 'urlPartQueryOrFrag';
  else if (urlPart === 'urlPartNone' && !/^[ \t\n\f\r]*$/.test(text)) urlPart = 'urlPartPreQuery';
  return { context: { ...c, urlPart }, length: text.length };
}

const STRING_ENDS: Readonly<Record<string, RegExp>> = {
  stateCSSDqStr: /[\\"]/g,
  stateCSSDqURL: /[\\"]/g,
  stateCSSSqStr: /[\\']/g,
  stateCSSSqURL: /[\\']/g,
  stateCSSURL: /[\\\t\n\f\r )]/g,
};

/** In a string or an address of a style sheet: strings count as addresses, since they may be one. */
export function inStyleString(c: Context, text: string): Step {
  let now = c;
  let from = 0;
  let lastEscape = 0;
  for (;;) {
    const pattern = new RegExp(STRING_ENDS[c.state]!);
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match === null) {
      return { context: inUrl(now, decodeCss(text.slice(from))).context, length: text.length };
    }
    if (match[0] !== '\\') return { context: { ...now, state: 'stateCSS' }, length: match.index + 1 };
    const end = match.index + 1;
    if (end === text.length) {
      return { context: failed(`unfinished escape sequence in CSS string: ${quote(text)}`), length: text.length };
    }
    // From the escape sequence before: of that, too, only the beginning has been looked at.
    now = inUrl(now, decodeCss(text.slice(lastEscape, end + 1))).context;
    lastEscape = match.index;
    from = end + 1;
  }
}
