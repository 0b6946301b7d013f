// Brings a database to the present schema: the numbered files of `migrations/`, each once, all or none. A file that is
// not ours, or is from a newer version, is left untouched.

import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { StoreCorrupt, StoreTooNew } from './errors.ts';

/** "Tocs": tells our files from other programs'. */
const APPLICATION_ID = 0x546f6373;

const DIRECTORY = new URL('../../migrations/', import.meta.url);

/** The files in order: the first brings version 1, and so on. */
export function migrations(): string[] {
  const names = readdirSync(DIRECTORY).filter((name) => /^\d{4}_.*\.sql$/.test(name));
  names.sort();
  names.forEach((name, i) => {
    if (Number(name.slice(0, 4)) !== i + 1) throw new Error(`migrations/${name} should have the number ${i + 1}`);
  });
  return names;
}

/** Throws `StoreCorrupt` or `StoreTooNew` when the file is not for us. Changes nothing. */
export function checkOwner(db: Database, path: string): void {
  const ours = number(db, 'application_id') === APPLICATION_ID;
  const version = number(db, 'user_version');
  const empty = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
  if (!ours && (version !== 0 || !empty)) {
    throw new StoreCorrupt(`${path} is another program's database: let --storage.path name a directory of its own`);
  }
  const newest = migrations().length;
  if (version > newest) {
    throw new StoreTooNew(
      `${path} was written by a newer version (schema ${version}, this one knows ${newest}): start that version or a later one, or move the file away to begin with an empty store`,
    );
  }
}

/** Applies what is missing in one transaction. */
export function migrate(db: Database): void {
  const missing = migrations().slice(number(db, 'user_version'));
  if (missing.length === 0) return;
  const apply = db.transaction(() => {
    for (const name of missing) db.exec(readFileSync(new URL(name, DIRECTORY), 'utf8'));
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations().length}`);
  });
  apply.immediate();
}

function number(db: Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}
