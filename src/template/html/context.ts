// Where in a document a place is: in text, in a tag, in a script's string and so on. The names are html/template's,
// because its error messages and the names of derived templates spell them out.

import type { Node } from '../parse/node.ts';

export type State =
  | 'stateText'
  | 'stateTag'
  | 'stateAttrName'
  | 'stateAfterName'
  | 'stateBeforeValue'
  | 'stateHTMLCmt'
  | 'stateRCDATA'
  | 'stateAttr'
  | 'stateURL'
  | 'stateMetaContent'
  | 'stateMetaContentURL'
  | 'stateSrcset'
  | 'stateJS'
  | 'stateJSDqStr'
  | 'stateJSSqStr'
  | 'stateJSTmplLit'
  | 'stateJSRegexp'
  | 'stateJSBlockCmt'
  | 'stateJSLineCmt'
  | 'stateJSHTMLOpenCmt'
  | 'stateJSHTMLCloseCmt'
  | 'stateCSS'
  | 'stateCSSDqStr'
  | 'stateCSSSqStr'
  | 'stateCSSDqURL'
  | 'stateCSSSqURL'
  | 'stateCSSURL'
  | 'stateCSSBlockCmt'
  | 'stateCSSLineCmt'
  | 'stateError'
  /** After a break or continue: nothing gets here. */
  | 'stateDead';

type Delim = 'delimNone' | 'delimDoubleQuote' | 'delimSingleQuote' | 'delimSpaceOrTagEnd';
type UrlPart = 'urlPartNone' | 'urlPartPreQuery' | 'urlPartQueryOrFrag' | 'urlPartUnknown';
/** What a slash in a script would begin. */
export type JsCtx = 'jsCtxRegexp' | 'jsCtxDivOp' | 'jsCtxUnknown';
export type Attr =
  | 'attrNone'
  | 'attrScript'
  | 'attrScriptType'
  | 'attrStyle'
  | 'attrURL'
  | 'attrSrcset'
  | 'attrMetaContent';
export type Element =
  | 'elementNone'
  | 'elementScript'
  | 'elementStyle'
  | 'elementTextarea'
  | 'elementTitle'
  | 'elementMeta';

/** Why a template cannot be escaped. Loops that it is noticed in add to it, as Go's do: hence not readonly. */
export interface EscapeProblem {
  message: string;
  /** Of a loop around, 0 when there is none. */
  line: number;
  /** Where, if that is known. */
  readonly node: Node | undefined;
}

export interface Context {
  readonly state: State;
  readonly delim: Delim;
  readonly urlPart: UrlPart;
  readonly jsCtx: JsCtx;
  /** How many braces are open in each `${` of template literals that are around. */
  readonly jsBraceDepth: readonly number[];
  readonly attr: Attr;
  readonly element: Element;
  readonly problem: EscapeProblem | undefined;
}

/** Plain text: where every document begins and ends. */
export const TEXT: Context = {
  state: 'stateText',
  delim: 'delimNone',
  urlPart: 'urlPartNone',
  jsCtx: 'jsCtxRegexp',
  jsBraceDepth: [],
  attr: 'attrNone',
  element: 'elementNone',
  problem: undefined,
};

/** The context of an error. */
export function failed(message: string, node?: Node): Context {
  return { ...TEXT, state: 'stateError', problem: { message, line: 0, node } };
}

export function sameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delim === b.delim &&
    a.urlPart === b.urlPart &&
    a.jsCtx === b.jsCtx &&
    a.attr === b.attr &&
    a.element === b.element &&
    a.problem === b.problem &&
    a.jsBraceDepth.join() === b.jsBraceDepth.join()
  );
}

/** The context as messages show it. */
export function showContext(c: Context): string {
  const depth = `[${c.jsBraceDepth.join(' ')}]`;
  return `{${c.state} ${c.delim} ${c.urlPart} ${c.jsCtx} ${depth} ${c.attr} ${c.element} <nil>}`;
}

/** The name of a template as it is escaped for being called in that context. */
export function derivedName(c: Context, name: string): string {
  if (c.state === 'stateText') return name;
  let out = `${name}$htmltemplate_${c.state}`;
  if (c.delim !== 'delimNone') out += `_${c.delim}`;
  if (c.urlPart !== 'urlPartNone') out += `_${c.urlPart}`;
  if (c.jsCtx !== 'jsCtxRegexp') out += `_${c.jsCtx}`;
  if (c.jsBraceDepth.length > 0) out += `_jsBraceDepth([${c.jsBraceDepth.join(' ')}])`;
  if (c.attr !== 'attrNone') out += `_${c.attr}`;
  if (c.element !== 'elementNone') out += `_${c.element}`;
  return out;
}

/** Comments of every language: what stands in them is for the template's author and goes away. */
export function isComment(state: State): boolean {
  return state.endsWith('Cmt');
}

export function isInTag(state: State): boolean {
  return ['stateTag', 'stateAttrName', 'stateAfterName', 'stateBeforeValue', 'stateAttr'].includes(state);
}

/** Literals of scripts, in which the end tag of the script ends nothing. */
export function isInScriptLiteral(state: State): boolean {
  return ['stateJSDqStr', 'stateJSSqStr', 'stateJSTmplLit', 'stateJSRegexp'].includes(state);
}

/** The state in which an attribute's value begins. */
export const VALUE_STATES: Readonly<Record<Attr, State>> = {
  attrNone: 'stateAttr',
  attrScript: 'stateJS',
  attrScriptType: 'stateAttr',
  attrStyle: 'stateCSS',
  attrURL: 'stateURL',
  attrSrcset: 'stateSrcset',
  attrMetaContent: 'stateMetaContent',
};

/** What ends an attribute's value. */
export const VALUE_ENDS = {
  delimDoubleQuote: /"/,
  delimSingleQuote: /'/,
  delimSpaceOrTagEnd: /[ \t\n\f\r>]/,
} as const;

/** Follows what happens without a character: where a value printed at this place would be. */
export function nudge(c: Context): Context {
  switch (c.state) {
    case 'stateTag':
      return { ...c, state: 'stateAttrName' };
    case 'stateBeforeValue':
      return { ...c, state: VALUE_STATES[c.attr], delim: 'delimSpaceOrTagEnd', attr: 'attrNone' };
    case 'stateAfterName':
      return { ...c, state: 'stateAttrName', attr: 'attrNone' };
    default:
      return c;
  }
}

/** The context after branches that end in `a` and in `b`; an error when they have nothing in common. */
export function joinContexts(a: Context, b: Context, node: Node, construct: string): Context {
  if (a.state === 'stateError') return a;
  if (b.state === 'stateError') return b;
  if (a.state === 'stateDead') return b;
  if (b.state === 'stateDead' || sameContext(a, b)) return a;
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'urlPartUnknown' };
  if (sameContext({ ...a, jsCtx: b.jsCtx }, b)) return { ...a, jsCtx: 'jsCtxUnknown' };
  const nudgedA = nudge(a);
  const nudgedB = nudge(b);
  if (!sameContext(nudgedA, a) || !sameContext(nudgedB, b)) {
    const joined = joinContexts(nudgedA, nudgedB, node, construct);
    if (joined.state !== 'stateError') return joined;
  }
  const ends = `${showContext(a)}, ${showContext(b)}`;
  return failed(`{{${construct}}} branches end in different contexts: ${ends}`, node);
}
