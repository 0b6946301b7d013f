// How the context moves through scripts: strings, template literals, regular expressions and comments.

import { quote } from '../parse/quote.ts';
import { type Context, failed, type JsCtx } from './context.ts';

/** The context after a part of a text, and how long that part is. */
export interface Step {
  readonly context: Context;
  readonly length: number;
}

/** `%.32q`: the beginning of a text, quoted. */
export function quoteStart(text: string): string {
  return quote([...text.slice(0, 64)].slice(0, 32).join(''));
}

const KEYWORDS_BEFORE_REGEXP: ReadonlySet<string> = new Set([
  'break',
  'case',
  'continue',
  'delete',
  'do',
  'else',
  'finally',
  'in',
  'instanceof',
  'return',
  'throw',
  'try',
  'typeof',
  'void',
]);

const LAST_WORD = /[$\w]*$/;
/** How deep template literals may nest in each other. */
const MAX_LITERALS = 100;

/** What a slash would begin after a piece of script without strings and comments. */
function slashAfter(script: string, before: JsCtx): JsCtx {
  const text = script.trimEnd();
  if (text === '') return before;
  const last = text.charAt(text.length - 1);
  if (last === '+' || last === '-') {
    // `x++ /` divides, `x + /` does not.
    let run = 0;
    while (text.charAt(text.length - 1 - run) === last) run++;
    return run % 2 === 1 ? 'jsCtxRegexp' : 'jsCtxDivOp';
  }
  if (last === '.') return /[0-9]\.$/.test(text) ? 'jsCtxDivOp' : 'jsCtxRegexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'jsCtxRegexp';
  return KEYWORDS_BEFORE_REGEXP.has(LAST_WORD.exec(text.slice(-16))![0]) ? 'jsCtxRegexp' : 'jsCtxDivOp';
}

const SPECIAL = /["`'/{}<\-#]/;

/** In a script, outside literals. */
export function inScript(c: Context, text: string): Step {
  const at = text.search(SPECIAL);
  const end = at < 0 ? text.length : at;
  const now: Context = { ...c, jsCtx: slashAfter(text.slice(0, end), c.jsCtx) };
  if (at < 0) return { context: now, length: text.length };
  const rest = text.slice(at);
  const move = (context: Context, length = 1): Step => ({ context, length: at + length });
  switch (rest.charAt(0)) {
    case '"':
      return move({ ...now, state: 'stateJSDqStr', jsCtx: 'jsCtxRegexp' });
    case "'":
      return move({ ...now, state: 'stateJSSqStr', jsCtx: 'jsCtxRegexp' });
    case '`':
      return move({ ...now, state: 'stateJSTmplLit', jsCtx: 'jsCtxRegexp' });
    case '/':
      if (rest.startsWith('//')) return move({ ...now, state: 'stateJSLineCmt' }, 2);
      if (rest.startsWith('/*')) return move({ ...now, state: 'stateJSBlockCmt' }, 2);
      if (now.jsCtx === 'jsCtxRegexp') return move({ ...now, state: 'stateJSRegexp' });
      if (now.jsCtx === 'jsCtxDivOp') return move({ ...now, jsCtx: 'jsCtxRegexp' });
      return {
        context: failed(`'/' could start a division or regexp: ${quoteStart(rest)}`),
        length: text.length,
      };
    case '<':
      return rest.startsWith('<!--') ? move({ ...now, state: 'stateJSHTMLOpenCmt' }, 4) : move(now);
    case '-':
      return rest.startsWith('-->') ? move({ ...now, state: 'stateJSHTMLCloseCmt' }, 3) : move(now);
    case '#':
      return rest.startsWith('#!') ? move({ ...now, state: 'stateJSLineCmt' }, 2) : move(now);
    default:
      return move(brace(now, rest.startsWith('{')));
  }
}

/** Braces count only within the `${}` of a template literal, whose end brings it back. */
function brace(c: Context, opening: boolean): Context {
  const depth = [...c.jsBraceDepth];
  const last = depth.pop();
  if (last === 0 && !opening) return { ...c, jsBraceDepth: depth, state: 'stateJSTmplLit' };
  if (last !== undefined) depth.push(opening ? last + 1 : last - 1);
  return { ...c, jsBraceDepth: depth, jsCtx: 'jsCtxRegexp' };
}

function unfinished(text: string): Step {
  return { context: failed(`unfinished escape sequence in JS string: ${quote(text)}`), length: text.length };
}

/** In a string in single or double quotes, or in a regular expression. */
export function inScriptLiteral(c: Context, text: string): Step {
  const regexp = c.state === 'stateJSRegexp';
  const end = regexp ? '/' : c.state === 'stateJSSqStr' ? "'" : '"';
  let inSet = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\\') {
      i++;
      if (i === text.length) return unfinished(text);
    } else if (regexp && (char === '[' || char === ']')) inSet = char === '[';
    else if (char === end) {
      // In `</script` the slash does not end the expression: the tag gets escaped.
      if (regexp && /^<\/script/i.test(text.slice(Math.max(0, i - 1), i + 7)) && i > 0) i++;
      else if (!inSet) return { context: { ...c, state: 'stateJS', jsCtx: 'jsCtxDivOp' }, length: i + 1 };
    }
  }
  if (inSet) return { context: failed(`unfinished JS regexp charset: ${quote(text)}`), length: text.length };
  return { context: c, length: text.length };
}

function tooDeep(text: string): Step {
  return { context: failed(`template literals nest more than ${MAX_LITERALS} levels deep`), length: text.length };
}

/** In a template literal. */
export function inTemplateLiteral(c: Context, text: string): Step {
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\\') {
      i++;
      if (i === text.length) return unfinished(text);
    } else if (char === '`') return { context: { ...c, state: 'stateJS' }, length: i + 1 };
    else if (text.startsWith('${', i)) {
      if (c.jsBraceDepth.length >= MAX_LITERALS) return tooDeep(text);
      return { context: { ...c, state: 'stateJS', jsBraceDepth: [...c.jsBraceDepth, 0] }, length: i + 2 };
    }
  }
  return { context: c, length: text.length };
}
