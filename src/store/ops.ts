// The changes of the database, as the encoder names them and the worker performs them: a batch is one flat array of
// cells, a code followed by the statement's parameters, because that is what crosses to another thread at the least cost.

export type Cell = string | number | null;

/** The codes: places in `STATEMENTS`. */
export const OP = {
  episode: 0,
  alert: 1,
  patch: 2,
  gone: 3,
  event: 4,
  content: 5,
  config: 6,
  configEvent: 7,
  putSilence: 8,
  dropSilence: 9,
  putGroup: 10,
  dropGroup: 11,
  putLog: 12,
  dropLog: 13,
  journal: 14,
} as const;

export interface Statement {
  readonly sql: string;
  /** How many cells follow the code. */
  readonly width: number;
}

function statement(sql: string): Statement {
  return { sql, width: sql.split('?').length - 1 };
}

function put(table: string): Statement {
  return statement(`INSERT INTO ${table} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`);
}

function drop(table: string): Statement {
  return statement(`DELETE FROM ${table} WHERE id = ?`);
}

export const STATEMENTS: readonly Statement[] = [
  statement(
    'INSERT INTO episode (id, fingerprint, starts_at, ends_at, updated_at, timeout, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  statement('INSERT INTO alert (episode) VALUES (?)'),
  statement('UPDATE alert SET patch = ? WHERE episode = ?'),
  statement('DELETE FROM alert WHERE episode = ?'),
  statement('INSERT INTO event (seq, at, kind, ref, body) VALUES (?, ?, ?, ?, ?)'),
  statement('INSERT INTO content (id, at, body) VALUES (?, ?, ?)'),
  statement('INSERT INTO config (id, hash, original) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING'),
  statement("INSERT INTO event (seq, at, kind, ref) SELECT ?, ?, 'config', id FROM config WHERE hash = ?"),
  put('silence'),
  drop('silence'),
  put('alert_group'),
  drop('alert_group'),
  put('log'),
  drop('log'),
  statement('INSERT INTO journal (id, at, next_seq, next_id, times) VALUES (?, ?, ?, ?, ?)'),
];
