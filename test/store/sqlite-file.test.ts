import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Write } from '../../src/engine/types.ts';
import {
  StoreBusy,
  StoreCorrupt,
  StoreLocked,
  StoreReadOnly,
  StoreTooNew,
  toStoreError,
} from '../../src/store/errors.ts';
import { migrations } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { Built } from './built.ts';
import { fingerprintOf, historyOf, members, newAlert, newDecision, newEntry, START } from './samples.ts';

let directory: string;
const path = (): string => join(directory, 'tocsin.db');
const open = (place = directory): Promise<Store> => openSqliteStore(place, { thread: false });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Looks at the file, as a sqlite3 shell would, also while the store is open. */
function look(sql: string): unknown {
  const db = new Database(path(), { readonly: true });
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}

async function failure(place?: string): Promise<Error> {
  const error: unknown = await open(place).then(
    () => new Error('it opened'),
    (e: unknown) => e,
  );
  return error instanceof Error ? error : new Error(String(error));
}

describe('opening', () => {
  test('creates the directory, the file and the schema', async () => {
    const place = join(directory, 'a', 'b');
    await (await open(place)).close();
    expect(readdirSync(place).sort()).toEqual(['tocsin.db', 'tocsin.lock']);
    const db = new Database(join(place, 'tocsin.db'), { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(migrations().length);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
    db.close();
  });

  test('waits for the disk at each commit, and checks references', () => {
    const db = openDatabase(path());
    const settings = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => db.pragma(name, { simple: true }));
    expect(settings).toEqual(['wal', 2, 1]);
    db.close();
  });

  test('a second store on the same directory is refused and told whose it is', async () => {
    const store = await open();
    const error = await failure();
    expect(error).toBeInstanceOf(StoreLocked);
    expect(error.message).toContain(`${directory} is in use by process ${process.pid} on`);
    await store.commit([], START);
    await store.close();
    await (await open()).close();
  });

  test('a file from a newer version is refused and left alone', async () => {
    await (await open()).close();
    const db = new Database(path());
    db.pragma(`user_version = ${migrations().length + 1}`);
    db.close();
    const error = await failure();
    expect(error).toBeInstanceOf(StoreTooNew);
    expect(error.message).toContain('start that version or a later one');
    expect(look('PRAGMA user_version')).toBe(migrations().length + 1);
  });

  test("another program's database is refused and left alone", async () => {
    const db = new Database(path());
    db.exec('CREATE TABLE theirs (id INTEGER)');
    db.close();
    const error = await failure();
    expect(error).toBeInstanceOf(StoreCorrupt);
    expect(error.message).toContain("another program's database");
    expect(look('SELECT count(*) FROM sqlite_master')).toBe(1);
    expect(look('PRAGMA journal_mode')).toBe('delete');
  });

  test('a file that is no database is refused', async () => {
    writeFileSync(path(), 'not a database, but long enough to be looked at as one. '.repeat(20));
    const error = await failure();
    expect(error).toBeInstanceOf(StoreCorrupt);
    expect(error.message).toContain('restore it from a backup');
  });

  test('a damaged page is an error when it is read', async () => {
    const store = await open();
    const writes: Write[] = Array.from({ length: 500 }, (_, i) => ({
      type: 'alert',
      alert: newAlert(i),
      change: 'fired',
    }));
    await store.commit(writes, START);
    await store.close();
    const root = Number(look("SELECT rootpage FROM sqlite_master WHERE name = 'episode'"));
    const fd = openSync(path(), 'r+');
    writeSync(fd, Buffer.alloc(4096, 0xff), 0, 4096, (root - 1) * 4096);
    closeSync(fd);
    const damaged = await open();
    await expect(damaged.load()).rejects.toThrow(StoreCorrupt);
    await damaged.close();
  });

  test('a storage path that is a file is an error that says what it should be', async () => {
    writeFileSync(join(directory, 'file'), '');
    const error = await failure(join(directory, 'file'));
    expect(error).toBeInstanceOf(StoreReadOnly);
    expect(error.message).toContain('--storage.path must name a directory');
  });

  test('a migration that fails changes nothing', async () => {
    const db = new Database(path());
    db.pragma(`application_id = ${0x546f6373}`);
    db.exec('CREATE TABLE log (theirs INTEGER)');
    db.close();
    const error = await failure();
    expect(error.message).toContain('table log already exists');
    expect(look('SELECT count(*) FROM sqlite_master')).toBe(1);
    expect(look('PRAGMA user_version')).toBe(0);
  });
});

describe('a directory that cannot be written', () => {
  let built: Built;
  beforeAll(() => {
    built = Built.make();
  });
  afterAll(() => built.remove());

  test.each(['empty', 'with a store'])('is an error that says so (%s)', async (kind) => {
    chmodSync(directory, 0o755);
    const place = join(directory, 'data');
    mkdirSync(place);
    if (kind === 'with a store') await (await open(place)).close();
    spawnSync('chmod', ['-R', 'a-w', place]);
    const child = built.child(['nobody', place]);
    const line = await child.line('failed');
    expect(line).toContain('StoreReadOnly');
    expect(line).toContain('belongs to the user that runs the server');
    await child.ended;
    spawnSync('chmod', ['-R', 'u+w', place]);
  });
});

describe('while it is open', () => {
  test('other programs can read the file', async () => {
    const store = await open();
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
    expect(look('SELECT count(*) FROM alert')).toBe(1);
    await store.close();
  });

  test('a database that somebody has changed is read anew for the next commit', async () => {
    const store = await open();
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
    const shell = new Database(path());
    shell.exec('INSERT INTO journal (id, at, next_seq, next_id) VALUES (2, 5, 70, 90)');
    shell.close();
    await expect(store.commit([], START)).rejects.toThrow('UNIQUE constraint failed');
    await store.commit([{ type: 'silenceGone', id: 'a' }], START);
    expect((await historyOf(store)).at(-1)).toContain('"seq":70');
    await store.close();
  });

  test('a shell that holds a transaction is a failure that can be tried again', { timeout: 15_000 }, async () => {
    const store = await open();
    const shell = new Database(path());
    shell.exec('BEGIN IMMEDIATE');
    await expect(store.commit([], START)).rejects.toThrow(StoreBusy);
    shell.exec('ROLLBACK');
    shell.close();
    await store.commit([], START);
    expect((await store.load()).at).toBe(START);
    await store.close();
  });
});

describe('what history refers to', () => {
  const counts = (): number[] =>
    ['episode', 'content', 'config', 'event'].map((table) => Number(look(`SELECT count(*) FROM ${table}`)));

  test('is kept once', async () => {
    const store = await open();
    const firing = members(1_000);
    for (let i = 0; i < 10; i++) {
      const told = [...firing, fingerprintOf(5_000 + i)].sort();
      await store.commit(
        [
          { type: 'decision', decision: newDecision({ firing: told }) },
          { type: 'decision', decision: newDecision({ firing: told, index: 1 }) },
          { type: 'notified', entry: newEntry({ firing: told }) },
          { type: 'notified', entry: newEntry({ firing: told, index: 1 }) },
          { type: 'config', hash: 'h', original: 'x'.repeat(1_000) },
        ],
        START + i,
      );
    }
    // Two targets and ten lists, of which nine are differences.
    expect(counts()).toEqual([0, 12, 1, 50]);
    expect(Number(look('SELECT sum(length(body)) FROM content'))).toBeLessThan(25_000);
    expect(Number(look('SELECT sum(length(body)) FROM event'))).toBeLessThan(6_000);
    await store.close();
  });

  test('is forgotten with the last entry that names it', async () => {
    const store = await open();
    const day = 86_400_000;
    const told: Write[] = [
      { type: 'decision', decision: newDecision({ firing: members(100) }) },
      { type: 'config', hash: 'h', original: 'x' },
    ];
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }, ...told], START);
    await store.commit([{ type: 'alert', alert: newAlert(2), change: 'fired' }, ...told], START + day / 2);
    await store.commit([{ type: 'alertGone', fingerprint: fingerprintOf(1), endedAt: 1 }], START + day);
    expect(counts()).toEqual([2, 2, 1, 7]);
    await store.prune(START + 1);
    // The first alert's end is still told; the contents are named by the later decision.
    expect(counts()).toEqual([2, 2, 1, 4]);
    await store.prune(START + day);
    expect(counts()).toEqual([2, 2, 0, 1]);
    await store.prune(START + day + 1);
    // The second alert still fires.
    expect(counts()).toEqual([1, 2, 0, 0]);
    await store.prune(START + 2 * day + 1);
    expect(counts()).toEqual([1, 0, 0, 0]);
    await store.commit(told, START + 2 * day + 2);
    expect((await historyOf(store)).length).toBe(2);
    await store.close();
  });

  test('outlives the entry of its end when the clock was set back', async () => {
    const store = await open();
    const alert = newAlert(1);
    await store.commit([{ type: 'alert', alert, change: 'fired' }], START + 100);
    await store.commit([{ type: 'alert', alert, change: 'changed' }], START + 300);
    await store.commit([{ type: 'alertGone', fingerprint: alert.fingerprint, endedAt: 1 }], START + 200);
    expect(await store.prune(START + 250)).toBe(2);
    expect(await historyOf(store)).toEqual([expect.stringContaining('"change":"changed"')]);
    expect(await store.prune(START + 301)).toBe(1);
    expect(counts()).toEqual([0, 0, 0, 0]);
    await store.close();
  });

  test('is stored anew when it has become old, so that pruning never takes it from a later entry', async () => {
    const store = await open();
    const day = 86_400_000;
    const firing = members(100);
    const longer = [...firing, fingerprintOf(999)].sort();
    const decide = (list: string[], at: number): Promise<void> =>
      store.commit([{ type: 'decision', decision: newDecision({ firing: list }) }], at);
    for (const [list, at] of [
      [firing, 0],
      [firing, day / 2],
      [firing, 3 * day],
      [longer, 6 * day],
    ] as const) {
      await decide(list, START + at);
    }
    const told = await historyOf(store);
    // The target and the list, each three times.
    expect(counts()).toEqual([0, 6, 0, 4]);
    await store.prune(START + 3 * day);
    expect(counts()).toEqual([0, 4, 0, 2]);
    expect(await historyOf(store)).toEqual(told.slice(2));
    await store.prune(START + 6 * day);
    expect(counts()).toEqual([0, 2, 0, 1]);
    expect(await historyOf(store)).toEqual(told.slice(3));
    await store.close();
  });

  test('is stored anew after pruning when the clock was set back', async () => {
    const store = await open();
    const writes: Write[] = [{ type: 'decision', decision: newDecision({ firing: members(100) }) }];
    await store.commit(writes, START);
    await store.prune(START + 3 * 86_400_000);
    await store.commit(writes, START + 1);
    expect((await historyOf(store)).length).toBe(1);
    await store.close();
  });

  test('gives its space back', async () => {
    const store = await open();
    const annotations = { text: 'x'.repeat(3_000) };
    const alerts = Array.from({ length: 4_000 }, (_, i) => newAlert(i, { annotations }));
    await store.commit(
      alerts.map((alert) => ({ type: 'alert', alert, change: 'fired' })),
      START,
    );
    await store.commit(
      alerts.map(({ fingerprint }) => ({ type: 'alertGone', fingerprint, endedAt: 1 })),
      START,
    );
    const pages = Number(look('PRAGMA page_count'));
    expect(await store.prune(START + 1)).toBe(8_000);
    expect(Number(look('PRAGMA page_count'))).toBeLessThan(pages / 3);
    expect(counts()).toEqual([0, 0, 0, 0]);
    await store.close();
  });
});

