// The arguments that several commands share: matchers, labels, times.

import { quote } from '../model/gostring.ts';
import { type Matcher, MatcherError } from '../model/matcher.ts';
import { parseMatcher } from '../model/matcher-parse.ts';
import { parseTime } from '../model/time.ts';
import { CommandError, type Session } from './terminal.ts';

/** The arguments, of which the first, when it is no matcher, stands for an alertname. */
export function withAlertname(session: Session, words: readonly string[]): string[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  return [isMatcher(session, first) ? first : `alertname=${quote(first)}`, ...rest];
}

export function readMatcher(session: Session, text: string): Matcher {
  try {
    return parseMatcher(text, session.mode);
  } catch (error) {
    if (error instanceof MatcherError) throw new CommandError(error.message);
    throw error;
  }
}

/** `what` are labels or annotations. */
export function readPairs(session: Session, words: readonly string[], what: string): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const { name, type, value } = readMatcher(session, word);
      if (type !== '=') throw new CommandError(`${what} must be specified as key=value pairs`);
      return [name, value];
    }),
  );
}

/** Milliseconds since 1970. */
export function readInstant(flag: string, text: string): number {
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? parseTime(text) : undefined;
  if (at === undefined) throw new CommandError(`${flag}: ${quote(text)} is no time; write 2006-01-02T15:04:05Z`);
  return at;
}

function isMatcher(session: Session, text: string): boolean {
  try {
    parseMatcher(text, session.mode);
    return true;
  } catch (error) {
    if (error instanceof MatcherError) return false;
    throw error;
  }
}
