// The database file: all SQL, synchronous. Runs in a thread of its own, where waiting for the disk holds up nobody, or
// within the caller's. Knows rows, not what they mean.

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Statement as AnyStatement, Database } from 'better-sqlite3';
import { replaceByWaiting } from './backup.ts';
import type { AlertRow, EventRow } from './decode.ts';
import { toStoreError } from './errors.ts';
import { Lock } from './lock.ts';
import { openDatabase } from './open-database.ts';
import { type Batch, type Cell, CHANGES, INSERTS, insertSql } from './ops.ts';
import { Pruning } from './sqlite-prune.ts';

/** A row of `silence`, `alert_group` or `log`. */
export interface StateRow {
  readonly id: number;
  readonly body: string;
}

export interface JournalRow {
  readonly id: number;
  readonly at: number;
  readonly nextSeq: number;
  readonly nextId: number;
  readonly times: string | null;
}

/** Where in history a span of instants lies, looked for in pieces. */
export interface Span {
  /** Of what has been seen so far; `undefined` when that is nothing. */
  readonly seqs: { readonly first: number; readonly last: number } | undefined;
  /** Where to go on; `undefined` when all has been seen. */
  readonly next: { readonly at: number; readonly seq: number } | undefined;
}

/** Some rows of a table: those whose ids are greater than `after`, in order. */
export interface Page {
  readonly after: number;
  readonly limit: number;
}

/** What the file can be asked for: each is done at once and holds up the others for a few milliseconds. */
export interface Requests {
  commit: { arg: Batch; result: undefined };
  silence: { arg: Page; result: StateRow[] };
  group: { arg: Page; result: StateRow[] };
  log: { arg: Page; result: StateRow[] };
  journal: { arg: Page; result: JournalRow[] };
  alert: { arg: Page; result: AlertRow[] };
  span: { arg: { from: number; to: number; after: { at: number; seq: number } | undefined }; result: Span };
  events: { arg: { from: number; to: number; after: number; until: number }; result: EventRow[] };
  contents: { arg: readonly number[]; result: StateRow[] };
  forget: { arg: number; result: boolean };
  prune: { arg: number; result: { events: number; more: boolean } };
  shrink: { arg: undefined; result: boolean };
  size: { arg: undefined; result: number };
  close: { arg: undefined; result: undefined };
}

export type Method = keyof Requests;
export type Arg<M extends Method> = Requests[M]['arg'];
export type Result<M extends Method> = Requests[M]['result'];

/** One function for each request. They throw the classes of errors.ts. */
export type Performs = { readonly [M in Method]: (arg: Arg<M>) => Result<M> };

/** Rows inserted by one statement where there are so many: a third cheaper than one by one. */
const AT_ONCE = 16;

/** How many rows of the journal are forgotten at once, and how many entries of the index a piece of `span` reads. */
const FORGET_ROWS = 500;
const SPAN_ROWS = 20_000;

const PAGES = {
  silence: 'SELECT id, body FROM silence WHERE id > ? ORDER BY id LIMIT ?',
  group: 'SELECT id, body FROM alert_group WHERE id > ? ORDER BY id LIMIT ?',
  log: 'SELECT id, body FROM log WHERE id > ? ORDER BY id LIMIT ?',
  journal: `SELECT id, at, next_seq AS "nextSeq", next_id AS "nextId", times FROM journal WHERE id > ? ORDER BY id LIMIT ?`,
};

/** The columns of `AlertRow` and of `EventRow`, in their order. */
const ALERTS = `SELECT a.episode, e.fingerprint, e.starts_at, e.ends_at, e.updated_at, e.timeout, e.body, a.patch
  FROM alert a JOIN episode e ON e.id = a.episode WHERE a.episode > ? ORDER BY a.episode LIMIT ?`;
const EVENTS = `SELECT v.seq, v.at, v.kind, v.body, e.fingerprint, e.starts_at, e.ends_at, e.updated_at, e.timeout, e.body,
    t.body, c.hash, c.original
  FROM event v LEFT JOIN episode e ON e.id = v.ref LEFT JOIN content t ON t.id = v.ref LEFT JOIN config c ON c.id = v.ref
  WHERE v.seq > ? AND v.seq <= ? AND v.at >= ? AND v.at < ? ORDER BY v.seq`;

const SPAN = `SELECT min(seq) AS first, max(seq) AS last, max(at) AS at, count(*) AS rows FROM
  (SELECT at, seq FROM event WHERE (at, seq) > (?, ?) AND at < ? ORDER BY at, seq LIMIT ?) AS piece`;

const FORGET = `DELETE FROM journal WHERE id IN
  (SELECT id FROM journal WHERE id <= ? AND id < (SELECT max(id) FROM journal) ORDER BY id LIMIT ${FORGET_ROWS})`;

type Statement = AnyStatement<Cell[]>;

export class SqliteFile implements Performs {
  private readonly path: string;
  private readonly lock: Lock;
  private readonly db: Database;
  private readonly inserts: readonly { readonly one: Statement; readonly many: Statement; readonly width: number }[];
  private readonly changes: readonly { readonly statement: Statement; readonly width: number }[];
  private readonly begin: AnyStatement;
  private readonly end: AnyStatement;
  private readonly pruning: Pruning;

  /** Creates the directory and the file when they are missing. Throws the classes of errors.ts. */
  static open(directory: string): SqliteFile {
    try {
      makeDirectory(resolve(directory));
    } catch (error) {
      throw toStoreError(error, directory);
    }
    const lock = Lock.take(directory);
    try {
      replaceByWaiting(directory);
      return new SqliteFile(join(directory, 'tocsin.db'), lock);
    } catch (error) {
      lock.release();
      throw toStoreError(error, directory);
    }
  }

