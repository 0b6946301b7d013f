// Which alerts can reach a route, as far as its matchers and those above and before it tell with certainty. Apart from
// the hints about routes, because it is logic about matchers and knows nothing of files.

import { type Matcher, sameMatcher } from '../model/matcher.ts';

/**
 * Whether everything that satisfies `known` satisfies `wanted` too. False when that is not certain: expressions are only
 * compared with each other as text, and with values that are known.
 */
export function impliesAll(known: readonly Matcher[], wanted: readonly Matcher[]): boolean {
  return wanted.every((matcher) => implies(known, matcher));
}

function implies(known: readonly Matcher[], wanted: Matcher): boolean {
  let onName = false;
  for (const matcher of known) {
    if (matcher.name !== wanted.name) continue;
    if (sameMatcher(matcher, wanted)) return true;
    onName = true;
  }
  if (!onName) return false;
  const values = possibleValues(known, wanted.name);
  return values?.every((value) => wanted.matches(value)) ?? false;
}

/** The first label for which the matchers leave no value at all, or `undefined` when none is certain to have none. */
export function contradiction(matchers: readonly Matcher[]): string | undefined {
  const names = new Set(matchers.filter(({ type }) => type === '=' || type === '=~').map(({ name }) => name));
  // With more names than anybody writes it takes too long to be worth it.
  if (names.size * matchers.length > MAX_WORK) return undefined;
  for (const name of names) {
    if (possibleValues(matchers, name)?.length === 0) return name;
  }
  return undefined;
}

/** The values that the matchers leave for a label, where they are certain to be a few. */
function possibleValues(matchers: readonly Matcher[], name: string): readonly string[] | undefined {
  const own = matchers.filter((matcher) => matcher.name === name);
  for (const { type, value } of own) {
    const words = type === '=' ? [value] : type === '=~' ? plainWords(value) : undefined;
    if (words !== undefined) return words.filter((word) => own.every((matcher) => matcher.matches(word)));
  }
  return undefined;
}

const MAX_WORK = 100_000;

/** More words than these are not looked at one by one. */
const MAX_WORDS = 100;

/** The words of an expression that is nothing but alternatives of plain words. */
function plainWords(source: string): readonly string[] | undefined {
  const bare = /^\^\(\?:(.*)\)\$$/s.exec(source)?.[1] ?? source;
  if (bare.length > 10_000 || !/^[^\\.+*?()[\]{}^$]*$/.test(bare)) return undefined;
  const words = bare.split('|');
  return words.length > MAX_WORDS ? undefined : words;
}
