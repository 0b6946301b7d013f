// Copies of the store: taken while a server may be writing to it, and put back when none is. A copy is checked before it
// replaces anything, and what it replaces is kept.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StoreCorrupt, StoreError, StoreFull, StoreLocked, StoreReadOnly, toStoreError } from './errors.ts';
import { Lock } from './lock.ts';
import { checkOwner } from './migrate.ts';

const NAME = 'tocsin.db';
/** A backup that waits to become the store. */
const WAITING = `${NAME}.restore`;
/** The store that the last backup replaced. */
const BEFORE = `${NAME}.before-restore`;
/** How long another program may hold the database. */
const WAIT_MS = 5_000;

export interface Backup {
  readonly bytes: number;
  /** The instant of the last commit in it, milliseconds since 1970; 0 when there is none. */
  readonly at: number;
}

/**
 * Writes a copy of the store as of one instant, whole or not at all; it is durable when this returns. A server may be
 * running on the directory. Throws the classes of errors.ts.
 */
export function backUp(directory: string, file: string): Backup {
  const source = join(directory, NAME);
  if (!existsSync(source)) throw new StoreError(`there is no store in ${directory}: name its folder by --storage.path`);
  // What a link leads to is replaced, and not the link.
  const target = existsSync(file) ? realpathSync(file) : file;
  refuseStore(directory, target);
  return copy(source, target);
}

/** A copy in the place of a store that a server has open would lose what it stores from then on. */
function refuseStore(directory: string, file: string): void {
  if (!/^tocsin\.(?:db|lock)(?:$|-|\.restore)/.test(basename(file))) return;
  const folder = dirname(resolve(file));
  if (existsSync(folder) && realpathSync(folder) === realpathSync(directory)) {
    throw new StoreError(`${file} belongs to the store itself: give the backup another name`);
  }
}

export interface Restored extends Backup {
  /** Otherwise a server has the store, and it is done when that starts again. */
  readonly done: boolean;
  /** Whether there was a store, which is kept. */
  readonly replaced: boolean;
}

/**
 * Makes a backup the store of the directory, at once, or, when a server has it, at that server's next start. What was
 * the store is kept beside it. Throws the classes of errors.ts; the store is untouched then.
 */
export function restore(directory: string, file: string): Restored {
  checkSource(file);
  prepareDirectory(directory);
  const backup = copyToRestore(directory, file);
  const replaced = existsSync(join(directory, NAME));
  try {
    return { ...backup, replaced, done: replaceNow(directory) };
  } catch (error) {
    throw toStoreError(error, directory);
  }
}

/** A machine that is set up anew has none yet. */
function prepareDirectory(directory: string): void {
  if (existsSync(directory)) return;
  try {
    mkdirSync(directory);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreReadOnly(
      `cannot create ${directory}: name the server's --storage.path, or create it first (${why})`,
    );
  }
}

function copyToRestore(directory: string, file: string): Backup {
  try {
    return copy(file, join(directory, WAITING));
  } catch (error) {
    if (!(error instanceof StoreCorrupt)) throw error;
    const [, why = error.message] = /\(([^()]*)\)$/.exec(error.message) ?? [];
    throw new StoreCorrupt(
      // Of whose folder it is there is no question here.
      `${file} is damaged, or no backup of a store: try an older one; the store in ${directory} is as it was (${why.replace(/: let --storage\.path .*/, '')})`,
    );
  }
}

/**
 * Puts the backup that waits in the place of the store, if there is one. The caller has the directory's lock. Every step
 * can be the last one before a crash: the next start goes on where it ended.
 */
export function replaceByWaiting(directory: string): void {
  const waiting = join(directory, WAITING);
  if (!existsSync(waiting)) return;
  const store = join(directory, NAME);
  const before = join(directory, BEFORE);
  if (existsSync(store)) {
    if (existsSync(`${store}-wal`)) renameSync(`${store}-wal`, `${before}-wal`);
    else if (existsSync(before)) rmSync(`${before}-wal`, { force: true });
    rmSync(`${store}-shm`, { force: true });
    renameSync(store, before);
  }
  renameSync(waiting, store);
  sync(directory);
}

function replaceNow(directory: string): boolean {
  let lock: Lock;
  try {
    lock = Lock.take(directory);
  } catch (error) {
    if (error instanceof StoreLocked) return false;
    throw error;
  }
  try {
    replaceByWaiting(directory);
  } finally {
    lock.release();
  }
  return true;
}

/** Copies the database as of one instant, with what its log holds, and looks through the copy before it gets its name. */
function copy(from: string, to: string): Backup {
  const partial = `${to}.partial`;
  try {
    checkSource(from);
    prepareTarget(to, partial);
    const db = new Database(from, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
    try {
      checkOwner(db, from);
      db.prepare('VACUUM INTO ?').run(partial);
    } catch (error) {
      const wrong = toStoreError(error, from);
      // Only the target is written to.
      throw wrong instanceof StoreFull ? toStoreError(error, to) : wrong;
    } finally {
      db.close();
    }
    const backup = inspect(partial, from);
    sync(partial);
    renameSync(partial, to);
    sync(dirname(resolve(to)));
    return backup;
  } catch (error) {
    rmSync(partial, { force: true });
    throw toStoreError(error, existsSync(from) ? to : from);
  }
}

/** Throws a `StoreError` when there is nothing that can be read. */
function checkSource(from: string): void {
  const found = statSync(from, { throwIfNoEntry: false });
  if (found === undefined) throw new StoreError(`there is no file ${from}`);
  if (found.isDirectory()) throw new StoreError(`${from} is a directory: name the file of a backup`);
  if (!found.isFile()) throw new StoreError(`${from} is no ordinary file: name that of a backup`);
  try {
    accessSync(from, constants.R_OK);
  } catch {
    throw new StoreError(`${from} cannot be read by this user`);
  }
}

/** SQLite writes to an empty file; one that cannot be made is told before it tells less. */
function prepareTarget(to: string, partial: string): void {
  const there = statSync(to, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) {
    throw new StoreReadOnly(`cannot write ${to}: it is a directory; name a file in it`);
  }
  // A device would be replaced by a file for all who use it.
  if (there?.isFile() === false) throw new StoreReadOnly(`cannot write ${to}: it is no ordinary file; name one`);
  try {
    // The journal of one that was killed SQLite removes itself.
    rmSync(partial, { force: true });
    closeSync(openSync(partial, 'wx'));
  } catch (error) {
    const wrong = toStoreError(error, to);
    if (wrong instanceof StoreFull) throw wrong;
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreReadOnly(
      `cannot write ${to}: ${dirname(resolve(to))} must be a directory on a writable disk in which this user may write (${why})`,
    );
  }
}

/** Looks through the whole copy. Throws when it is damaged or not one of a store; `from` is what messages name. */
function inspect(copied: string, from: string): Backup {
  const db = new Database(copied, { readonly: true });
  try {
    const found = String(db.pragma('integrity_check(1)', { simple: true }));
    if (found !== 'ok') throw new StoreCorrupt(`${from} is damaged: ${found}`);
    const tables = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'journal'").pluck().get();
    if (tables !== 1) throw new StoreCorrupt(`${from} is not a copy of a store`);
    const at = db.prepare('SELECT at FROM journal ORDER BY id DESC LIMIT 1').pluck().get();
    return { bytes: statSync(copied).size, at: Number(at ?? 0) };
  } finally {
    db.close();
  }
}

/** Makes a file, or the names in a directory, durable. */
function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