test('the journal of a store without alerts is folded to its last row', async () => {
  let store = await open();
  await store.load();
  await Promise.all(Array.from({ length: 10_100 }, (_, i) => store.commit([], START + i)));
  while (look('SELECT count(*) FROM journal') !== 1) await store.stats();
  await store.close();
  store = await open();
  expect((await store.load()).at).toBe(START + 10_099);
  await store.close();
});

test('pruning, reading and folding hold up a commit for a moment only', async () => {
  const store = await open();
  const alerts = Array.from({ length: 20_000 }, (_, i) => newAlert(i));
  const fired: Write[] = alerts.map((alert) => ({ type: 'alert', alert, change: 'fired' }));
  await store.commit(fired, START);
  await store.commit(
    alerts.map((alert) => ({ type: 'alert', alert, change: 'resolved' })),
    START + 1,
  );
  for (let i = 0; i < 4; i++) {
    await store.commit(
      alerts.map((alert) => ({ type: 'alert', alert, change: 'refreshed' })),
      START + 2 + i,
    );
  }
  let turns = 0;
  let busy = true;
  const work = Promise.all([historyOf(store), store.prune(START + 2)]).finally(() => {
    busy = false;
  });
  while (busy) {
    await store.commit([], START + 10);
    turns++;
  }
  await work;
  // 40,000 entries are read 256 at a time, with a commit after each.
  expect(turns).toBeGreaterThan(100);
  await store.close();
});

