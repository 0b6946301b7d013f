// `tocsinctl silence query`: the silences that have not expired, or those that have.

import { silencesIn } from './answers.ts';
import type { ApiSilence } from './api-types.ts';
import { withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { printSilences } from './silence-table.ts';
import type { Values } from './values.ts';

export async function querySilences(given: Values): Promise<void> {
  const { session } = given;
  const filter = withAlertname(session, given.texts('matcher-groups'));
  const answer = silencesIn(await callApi(session, 'getSilences', { query: { filter } }));
  const silences = answer.filter((silence) => isWanted(silence, given, Date.now()));
  if (!given.flag('quiet')) printSilences(session, silences);
  else for (const { id } of silences) session.terminal.out(`${id}\n`);
}

function isWanted(silence: ApiSilence, given: Values, now: number): boolean {
  const left = Date.parse(silence.endsAt) - now;
  if (given.flag('expired') ? left > 0 : left < 0) return false;
  const [within, author, id] = [given.number('within'), given.text('created-by'), given.text('id')];
  if (within > 0 && Math.abs(left) > within) return false;
  if (author !== '' && author !== silence.createdBy) return false;
  return id === '' || id === silence.id;
}
