// Makes sure that one process owns a data directory. The lock is SQLite's own on a small file beside the database, so it
// ends with the process however that ends, and other programs can still read the database meanwhile.

import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreLocked, toStoreError } from './errors.ts';

/** A process that is just stopping gets that long. */
const WAIT_MS = 1_000;

export class Lock {
  private readonly db: Database.Database;

  private constructor(db: Database.Database) {
    this.db = db;
  }

  /** Throws `StoreLocked` when another process, or another store of this one, has the directory. */
  static take(directory: string): Lock {
    const path = join(directory, 'tocsin.lock');
    let db: Database.Database | undefined;
    try {
      db = new Database(path, { timeout: WAIT_MS });
      begin(db, directory);
      sign(db);
      if (!db.inTransaction) begin(db, directory);
      return new Lock(db);
    } catch (error) {
      db?.close();
      throw toStoreError(error, path);
    }
  }

  release(): void {
    this.db.close();
  }
}

/** The lock that keeps other writers out and lets readers in. */
function begin(db: Database.Database, directory: string): void {
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : '';
    if (!code.startsWith('SQLITE_BUSY')) throw error;
    throw new StoreLocked(
      `the data directory ${directory} is in use by ${owner(db)}: stop that one first, or give this one another directory with --storage.path`,
    );
  }
}

/** Says who the owner is, for the message of those that come later. Not worth failing for: the disk may be full. */
function sign(db: Database.Database): void {
  try {
    db.exec('CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL, host TEXT NOT NULL); DELETE FROM owner');
    db.prepare('INSERT INTO owner (pid, host) VALUES (?, ?)').run(process.pid, hostname());
    db.exec('COMMIT');
  } catch {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

function owner(db: Database.Database): string {
  try {
    const row: unknown = db.prepare('SELECT pid, host FROM owner').get();
    if (typeof row === 'object' && row !== null && 'pid' in row && 'host' in row) {
      return `process ${String(row.pid)} on ${String(row.host)}`;
    }
  } catch {
    // The owner has not got as far as to say.
  }
  return 'another process';
}