test('every code of SQLite and of the file system has its class', () => {
  const codes = {
    SQLITE_FULL: 'StoreFull',
    SQLITE_IOERR_WRITE: 'StoreFull',
    ENOSPC: 'StoreFull',
    SQLITE_READONLY: 'StoreReadOnly',
    SQLITE_READONLY_DBMOVED: 'StoreReadOnly',
    SQLITE_CANTOPEN: 'StoreReadOnly',
    SQLITE_CANTOPEN_ISDIR: 'StoreReadOnly',
    EACCES: 'StoreReadOnly',
    SQLITE_CORRUPT: 'StoreCorrupt',
    SQLITE_CORRUPT_INDEX: 'StoreCorrupt',
    SQLITE_NOTADB: 'StoreCorrupt',
    SQLITE_BUSY: 'StoreBusy',
    SQLITE_BUSY_SNAPSHOT: 'StoreBusy',
    SQLITE_IOERR_FSYNC: 'StoreIO',
    SQLITE_CONSTRAINT_UNIQUE: 'StoreError',
  };
  for (const [code, name] of Object.entries(codes)) {
    const error = toStoreError(Object.assign(new Error('says SQLite'), { code }), '/data/tocsin.db');
    expect([code, error.name]).toEqual([code, name]);
    expect(error.message).toContain('/data/tocsin.db');
    expect(error.message).toContain('says SQLite');
  }
});
