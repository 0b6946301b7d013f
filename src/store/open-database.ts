// Opens the database file with the settings that durability and the ingest path need, and brings it to the present schema.

import Database from 'better-sqlite3';
import { toStoreError } from './errors.ts';
import { checkOwner, migrate } from './migrate.ts';

/** How long another program, such as a sqlite3 shell, may hold the database before a write fails. */
const BUSY_MS = 3_000;

/** A burst makes the log long; afterwards it is cut to this. */
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Creates the file when it is missing. Throws the classes of errors.ts. What is left at SQLite's defaults was measured and
 * makes no difference beyond the noise: pages of 4 KiB (to 8 KiB; 16 KiB cost a fifth more), a checkpoint every 1000 pages
 * (250 to 4000), 16 MB of cache (64 MB), locks for each transaction (one for ever). Files are not mapped into memory: that
 * gains nothing either, and a disk that fails would end the process.
 */
export function openDatabase(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: BUSY_MS });
    checkOwner(db, path);
    // Only when it has to be: a full disk must not keep the server from starting and reading what it knows.
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') {
      // Counts only for a new file. Lets `shrink` work, and costs 0.5 us for each new alert.
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
    }
    // The build's default for WAL is NORMAL, which loses acknowledged commits when the power fails.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw toStoreError(error, path);
  }
}
