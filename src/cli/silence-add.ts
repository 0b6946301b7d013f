// `tocsinctl silence add`: one silence, and its id.

import { userInfo } from 'node:os';
import { DurationError, parseDuration } from '../model/duration.ts';
import { readInstant, readMatcher, readPairs, withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { CommandError, type Session } from './terminal.ts';

export interface NewSilence {
  readonly author?: string;
  readonly comment: string;
  readonly requireComment: boolean;
  readonly duration: string;
  readonly start?: string;
  readonly end?: string;
  readonly annotation: readonly string[];
}

export async function addSilence(session: Session, words: readonly string[], given: NewSilence): Promise<void> {
  const matchers = withAlertname(session, words).map((word) => readMatcher(session, word));
  if (matchers.length === 0) throw new CommandError('no matchers specified');
  const startsAt = given.start === undefined ? Date.now() : readInstant('--start', given.start);
  const endsAt = given.end === undefined ? startsAt + readSpan(given.duration) : readInstant('--end', given.end);
  if (startsAt > endsAt) throw new CommandError('silence cannot start after it ends');
  if (given.requireComment && given.comment === '') throw new CommandError('comment required by config');
  const answer = await callApi(session, {
    method: 'POST',
    path: '/silences',
    body: {
      matchers: matchers.map(({ name, type, value }) => ({
        name,
        value,
        isRegex: type === '=~' || type === '!~',
        isEqual: type === '=' || type === '=~',
      })),
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      createdBy: given.author ?? userInfo().username,
      comment: given.comment,
      ...(given.annotation.length === 0 ? {} : { annotations: readPairs(session, given.annotation, 'annotations') }),
    },
  });
  session.terminal.out(`${(answer as { silenceID: string }).silenceID}\n`);
}

function readSpan(text: string): number {
  try {
    const span = parseDuration(text);
    if (span === 0) throw new CommandError('silence duration must be greater than 0');
    return span;
  } catch (error) {
    if (error instanceof DurationError) throw new CommandError(error.message);
    throw error;
  }
}
