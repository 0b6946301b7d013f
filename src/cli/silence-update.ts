// `tocsinctl silence update`: other times or another comment for silences that are there. A silence that cannot become
// what is asked is replaced by the server, so that what is printed may have another id.

import { UTC } from '../template/time/zone.ts';
import { silenceIdIn, silenceIn } from './answers.ts';
import type { ApiSilence } from './api-types.ts';
import { apiTime, readInstant, readSilenceSpan } from './arguments.ts';
import { callApi } from './client.ts';
import { later } from './silence-add.ts';
import { printSilences } from './silence-table.ts';
import { CommandError } from './terminal.ts';
import type { Values } from './values.ts';

/** Stops at the first silence that cannot be updated. */
export async function updateSilences(given: Values): Promise<void> {
  const { session } = given;
  const ids = given.texts('update-ids');
  if (ids.length === 0) throw new CommandError('no silence IDs specified', '"silence query -q" prints them.');
  const updated: ApiSilence[] = [];
  for (const id of ids) {
    const silence = changed(silenceIn(await callApi(session, 'getSilence', { id })), given);
    const { status: _, updatedAt: __, ...body } = silence;
    updated.push({ ...silence, id: silenceIdIn(await callApi(session, 'postSilences', { body })) });
  }
  if (!given.flag('quiet')) printSilences(session, updated);
  else for (const { id } of updated) session.terminal.out(`${id}\n`);
}

function changed(silence: ApiSilence, given: Values): ApiSilence {
  const [start, end, duration] = [given.text('start'), given.text('end'), given.text('duration')];
  const startsAt = start === '' ? silence.startsAt : apiTime(readInstant(start));
  let endsAt = silence.endsAt;
  if (end !== '') endsAt = apiTime(readInstant(end));
  else if (duration !== '') endsAt = apiTime(later(readInstant(startsAt).in(UTC), readSilenceSpan(duration)));
  if (readInstant(startsAt).compare(readInstant(endsAt)) > 0)
    throw new CommandError('silence cannot start after it ends');
  return { ...silence, startsAt, endsAt, comment: given.text('comment') || silence.comment };
}
