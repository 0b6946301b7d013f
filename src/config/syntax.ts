// What the YAML library complains of, in words that tell an operator what to do, at the place where it is to be done. Apart
// from the reading, because the library notices mistakes late, and one of them in many places.

import { type Document, isCollection, visit, type YAMLError } from 'yaml';

/** A mistake in the text itself, at an offset in it. */
export interface SyntaxProblem {
  readonly at: number;
  readonly message: string;
}

/** Syntax mistakes beyond these are mostly consequences of the first ones. */
export const MAX_SYNTAX_PROBLEMS = 20;

/** Deeper nesting is refused: no configuration needs it, and reading it takes stack. */
export const MAX_DEPTH = 400;

/**
 * The first mistakes; of several at one place the last one, which says more. `again` reads the document once more with what
 * its parts were written as.
 */
export function explainedAll(
  errors: readonly YAMLError[],
  text: string,
  again: () => Document.Parsed | SyntaxProblem,
): SyntaxProblem[] {
  if (errors.length === 0) return [];
  const conflict = text.search(/^<{7} /m);
  if (conflict >= 0 && /^>{7} /m.test(text)) {
    return [
      {
        at: conflict,
        message: 'a merge left its marks here: keep one side, and remove the lines with <<<, === and >>>',
      },
    ];
  }
  let brackets: Brackets | undefined;
  const byPlace = new Map<number, SyntaxProblem>();
  for (const error of errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
    // Behind a mistake nothing is where it belongs.
    if (byPlace.size > 0 && isUnexpected(error)) continue;
    if (isBracket(error)) brackets ??= bracketsIn(again());
    const problem = explained(error, text, brackets);
    byPlace.set(error.pos[0], problem);
  }
  return [...byPlace.values()];
}

function isUnexpected({ code, message }: YAMLError): boolean {
  return code === 'UNEXPECTED_TOKEN' && !explanations.some(([start]) => message.startsWith(start));
}

function explained(error: YAMLError, text: string, brackets: Brackets | undefined): SyntaxProblem {
  const { message } = error;
  const [from, to] = error.pos;
  if (message.startsWith('Missing closing')) return { at: openingQuote(text, from, message), message: known(message)! };
  if (isBracket(error)) {
    const open = brackets?.findLast(({ at }) => at < from);
    if (open !== undefined)
      return { at: open.at, message: `the bracket that opens here is not closed: add its ${open.close}` };
  }
  if (message.startsWith('Implicit keys need')) return { at: lastLine(text, from, to), message: known(message)! };
  if (message.endsWith('at node end')) return atNodeEnd(text, from);
  return { at: from, message: known(message) ?? unexplained(message) };
}

function known(message: string): string | undefined {
  return explanations.find(([start]) => message.startsWith(start))?.[1];
}

/** A quote that is not closed is noticed at the end of what it holds, and told of where it opens. */
function openingQuote(text: string, end: number, message: string): number {
  const quote = message.includes('"') ? '"' : "'";
  let at = text.lastIndexOf(quote, end - 1);
  while (at > 0 && quote === '"' && text[at - 1] === '\\') at = text.lastIndexOf(quote, at - 1);
  return Math.max(at, 0);
}

/** Where brackets open that nothing closes, in the order of the text. */
type Brackets = readonly { readonly at: number; readonly close: string }[];

function isBracket({ message }: YAMLError): boolean {
  return /^Flow (?:map|sequence) (?:in block collection|must end)/.test(message);
}

function bracketsIn(document: Document.Parsed | SyntaxProblem): Brackets {
  const open: { at: number; close: string }[] = [];
  if ('message' in document) return open;
  visit(document, {
    Collection(_key, node) {
      const token = isCollection(node) ? node.srcToken : undefined;
      if (token?.type !== 'flow-collection') return;
      const close = token.start.type === 'flow-seq-start' ? ']' : '}';
      if (!token.end.some(({ source }) => source === close)) open.push({ at: token.offset, close });
    },
  });
  return open.sort((a, b) => a.at - b.at);
}

/** Where the last line of what seems to be one key begins: the lines before it fit. */
function lastLine(text: string, from: number, to: number): number {
  const lines = text.slice(from, to).trimEnd();
  const at = from + lines.lastIndexOf('\n') + 1;
  return lines.includes('\n') ? at + text.slice(at).search(/\S/) : from;
}

/** Something follows what is a whole value already. */
function atNodeEnd(text: string, at: number): SyntaxProblem {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const before = text.slice(start, at);
  if (before.trim() === '') return { at, message: MISFIT };
  const braces = /(?:^|[:,[-]\s+)(?=\{\{)/.exec(before);
  if (braces !== null) {
    return {
      at: start + braces.index + braces[0].length,
      message: 'a text that begins with {{ needs quotes around it',
    };
  }
  return { at, message: 'the value before this is complete: put quotes around all of it, or remove this' };
}

/** What the library quotes may be a secret. */
function unexplained(message: string): string {
  const bare = message.replace(/: ["'].*$/s, '').replace(/ characters: .*$/s, ' characters');
  return `this is not YAML here: ${bare[0]!.toLowerCase()}${bare.slice(1)}`;
}

/** For a quote that nothing closes. */
export function openQuote(sign: string): string {
  return `the quote that opens here is not closed: add a ${sign}`;
}

/** Whether the quote that seems to close a text is part of it (`'it''`, `"a\"`), which the library does not notice. */
export function isOpenQuote(raw: string): boolean {
  if (raw.startsWith("'")) return raw.slice(1, -1).replaceAll("''", '').includes("'");
  return raw.startsWith('"') && /\\$/.test(raw.slice(1, -1).replace(/\\[\s\S]/g, ''));
}

const MISFIT = 'this line does not fit what is above it: check its indentation, or a colon that is missing';

const explanations: readonly (readonly [string, string])[] = [
  ['Tabs are not allowed as indentation', 'a tab must not indent: use spaces'],
  ['Missing closing "quote', openQuote('"')],
  ["Missing closing 'quote", openQuote("'")],
  [
    'Nested mappings are not allowed in compact',
    'a second "key: value" on one line: break the line, or quote the text that holds the colon',
  ],
  ['Implicit keys need to be on a single line', MISFIT],
  ['Implicit map keys need to be followed by map values', 'a colon is missing: write "key: value"'],
  [
    'All mapping items must start at the same column',
    'this key must stand below the others of its mapping: mend the indentation',
  ],
  [
    'All sequence items must start at the same column',
    'this dash must stand below the others of its list: mend the indentation',
  ],
  ['Plain value cannot start with', 'a value that starts with this sign needs quotes around it'],
  [
    'Invalid escape sequence',
    'there is no such escape in double quotes: write \\\\ for a backslash, or use single quotes',
  ],
  ['Unexpected block-seq-ind on same line with key', 'a list begins on the line below its key: break the line'],
  ['Flow sequence in block collection', 'a list in brackets above is not closed: add its ]'],
  ['Flow map in block collection', 'a mapping in braces above is not closed: add its }'],
  [
    'Block scalar lines must not be less indented',
    'the lines of this text must be indented at least as far as the first one',
  ],
  ['Alias cannot be an empty string', 'a * needs quotes around it'],
  ['Collection nesting', `nested more than ${MAX_DEPTH} levels deep: flatten it`],
];
