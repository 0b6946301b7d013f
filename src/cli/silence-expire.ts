// `tocsinctl silence expire`: ends silences, one after the other, until one cannot be ended.

import { callApi } from './client.ts';
import { CommandError } from './terminal.ts';
import type { Values } from './values.ts';

export async function expireSilences(given: Values): Promise<void> {
  const ids = given.texts('silence-ids');
  if (ids.length === 0) throw new CommandError('no silence IDs specified', '"silence query -q" prints them.');
  for (const id of ids) await callApi(given.session, 'deleteSilence', { id });
}
