// `tocsinctl silence expire`: ends silences, one after the other, until one cannot be ended.

import { callApi } from './client.ts';
import { CommandError, type Session } from './terminal.ts';

export async function expireSilences(session: Session, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) throw new CommandError('no silence IDs specified');
  for (const id of ids) {
    await callApi(session, { method: 'DELETE', path: `/silence/${encodeURIComponent(id)}` });
  }
}
