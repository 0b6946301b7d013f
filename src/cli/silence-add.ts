// `tocsinctl silence add`: one silence, and its id.

import { userInfo } from 'node:os';
import { Time } from '../template/time/time.ts';
import { silenceIdIn } from './answers.ts';
import type { ApiMatcher } from './api-types.ts';
import { apiTime, readInstant, readMatcher, readPairs, readSilenceSpan, withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { CommandError, type Session } from './terminal.ts';
import type { Values } from './values.ts';

export async function addSilence(given: Values): Promise<void> {
  const { session } = given;
  const matchers = readMatchers(session, given.texts('matcher-groups'));
  const [start, end] = [given.text('start'), given.text('end')];
  const startsAt = start === '' ? Time.fromMs(Date.now()) : readInstant(start);
  const endsAt = end === '' ? later(startsAt, readSilenceSpan(given.text('duration'))) : readInstant(end);
  if (startsAt.compare(endsAt) > 0) throw new CommandError('silence cannot start after it ends');
  const comment = given.text('comment');
  if (given.flag('require-comment') && comment === '')
    throw new CommandError('comment required by config', "Say why: --comment='new disk ordered'.");
  const annotations = readPairs(session, given.texts('annotation'), 'annotations');
  const answer = await callApi(session, 'postSilences', {
    body: {
      matchers,
      startsAt: apiTime(startsAt),
      endsAt: apiTime(endsAt),
      createdBy: given.text('author') || ownName(),
      comment,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  });
  session.terminal.out(`${silenceIdIn(answer)}\n`);
}

export function later(time: Time, ms: number): Time {
  return time.add(BigInt(ms) * 1_000_000n);
}

function readMatchers(session: Session, words: readonly string[]): ApiMatcher[] {
  const matchers = withAlertname(session, words).map((word) => readMatcher(session, word));
  if (matchers.length === 0)
    throw new CommandError('no matchers specified', 'Say what it silences, as in "silence add DiskFull instance=a".');
  return matchers.map(({ name, type, value }) => ({
    name,
    value,
    isRegex: type === '=~' || type === '!~',
    isEqual: type === '=' || type === '=~',
  }));
}

/** '' where the system does not know who this is. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
