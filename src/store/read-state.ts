// Reads the state from the database file: the snapshot for the engine, and for the encoder what is stored by which id.

import type { GroupRecord, LogEntry, Snapshot } from '../engine/types.ts';
import type { Channel } from './channel.ts';
import { type AlertRow, decodeAlert, decodeSilence } from './decode.ts';
import { Encoder } from './encode.ts';
import type { Page } from './sqlite-file.ts';
import { targetKey } from './target.ts';
import { type ReadTimes, readTimes } from './times.ts';

/** Alerts in a page, which is two megabytes then; and rows of other tables, of which each can be long. */
const ALERTS_PAGE = 2_000;
const PAGE = 200;

export interface State {
  readonly snapshot: Snapshot;
  readonly encoder: Encoder;
  /** The first row of the journal. */
  readonly firstRow: number;
}

/** Nothing else may use the file meanwhile. */
export async function readState(channel: Channel): Promise<State> {
  const times = new Map<number, ReadTimes>();
  let counters = { journal: 1, seq: 1, id: 1 };
  let at = 0;
  let firstRow = 1;
  let journaled = 0;
  await pages(
    (page) => channel.call('journal', page),
    (row) => {
      if (counters.journal === 1) firstRow = row.id;
      counters = { journal: row.id + 1, seq: row.nextSeq, id: row.nextId };
      at = row.at;
      if (row.times === null) return;
      const list: readonly number[] = JSON.parse(row.times);
      journaled += readTimes(list, row.at, times);
    },
  );
  const encoder = new Encoder(counters, at);
  const alerts: Snapshot['alerts'][number][] = [];
  await pages(
    (page) => channel.call('alert', page),
    (row) => {
      const { alert, known } = decodeAlert(row, times.get(row[0]));
      encoder.alerts.learn(alert.fingerprint, known);
      alerts.push(alert);
    },
    ALERTS_PAGE,
  );
  encoder.alerts.journaled = journaled;
  const silences: Snapshot['silences'][number][] = [];
  await pages(
    (page) => channel.call('silence', page),
    ({ id, body }) => {
      const silence = decodeSilence(body);
      encoder.silences.ids.set(silence.id, id);
      silences.push(silence);
    },
  );
  const groups: GroupRecord[] = [];
  await pages(
    (page) => channel.call('group', page),
    ({ id, body }) => {
      const group: GroupRecord = JSON.parse(body);
      encoder.groups.ids.set(group.id, id);
      groups.push(group);
    },
  );
  const log: LogEntry[] = [];
  await pages(
    (page) => channel.call('log', page),
    ({ id, body }) => {
      const entry: LogEntry = JSON.parse(body);
      encoder.log.ids.set(targetKey(entry), id);
      log.push(entry);
    },
  );
  return { snapshot: { alerts, silences, groups, log, at }, encoder, firstRow };
}

/** Gives each row of a table in the order of the ids. The next page is on its way while one is looked at. */
async function pages<T extends AlertRow | { readonly id: number }>(
  read: (page: Page) => Promise<T[]>,
  take: (row: T) => void,
  limit = PAGE,
): Promise<void> {
  let next = read({ after: 0, limit });
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    const full = rows.length === limit;
    if (full && last !== undefined) next = read({ after: 'id' in last ? last.id : last[0], limit });
    for (const row of rows) take(row);
    if (!full) return;
  }
}
