// One condition on one label: what it is, what satisfies it, how it is ordered and written. The two syntaxes in which
// people write them are read in matcher-classic.ts and matcher-utf8.ts; matcher-parse.ts chooses between them.

import { isSpace, quote } from './gostring.ts';
import { compareStrings, type LabelSet, labelValue } from './labels.ts';
import { compileRegex } from './regex.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly name: string;
  readonly type: MatchType;
  /** The value or the regular expression's source. */
  readonly value: string;
  /** Whether a label's value (empty when the label is missing) satisfies it. */
  matches(value: string): boolean;
}

/** Text that is no matcher, or a matcher whose regular expression is none. The message is Alertmanager's. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
}

/** What gives a parser the matchers that it has read: `newMatcher`, or what has some of them already. */
export type MakeMatcher = (name: string, type: MatchType, value: string) => Matcher;

/** Throws a `MatcherError` when `value` is not a regular expression and `type` asks for one. */
export function newMatcher(name: string, type: MatchType, value: string): Matcher {
  switch (type) {
    case '=':
      return { name, type, value, matches: (given) => given === value };
    case '!=':
      return { name, type, value, matches: (given) => given !== value };
    case '=~':
    case '!~': {
      const compiled = compileRegex(value);
      if ('error' in compiled) throw new MatcherError(compiled.error);
      const wanted = type === '=~';
      return { name, type, value, matches: (given) => compiled.matches(given) === wanted };
    }
  }
}

/** Whether all of them are satisfied; so no matchers match everything. */
export function matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
  for (const matcher of matchers) {
    if (!matcher.matches(labelValue(labels, matcher.name))) return false;
  }
  return true;
}

const TYPE_ORDER: Readonly<Record<MatchType, number>> = { '=': 0, '!=': 1, '=~': 2, '!~': 3 };

/** Alertmanager's order: by name, by value, by type. */
export function compareMatchers(a: Matcher, b: Matcher): number {
  return compareStrings(a.name, b.name) || compareStrings(a.value, b.value) || TYPE_ORDER[a.type] - TYPE_ORDER[b.type];
}

/** A sorted copy. */
export function sortMatchers(matchers: readonly Matcher[]): Matcher[] {
  return [...matchers].sort(compareMatchers);
}

/** Whether both ask for the same; the compiled expression follows from the text. */
export function sameMatcher(a: Omit<Matcher, 'matches'>, b: Omit<Matcher, 'matches'>): boolean {
  return a.name === b.name && a.type === b.type && a.value === b.value;
}

/** `name="value"` as Alertmanager writes it; a name that the classic syntax cannot hold is quoted, and then both are as Go does. */
export function matcherToString(matcher: Matcher): string {
  const { name, type, value } = matcher;
  if (hasReserved(name)) return quote(name) + type + quote(value);
  return `${name}${type}"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

/** `{a="b",c=~"d"}`, in the order given: part of group keys. */
export function matchersToString(matchers: readonly Matcher[]): string {
  return `{${matchers.map(matcherToString).join(',')}}`;
}

/** Whether the character ends an unquoted name or value in the UTF-8 syntax. */
export function isReserved(code: number): boolean {
  return isSpace(code) || (code < 0x80 && '{}!=~,\\"\'`'.includes(String.fromCharCode(code)));
}

function hasReserved(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (isReserved(name.charCodeAt(i))) return true;
  }
  return false;
}
