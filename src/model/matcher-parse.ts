// Which of the two matcher syntaxes is spoken. By default both are: the UTF-8 one decides, and the classic one is the
// fallback for text that only it understands and the judge where the two read the same text differently.

import { isValidUnicode } from './gostring.ts';
import { type MakeMatcher, type Matcher, MatcherError, matcherToString, newMatcher, sameMatcher } from './matcher.ts';
import { parseClassicMatcher, parseClassicMatchers } from './matcher-classic.ts';
import { parseUtf8Matcher, parseUtf8Matchers } from './matcher-utf8.ts';

/** `fallback` is the default; the others stand for `--enable-feature=utf8-strict-mode` and `classic-mode`. */
export type MatcherMode = 'fallback' | 'utf8' | 'classic';

/** Why text that was accepted should be written differently. */
export interface MatcherWarning {
  /** `incompatible`: only the classic syntax has it. `disagreement`: each syntax reads it differently, the classic one won. */
  readonly kind: 'incompatible' | 'disagreement';
  readonly input: string;
  /** The same matchers in a form on which both agree. */
  readonly suggestion: string;
  /** For an operator. */
  readonly message: string;
}

export interface ParsedMatchers {
  readonly matchers: readonly Matcher[];
  readonly warning?: MatcherWarning;
}

/** Exactly one matcher, without braces except in the classic mode. Throws a `MatcherError`. */
export function parseMatcher(text: string, mode: MatcherMode): Matcher {
  if (mode === 'classic') return parseClassicMatcher(text);
  if (text.startsWith('{') || text.endsWith('}')) {
    throw new MatcherError(`unexpected open or close brace: ${text}`);
  }
  if (mode === 'utf8') return parseUtf8Matcher(text);
  return fallback(
    text,
    (input) => [parseUtf8Matcher(input)],
    (input, make) => [parseClassicMatcher(input, make)],
  ).matchers[0]!;
}

/** Any number of matchers, separated by commas, with or without braces around them. Throws a `MatcherError`. */
export function parseMatchers(text: string, mode: MatcherMode): ParsedMatchers {
  if (mode === 'classic') return { matchers: parseClassicMatchers(text) };
  if (mode === 'utf8') return { matchers: parseUtf8Matchers(text) };
  return fallback(text, parseUtf8Matchers, parseClassicMatchers);
}

/** Whether a label may have that name: any text in the modes that know UTF-8, otherwise letters, digits and `_`. */
export function isValidLabelName(name: string, mode: MatcherMode): boolean {
  if (mode === 'classic') return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
  return name !== '' && isValidUnicode(name);
}

type Parse = (text: string, make: MakeMatcher) => Matcher[];

function fallback(input: string, parseUtf8: Parse, parseClassic: Parse): ParsedMatchers {
  const modern = attempt(parseUtf8, input, newMatcher);
  // Mostly both read the same, and compiling an expression takes longer than everything else.
  const compiled = modern instanceof MatcherError ? [] : modern;
  const classic = attempt(
    parseClassic,
    input,
    (name, type, value) =>
      compiled.find((known) => sameMatcher(known, { name, type, value })) ?? newMatcher(name, type, value),
  );
  if (modern instanceof MatcherError) {
    if (classic instanceof MatcherError) throw classic;
    const suggestion = classic.map(matcherToString).join(',');
    const message = `only the classic matcher syntax understands ${input} (${modern.message}); write it as ${suggestion}`;
    return { matchers: classic, warning: { kind: 'incompatible', input, suggestion, message } };
  }
  if (classic instanceof MatcherError || sameMatchers(modern, classic)) return { matchers: modern };
  const suggestion = classic.map(matcherToString).join(',');
  const message = `the classic and the UTF-8 matcher syntax read ${input} differently; the classic one is used: write it as ${suggestion}`;
  return { matchers: classic, warning: { kind: 'disagreement', input, suggestion, message } };
}

function attempt(parse: Parse, input: string, make: MakeMatcher): Matcher[] | MatcherError {
  try {
    return parse(input, make);
  } catch (error) {
    if (error instanceof MatcherError) return error;
    throw error;
  }
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((matcher, i) => sameMatcher(matcher, b[i]!));
}
