// The escapers for markup: text, attributes and their names, comments. Each makes a text harmless in its place.

import { rawByte } from '../value/bytes.ts';
import { attributeKind } from './attributes.ts';
import type { Content } from './content.ts';
import { FAILSAFE } from './content.ts';
import { type Context, isInTag, TEXT, VALUE_ENDS } from './context.ts';
import { advance } from './markup.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ['&', '&amp;'],
  ["'", '&#39;'],
  ['+', '&#43;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\v', '&#11;'],
  ['\f', '&#12;'],
  ['\r', '&#13;'],
  [' ', '&#32;'],
  ['=', '&#61;'],
  ['`', '&#96;'],
]);

const ALL = /[\0"&'+<>]/g;
/** Leaves `&`, so that references that are there already stay. */
const NORMALIZE = /[\0"'+<>]/g;

function replace(text: string, pattern: RegExp): string {
  return text.replace(pattern, (char) => ESCAPES.get(char)!);
}

export function htmlEscaper({ text, kind }: Content): string {
  return kind === 'html' ? text : replace(text, ALL);
}

export function rcdataEscaper({ text, kind }: Content): string {
  return replace(text, kind === 'html' ? NORMALIZE : ALL);
}

export function attrEscaper({ text, kind }: Content): string {
  return kind === 'html' ? replace(stripTags(text), NORMALIZE) : replace(text, ALL);
}

/** In Unicode mode half pairs, which stand for bytes that are no character, are found and whole pairs are not. */
const UNQUOTED = /[\0\t\n\v\f\r "&'+<=>`\udc80-\udcff\ufdd0-\ufdef\ufff0-\uffff]/gu;
const UNQUOTED_NORMALIZE = /[\0\t\n\v\f\r "'+<=>`\udc80-\udcff\ufdd0-\ufdef\ufff0-\uffff]/gu;

/** For values without quotes, which a blank would end. Nothing at all would make the next word the value. */
export function nospaceEscaper({ text, kind }: Content): string {
  if (text === '') return FAILSAFE;
  const [plain, pattern] = kind === 'html' ? [stripTags(text), UNQUOTED_NORMALIZE] : [text, UNQUOTED];
  return plain.replace(pattern, (char) => {
    if (char === '\0' || rawByte(char.charCodeAt(0)) >= 0) return '&#xfffd;';
    return ESCAPES.get(char) ?? `&#x${char.charCodeAt(0).toString(16)};`;
  });
}

/** Names of attributes: only such as cannot do harm. */
export function htmlNameFilter({ text }: Content): string {
  const name = text.toLowerCase();
  if (name === '' || attributeKind(name) !== 'plain' || !/^[a-z0-9]*$/.test(name)) return FAILSAFE;
  return name;
}

export function commentEscaper(): string {
  return '';
}

/** The text of a piece of markup without its tags and comments. */
function stripTags(html: string): string {
  let out = '';
  let c: Context = TEXT;
  let allText = true;
  let i = 0;
  while (i < html.length) {
    const rest = html.slice(i);
    if (c.delim !== 'delimNone') {
      const end = rest.search(VALUE_ENDS[c.delim]);
      if (end < 0) break;
      i += end + (c.delim === 'delimSpaceOrTagEnd' ? 0 : 1);
      c = { ...TEXT, state: 'stateTag', element: c.element };
      continue;
    }
    // Scripts and styles count as text without markup.
    const raw = c.element !== 'elementNone' && !isInTag(c.state);
    const { context, length } = advance(raw ? { ...c, state: 'stateRCDATA' } : c, rest);
    const piece = rest.slice(0, length);
    if (c.state === 'stateText' || c.state === 'stateRCDATA') {
      const tag = context.state === c.state ? -1 : piece.lastIndexOf('<');
      out += tag < 0 ? piece : piece.slice(0, tag);
    } else {
      allText = false;
    }
    if (length === 0 && context.state === c.state) break;
    c = context;
    i += length;
  }
  if (allText) return html;
  return c.state === 'stateText' || c.state === 'stateRCDATA' ? out + html.slice(i) : out;
}
