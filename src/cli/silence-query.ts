// `tocsinctl silence query`: silences in the order in which they end.

import { type Matcher, matchersToString, matcherToString } from '../model/matcher.ts';
import type { ApiMatcher, ApiSilence } from './api-types.ts';
import { withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { date, table } from './table.ts';
import type { Session } from './terminal.ts';

export interface SilenceQuery {
  readonly expired: boolean;
  readonly quiet: boolean;
  readonly createdBy?: string;
  readonly id?: string;
  /** Milliseconds; 0 asks for all. */
  readonly within: number;
}

export async function querySilences(session: Session, words: readonly string[], wanted: SilenceQuery): Promise<void> {
  const filter = withAlertname(session, words);
  const answer = (await callApi(session, { method: 'GET', path: '/silences', query: { filter } })) as ApiSilence[];
  const silences = answer.filter((silence) => isWanted(silence, wanted, Date.now()));
  const { terminal } = session;
  if (wanted.quiet) {
    for (const { id } of silences) terminal.out(`${id}\n`);
  } else if (session.format === 'json') {
    terminal.out(`${JSON.stringify(silences)}\n`);
  } else {
    silences.sort((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
    terminal.out(table(session.format === 'simple' ? simple(silences, session) : extended(silences, session)));
  }
}

function isWanted(silence: ApiSilence, wanted: SilenceQuery, now: number): boolean {
  const left = Date.parse(silence.endsAt) - now;
  if (wanted.expired ? left > 0 : left < 0) return false;
  if (wanted.within > 0 && Math.abs(left) > wanted.within) return false;
  if (wanted.createdBy !== undefined && wanted.createdBy !== silence.createdBy) return false;
  return wanted.id === undefined || wanted.id === silence.id;
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
