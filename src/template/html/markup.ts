// How the context moves through markup: text, tags, attributes and comments.

import { quote } from '../parse/quote.ts';
import { attributeKind } from './attributes.ts';
import { type Attr, type Context, type Element, failed, type State, TEXT, VALUE_STATES } from './context.ts';
import { inScript, inScriptLiteral, inTemplateLiteral, quoteStart, type Step } from './script.ts';
import { inStyle, inStyleString, inUrl } from './style.ts';

const ELEMENTS: ReadonlyMap<string, Element> = new Map([
  ['script', 'elementScript'],
  ['style', 'elementStyle'],
  ['textarea', 'elementTextarea'],
  ['title', 'elementTitle'],
  ['meta', 'elementMeta'],
]);

const CONTENT_STATES: Readonly<Record<Element, State>> = {
  elementNone: 'stateText',
  elementScript: 'stateJS',
  elementStyle: 'stateCSS',
  elementTextarea: 'stateRCDATA',
  elementTitle: 'stateRCDATA',
  elementMeta: 'stateText',
};

const COMMENT_OR_TAG = /<!--|<(\/?)([a-zA-Z][a-zA-Z0-9]*(?:[:-][a-zA-Z0-9]+)*)/;
const SPACE = /^[ \t\n\f\r]*/;

function spaceLength(text: string): number {
  return SPACE.exec(text)![0].length;
}

function inText(c: Context, text: string): Step {
  const match = COMMENT_OR_TAG.exec(text);
  if (match === null) return { context: c, length: text.length };
  const length = match.index + match[0].length;
  if (match[0] === '<!--') return { context: { ...TEXT, state: 'stateHTMLCmt' }, length };
  const element = match[1] === '/' ? undefined : ELEMENTS.get(match[2]!.toLowerCase());
  return { context: { ...TEXT, state: 'stateTag', element: element ?? 'elementNone' }, length };
}