  private constructor(path: string, lock: Lock) {
    this.path = path;
    this.lock = lock;
    this.db = openDatabase(path);
    const prepare = (sql: string): Statement => this.db.prepare<Cell[]>(sql);
    this.inserts = INSERTS.map((insert) => ({
      one: prepare(insertSql(insert, 1)),
      many: prepare(insertSql(insert, AT_ONCE)),
      width: insert.columns.length,
    }));
    this.changes = CHANGES.map(({ sql, width }) => ({ statement: prepare(sql), width }));
    this.begin = this.db.prepare('BEGIN IMMEDIATE');
    this.end = this.db.prepare('COMMIT');
    this.pruning = new Pruning(this.db);
  }

  /** Performs the batch in one transaction; durable when it returns. */
  readonly commit = ({ inserts, changes }: Batch): undefined => {
    this.transact(() => {
      this.inserts.forEach((insert, place) => {
        const cells = inserts[place] ?? [];
        let i = 0;
        for (; i + insert.width * AT_ONCE <= cells.length; i += insert.width * AT_ONCE) {
          insert.many.run(...cells.slice(i, i + insert.width * AT_ONCE));
        }
        for (; i < cells.length; i += insert.width) insert.one.run(...cells.slice(i, i + insert.width));
      });
      for (let i = 0; i < changes.length; ) {
        const change = this.changes[Number(changes[i])];
        if (change === undefined) throw new Error(`no such change: ${changes[i]}`);
        change.statement.run(...changes.slice(i + 1, i + 1 + change.width));
        i += 1 + change.width;
      }
    });
  };

  readonly silence = (page: Page): StateRow[] => this.rows<StateRow>(PAGES.silence, page);
  readonly group = (page: Page): StateRow[] => this.rows<StateRow>(PAGES.group, page);
  readonly log = (page: Page): StateRow[] => this.rows<StateRow>(PAGES.log, page);
  readonly journal = (page: Page): JournalRow[] => this.rows<JournalRow>(PAGES.journal, page);
  readonly alert = (page: Page): AlertRow[] => this.all<AlertRow>(ALERTS, page.after, page.limit);

  /** Looks for the first and the last entry of history in `[from, to)`; goes on from `after`. */
  readonly span = ({ from, to, after }: Arg<'span'>): Span => {
    type Row = { first: number | null; last: number; at: number; rows: number };
    const start = after ?? { at: from, seq: -1 };
    return this.read(() => {
      const found = this.db.prepare<number[], Row>(SPAN).get(start.at, start.seq, to, SPAN_ROWS);
      if (found === undefined || found.first === null) return { seqs: undefined, next: undefined };
      const { first, last, at, rows } = found;
      if (rows < SPAN_ROWS) return { seqs: { first, last }, next: undefined };
      const seq = this.db.prepare<number[], number>('SELECT max(seq) FROM event WHERE at = ? AND seq <= ?').pluck();
      return { seqs: { first, last }, next: { at, seq: seq.get(at, last) ?? last } };
    });
  };

  /** The entries of history with `after < seq <= until` whose instant is in `[from, to)`. */
  readonly events = ({ from, to, after, until }: Arg<'events'>): EventRow[] => {
    return this.all<EventRow>(EVENTS, after, until, from, to);
  };

  readonly contents = (ids: readonly number[]): StateRow[] => {
    return this.read(() => {
      const get = this.db.prepare<[number], StateRow>('SELECT id, body FROM content WHERE id = ?');
      return ids.map((id) => get.get(id)).filter((row) => row !== undefined);
    });
  };

  /** Forgets rows of the journal up to that id, but not the last one; gives whether there are more. */
  readonly forget = (until: number): boolean => {
    return this.transact(() => this.db.prepare(FORGET).run(until).changes === FORGET_ROWS);
  };

  /** Forgets some of the history from before that instant; gives how many entries, and whether there is more. */
  readonly prune = (before: number): Result<'prune'> => this.transact(() => this.pruning.some(before));

  /** Gives some of the free space back to the file system; gives whether there is more to give back. */
  readonly shrink = (): boolean => this.read(() => this.pruning.shrink());

  /** Bytes on disk. */
  readonly size = (): number => {
    return this.read(() => {
      let bytes = 0;
      for (const suffix of ['', '-wal']) bytes += statSync(this.path + suffix, { throwIfNoEntry: false })?.size ?? 0;
      return bytes;
    });
  };

  /** Writes the log into the database and lets go of the directory. */
  readonly close = (): undefined => {
    try {
      this.read(() => this.db.close());
    } finally {
      this.lock.release();
    }
  };

  private rows<T>(sql: string, { after, limit }: Page): T[] {
    return this.read(() => this.db.prepare<[number, number], T>(sql).all(after, limit));
  }

  private all<Row>(sql: string, ...values: number[]): Row[] {
    // With `raw` rows are arrays.
    return this.read(() =>
      this.db
        .prepare<number[], Row>(sql)
        .raw()
        .all(...values),
    );
  }

  private transact<T>(work: () => T): T {
    return this.read(() => {
      this.begin.run();
      try {
        const value = work();
        this.end.run();
        return value;
      } finally {
        // Some errors end the transaction by themselves.
        if (this.db.inTransaction) this.db.exec('ROLLBACK');
      }
    });
  }

  private read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.path);
    }
  }
}

/** As `mkdir -p`. Node's own recursion never ends on file systems that answer ENOENT where no directory can be made, such as /proc. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  mkdirSync(path);
}
