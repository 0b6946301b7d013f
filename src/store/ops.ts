// The changes of the database, as the encoder names them and the file performs them: flat arrays of cells, because they
// cross to another thread at the least cost and go into the database many rows at a time.

export type Cell = string | number | null;

/** New rows of tables that only grow between prunings: places in `INSERTS`, in the order in which they are performed. */
export const INSERT = { episode: 0, alert: 1, content: 2, event: 3, journal: 4 } as const;

/** What follows, in the order of the writes: places in `CHANGES`. */
export const CHANGE = {
  patch: 0,
  gone: 1,
  config: 2,
  configEvent: 3,
  putSilence: 4,
  dropSilence: 5,
  putGroup: 6,
  dropGroup: 7,
  putLog: 8,
  dropLog: 9,
} as const;

export interface Batch {
  /** The rows for each of `INSERTS`, one after the other. */
  readonly inserts: readonly Cell[][];
  /** A place in `CHANGES` and its parameters, and so on. */
  readonly changes: Cell[];
}

export function newBatch(): Batch {
  return { inserts: INSERTS.map(() => []), changes: [] };
}

export interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface Change {
  readonly sql: string;
  /** How many parameters. */
  readonly width: number;
}

export const INSERTS: readonly Insert[] = [
  {
    table: 'episode',
    columns: ['id', 'first_seq', 'fingerprint', 'starts_at', 'ends_at', 'updated_at', 'timeout', 'body'],
  },
  { table: 'alert', columns: ['episode'] },
  { table: 'content', columns: ['id', 'at', 'body'] },
  { table: 'event', columns: ['seq', 'at', 'kind', 'ref', 'body'] },
  { table: 'journal', columns: ['id', 'at', 'next_seq', 'next_id', 'times'] },
];

export const CHANGES: readonly Change[] = [
  change('UPDATE alert SET patch = ? WHERE episode = ?'),
  change('DELETE FROM alert WHERE episode = ?'),
  change(
    'INSERT INTO config (id, uses, hash, original) VALUES (?, 1, ?, ?) ON CONFLICT (hash) DO UPDATE SET uses = config.uses + 1',
  ),
  change("INSERT INTO event (seq, at, kind, ref) SELECT ?, ?, 'config', id FROM config WHERE hash = ?"),
  put('silence'),
  drop('silence'),
  put('alert_group'),
  drop('alert_group'),
  put('log'),
  drop('log'),
];

/** The statement that inserts that many rows. */
export function insertSql({ table, columns }: Insert, rows: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}`;
}

function change(sql: string): Change {
  return { sql, width: sql.split('?').length - 1 };
}

function put(table: string): Change {
  return change(`INSERT INTO ${table} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`);
}

function drop(table: string): Change {
  return change(`DELETE FROM ${table} WHERE id = ?`);
}