/** The length of the attribute name that a text begins with, or the error of a character that none can have. */
function attributeName(text: string, whole: string): number | Context {
  const at = text.search(/[ \t\n\f\r=>'"<]/);
  if (at < 0) return text.length;
  const char = text.charAt(at);
  if (!`'"<`.includes(char)) return at;
  return failed(`${quote(char)} in attribute name: ${quoteStart(whole)}`);
}

const ATTRS: ReadonlyMap<string, Attr> = new Map([
  ['url', 'attrURL'],
  ['css', 'attrStyle'],
  ['js', 'attrScript'],
  ['srcset', 'attrSrcset'],
]);

function attrOf(element: Element, name: string): Attr {
  if (element === 'elementScript' && name === 'type') return 'attrScriptType';
  if (element === 'elementMeta' && name === 'content') return 'attrMetaContent';
  return ATTRS.get(attributeKind(name)) ?? 'attrNone';
}

function inTag(c: Context, text: string): Step {
  const start = spaceLength(text);
  if (start === text.length) return { context: c, length: start };
  if (text.charAt(start) === '>') {
    const element = c.element === 'elementMeta' ? 'elementNone' : c.element;
    return { context: { ...TEXT, state: CONTENT_STATES[element], element }, length: start + 1 };
  }
  const rest = text.slice(start);
  const name = attributeName(rest, text);
  if (typeof name !== 'number') return { context: name, length: text.length };
  if (name === 0) {
    const got = quote(rest);
    return { context: failed(`expected space, attr name, or end of tag, but got ${got}`), length: text.length };
  }
  const end = start + name;
  const attr = attrOf(c.element, rest.slice(0, name).toLowerCase());
  const state = end === text.length ? 'stateAttrName' : 'stateAfterName';
  return { context: { ...TEXT, state, element: c.element, attr }, length: end };
}

function inAttributeName(c: Context, text: string): Step {
  const name = attributeName(text, text);
  if (typeof name !== 'number') return { context: name, length: text.length };
  return { context: name === text.length ? c : { ...c, state: 'stateAfterName' }, length: name };
}

function afterName(c: Context, text: string): Step {
  const start = spaceLength(text);
  if (start === text.length) return { context: c, length: start };
  if (text.charAt(start) !== '=') return { context: { ...c, state: 'stateTag' }, length: start };
  return { context: { ...c, state: 'stateBeforeValue' }, length: start + 1 };
}

function beforeValue(c: Context, text: string): Step {
  const start = spaceLength(text);
  if (start === text.length) return { context: c, length: start };
  const state = VALUE_STATES[c.attr];
  const char = text.charAt(start);
  if (char === '"') return { context: { ...c, state, delim: 'delimDoubleQuote' }, length: start + 1 };
  if (char === "'") return { context: { ...c, state, delim: 'delimSingleQuote' }, length: start + 1 };
  return { context: { ...c, state, delim: 'delimSpaceOrTagEnd' }, length: start };
}

/** Up to the end of a comment, which the text after it belongs to no more. */
function inComment(c: Context, text: string, end: string, next: Context): Step {
  const at = text.indexOf(end);
  return at < 0 ? { context: c, length: text.length } : { context: next, length: at + end.length };
}

/** Up to the end of the line, which still has to be seen. */
function inLineComment(c: Context, text: string, end: RegExp, state: State): Step {
  const at = text.search(end);
  return at < 0 ? { context: c, length: text.length } : { context: { ...c, state }, length: at };
}

const META_URL = /url[ \t\n\f\r]*=/i;

function inMetaContent(c: Context, text: string): Step {
  const match = META_URL.exec(text);
  if (match === null) return { context: c, length: text.length };
  return { context: { ...c, state: 'stateMetaContentURL' }, length: match.index + match[0].length };
}

/** One step of the context through a text that is not empty; attribute values come without their quotes. */
export function advance(c: Context, text: string): Step {
  switch (c.state) {
    case 'stateText':
      return inText(c, text);
    case 'stateTag':
      return inTag(c, text);
    case 'stateAttrName':
      return inAttributeName(c, text);
    case 'stateAfterName':
      return afterName(c, text);
    case 'stateBeforeValue':
      return beforeValue(c, text);
    case 'stateHTMLCmt':
      return inComment(c, text, '-->', TEXT);
    case 'stateURL':
    case 'stateSrcset':
      return inUrl(c, text);
    case 'stateMetaContent':
      return inMetaContent(c, text);
    case 'stateMetaContentURL':
      return inComment(c, text, ';', { ...c, state: 'stateMetaContent' });
    case 'stateJS':
      return inScript(c, text);
    case 'stateJSDqStr':
    case 'stateJSSqStr':
    case 'stateJSRegexp':
      return inScriptLiteral(c, text);
    case 'stateJSTmplLit':
      return inTemplateLiteral(c, text);
    case 'stateJSBlockCmt':
      return inComment(c, text, '*/', { ...c, state: 'stateJS' });
    case 'stateJSLineCmt':
    case 'stateJSHTMLOpenCmt':
    case 'stateJSHTMLCloseCmt':
      return inLineComment(c, text, /[\n\r\u2028\u2029]/, 'stateJS');
    case 'stateCSS':
      return inStyle(c, text);
    case 'stateCSSBlockCmt':
      return inComment(c, text, '*/', { ...c, state: 'stateCSS' });
    case 'stateCSSLineCmt':
      return inLineComment(c, text, /[\n\f\r]/, 'stateCSS');
    case 'stateRCDATA':
      return endOfElement(c, text);
    case 'stateAttr':
    case 'stateError':
    case 'stateDead':
      return { context: c, length: text.length };
    default:
      return inStyleString(c, text);
  }
}

const END_TAGS: Readonly<Record<Element, RegExp | undefined>> = {
  elementNone: undefined,
  elementScript: /<\/script[> \t\n\f/]/i,
  elementStyle: /<\/style[> \t\n\f/]/i,
  elementTextarea: /<\/textarea[> \t\n\f/]/i,
  elementTitle: /<\/title[> \t\n\f/]/i,
  elementMeta: /<\/[> \t\n\f/]/,
};

/** Up to the end tag of an element whose content is no markup; there plain text begins. */
export function endOfElement(c: Context, text: string): Step {
  const at = END_TAGS[c.element] === undefined ? -1 : text.search(END_TAGS[c.element]!);
  return at < 0 ? { context: c, length: text.length } : { context: TEXT, length: at };
}
