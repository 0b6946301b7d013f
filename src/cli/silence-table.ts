// How silences are printed: in the order in which they end, matchers as amtool writes them.

import { type Matcher, matchersToString, matcherToString } from '../model/matcher.ts';
import type { ApiMatcher, ApiSilence } from './api-types.ts';
import { date, json, table } from './table.ts';
import type { Session } from './terminal.ts';

export function printSilences(session: Session, silences: readonly ApiSilence[]): void {
  if (session.format === 'json') {
    session.terminal.out(json(silences));
    return;
  }
  const sorted = [...silences].sort((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
  session.terminal.out(table(session.format === 'simple' ? simple(sorted, session) : extended(sorted, session)));
}

function simple(silences: readonly ApiSilence[], { dateFormat }: Session): string[][] {
  return [
    ['ID', 'Matchers', 'Ends At', 'Created By', 'Comment'],
    ...silences.map(({ id, matchers, endsAt, createdBy, comment }) => [
      id,
      matchers.map((one) => matcherToString(matcherOf(one))).join(' '),
      date(endsAt, dateFormat),
      createdBy,
      comment,
    ]),
  ];
}

function extended(silences: readonly ApiSilence[], { dateFormat }: Session): string[][] {
  return [
    ['ID', 'Matchers', 'Starts At', 'Ends At', 'Updated At', 'Created By', 'Comment'],
    ...silences.map((silence) => [
      silence.id,
      matchersToString(silence.matchers.map(matcherOf)),
      date(silence.startsAt, dateFormat),
      date(silence.endsAt, dateFormat),
      date(silence.updatedAt, dateFormat),
      silence.createdBy,
      silence.comment,
    ]),
  ];
}

/** For printing alone: another server's expression need not be one for us. */
function matcherOf({ name, value, isRegex, isEqual = true }: ApiMatcher): Matcher {
  const type = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return { name, type, value, matches: () => false };
}
