// What becomes of a template's own text: comments go, a lone `<` is escaped, and the context after it is found.

import { quote } from '../parse/quote.ts';
import { isScriptType } from './attributes.ts';
import { type Context, failed, isComment, isInScriptLiteral, TEXT, VALUE_ENDS } from './context.ts';
import { unescapeHtml } from './entities.ts';
import { advance, endOfElement } from './markup.ts';
import type { Step } from './script.ts';

/** One step through an attribute's value, or out of it. */
function inValue(c: Context, delim: keyof typeof VALUE_ENDS, text: string): Step {
  const found = text.search(VALUE_ENDS[delim]);
  const value = found < 0 ? text : text.slice(0, found);
  if (delim === 'delimSpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(value);
    if (bad !== null)
      return { context: failed(`${quote(bad[0])} in unquoted attr: ${quote(value)}`), length: text.length };
  }
  if (found < 0) {
    let now = c;
    for (let rest = unescapeHtml(text); rest !== ''; ) {
      const step = advance(now, rest);
      now = step.context;
      rest = rest.slice(step.length);
    }
    return { context: now, length: text.length };
  }
  const scriptType = c.state === 'stateAttr' && c.element === 'elementScript' && c.attr === 'attrScriptType';
  const element = scriptType && !isScriptType(value) ? 'elementNone' : c.element;
  const length = found + (delim === 'delimSpaceOrTagEnd' ? 0 : 1);
  return { context: { ...TEXT, state: 'stateTag', element }, length };
}

/** A template's text and where its elements end, found once for each: to look again at each step would take forever. */
class Text {
  readonly text: string;
  private end = 0;
  private element: Context['element'] = 'elementNone';

  constructor(text: string) {
    this.text = text;
  }

  /** How far it is from a place to the end tag of the element that is open there, or to the end. */
  private distance(c: Context, from: number): number {
    if (this.element !== c.element || this.end < from) {
      this.element = c.element;
      this.end = from + endOfElement(c, this.text.slice(from)).length;
    }
    return this.end - from;
  }

  /** One step from a place. Its length may be 0 where the context changes at once. */
  step(c: Context, from: number): Step {
    const rest = this.text.slice(from);
    if (c.delim !== 'delimNone') return inValue(c, c.delim, rest);
    const inLiteral = c.element === 'elementScript' && (isInScriptLiteral(c.state) || isComment(c.state));
    if (c.element === 'elementNone' || inLiteral) return advance(c, rest);
    const distance = this.distance(c, from);
    return distance === 0 ? { context: TEXT, length: 0 } : advance(c, rest.slice(0, distance));
  }
}

const SCRIPT_TAG = /<(script|\/script|!--)/gi;
const DOCTYPE = /^<!doctype/i;

/** Escapes what looks like a tag, but is none. The text after it tells a doctype. */
function escapeLone(text: string, whole: string, from: number): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    out += char === '<' && !DOCTYPE.test(whole.slice(from + i, from + i + 9)) ? '&lt;' : char;
  }
  return out;
}

/** How long the mark is that begins a comment. */
function markLength(c: Context): number {
  if (c.state === 'stateHTMLCmt' || c.state === 'stateJSHTMLOpenCmt') return 4;
  return c.state === 'stateJSHTMLCloseCmt' ? 3 : 2;
}

function isStripped(c: Context): boolean {
  return isComment(c.state) && c.delim === 'delimNone';
}

/** What is left of a piece of text between two steps of the context. */
function kept(before: Context, after: Context, piece: string, whole: string, from: number): string {
  if (isStripped(before)) {
    // A script's comment is a blank, or a line break if it holds one.
    if (before.state === 'stateJSBlockCmt') return /[\n\r\u2028\u2029]/.test(piece) ? '\n' : ' ';
    return before.state === 'stateCSSBlockCmt' ? ' ' : '';
  }
  let out = piece;
  if (before.state === 'stateText' || before.state === 'stateRCDATA') {
    const tag = after.state === before.state ? -1 : piece.lastIndexOf('<');
    const end = tag < 0 ? piece.length : tag;
    if (piece.includes('<')) out = escapeLone(piece.slice(0, end), whole, from) + piece.slice(end);
  }
  if (after.state !== before.state && isStripped(after)) out = out.slice(0, out.length - markLength(after));
  if (isInScriptLiteral(before.state)) out = out.replace(SCRIPT_TAG, '\\x3C$1');
  return out;
}

/** The text as it is to be printed, and the context after it. */
export function escapeText(c: Context, text: string): { readonly context: Context; readonly text: string } {
  const source = new Text(text);
  let now = c;
  let out = '';
  for (let i = 0; i < text.length; ) {
    const { context, length } = source.step(now, i);
    out += kept(now, context, text.slice(i, i + length), text, i);
    // Steps that neither move nor change anything would go on forever.
    if (length === 0 && context.state === now.state) throw new Error(`no way on from ${now.state}`);
    now = context;
    i += length;
  }
  return { context: now, text: now.state === 'stateError' ? text : out };
}
