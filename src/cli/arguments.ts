// The arguments that several commands share: matchers, labels, times.

import { DurationError, parseDuration } from '../model/duration.ts';
import { quote } from '../model/gostring.ts';
import { type Matcher, MatcherError } from '../model/matcher.ts';
import { parseMatcher } from '../model/matcher-parse.ts';
import { formatTime } from '../template/time/format.ts';
import { parseTime } from '../template/time/parse.ts';
import type { Time } from '../template/time/time.ts';
import { MATCHER_HINT } from './did-you-mean.ts';
import { CommandError, type Session } from './terminal.ts';

const RFC3339 = '2006-01-02T15:04:05Z07:00';
/** As Alertmanager's API writes times. */
const API_TIME = '2006-01-02T15:04:05.000Z07:00';

/** The arguments, of which the first, when it is no matcher, stands for an alertname. */
export function withAlertname(session: Session, words: readonly string[]): string[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  const wrong = whyNoMatcher(session, first);
  if (wrong === undefined) return [first, ...rest];
  const { terminal } = session;
  if (terminal.forScripts !== true && looksLikeMatcher(first)) {
    terminal.err(`Note: ${quote(first)} is no matcher, so it is taken for an alertname: ${wrong}\n`);
  }
  return [`alertname=${quote(first)}`, ...rest];
}

/** Whether somebody meant it as a matcher: names of alerts hardly have these. */
export function looksLikeMatcher(text: string): boolean {
  return /[=~{}]/.test(text);
}

export function readMatcher(session: Session, text: string): Matcher {
  try {
    return parseMatcher(text, session.mode);
  } catch (error) {
    if (error instanceof MatcherError) throw new CommandError(error.message, MATCHER_HINT);
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

/** An instant as flags write it, in the zone that they name. */
export function readInstant(text: string): Time {
  try {
    return parseTime(RFC3339, text);
  } catch (error) {
    throw new CommandError(
      error instanceof Error ? error.message : String(error),
      'Write it as 2006-01-02T15:04:05Z or 2006-01-02T15:04:05+01:00; "date -u -d tomorrow +%FT%TZ" prints one.',
    );
  }
}

/** An instant as the API has it. */
export function apiTime(time: Time): string {
  return formatTime(time, API_TIME);
}

/** How long a silence is to last, in milliseconds, as Prometheus writes durations. */
export function readSilenceSpan(text: string): number {
  try {
    const span = parseDuration(text);
    if (span === 0) throw new CommandError('silence duration must be greater than 0');
    return span;
  } catch (error) {
    if (error instanceof DurationError) throw new CommandError(error.message, 'Write it as 30m, 2h, 1h30m, 1d or 2w.');
    throw error;
  }
}

function whyNoMatcher(session: Session, text: string): string | undefined {
  try {
    parseMatcher(text, session.mode);
    return undefined;
  } catch (error) {
    if (error instanceof MatcherError) return error.message;
    throw error;
  }
}
