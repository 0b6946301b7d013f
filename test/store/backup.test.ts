import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp, restore } from '../../src/store/backup.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { historyOf, Story, stateOf } from './samples.ts';

let root: string;
let directory: string;
let file: string;
let store: Store | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-backup-'));
  directory = join(root, 'data');
  file = join(root, 'backup.db');
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(root, { recursive: true });
});

async function open(): Promise<Store> {
  store = await openSqliteStore(directory, { thread: false });
  return store;
}

async function close(): Promise<void> {
  await store?.close();
  store = undefined;
}

async function grow(story: Story, commits: number): Promise<void> {
  for (let i = 0; i < commits; i++) await store!.commit(story.next(), story.at);
}

const contents = async (of: Store) => ({ state: await stateOf(of), history: await historyOf(of) });

test('a copy that was taken while the store was written to brings back that moment', async () => {
  const story = new Story(7);
  await open();
  await grow(story, 40);
  const before = await contents(store!);
  expect(backUp(directory, file)).toMatchObject({ at: story.at });
  await grow(story, 40);
  const after = await contents(store!);
  expect(after).not.toEqual(before);
  await close();
  expect(restore(directory, file)).toMatchObject({ done: true });
  expect(await contents(await open())).toEqual(before);
  await grow(story, 1);
  await close();
  // And what it replaced can be had back in the same way.
  restore(directory, join(directory, 'tocsin.db.before-restore'));
  expect(await contents(await open())).toEqual(after);
});

test('a copy is put in place at the next start where a server has the store, with what was not yet in the file itself', async () => {
  const story = new Story(8);
  await open();
  await grow(story, 20);
  backUp(directory, file);
  const before = await contents(store!);
  await grow(story, 20);
  const after = await contents(store!);
  expect(restore(directory, file)).toMatchObject({ done: false });
  expect(await contents(store!)).toEqual(after);
  // As after a crash: the log of what is not yet in the file stands beside it.
  const crashed = join(root, 'crashed');
  mkdirSync(crashed);
  for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(crashed, name));
  await close();
  directory = crashed;
  expect(existsSync(join(crashed, 'tocsin.db-wal'))).toBe(true);
  expect(await contents(await open())).toEqual(before);
  await close();
  restore(directory, join(directory, 'tocsin.db.before-restore'));
  expect(await contents(await open())).toEqual(after);
});

test('a copy replaces nothing when it is damaged, another program’s, from a newer version, or missing', async () => {
  const story = new Story(9);
  await open();
  await grow(story, 60);
  const before = await contents(store!);
  backUp(directory, file);
  await close();
  const damaged = join(root, 'damaged.db');
  copyFileSync(file, damaged);
  truncateSync(damaged, 20_000);
  expect(() => restore(directory, damaged)).toThrow(/damaged/);
  const newer = join(root, 'newer.db');
  copyFileSync(file, newer);
  const db = new Database(newer);
  db.pragma('user_version = 9999');
  db.close();
  expect(() => restore(directory, newer)).toThrow(/newer version/);
  const text = join(root, 'text.db');
  writeFileSync(text, 'not a database at all, but long enough to have a header of a hundred bytes '.repeat(3));
  expect(() => restore(directory, text)).toThrow(/not a database/);
  const other = join(root, 'other.db');
  new Database(other).exec('CREATE TABLE t (a)').close();
  expect(() => restore(directory, other)).toThrow(/another program/);
  expect(() => restore(directory, join(root, 'missing.db'))).toThrow(/missing\.db/);
  expect(readdirSync(directory).filter((name) => name.includes('restore'))).toEqual([]);
  expect(await contents(await open())).toEqual(before);
});

test('a copy of nothing, or to nowhere, is refused', async () => {
  expect(() => backUp(directory, file)).toThrow(/no store/);
  await open();
  expect(() => backUp(directory, join(root, 'no', 'such', 'folder.db'))).toThrow(/folder\.db/);
});

test('a copy that was killed leaves nothing behind once it is made again, and what a link leads to is replaced', async () => {
  const story = new Story(11);
  await open();
  await grow(story, 10);
  const link = join(root, 'latest.db');
  writeFileSync(file, 'an older one');
  symlinkSync(file, link);
  for (const end of ['.partial', '.partial-journal']) writeFileSync(`${file}${end}`, 'half of one');
  backUp(directory, link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(root).filter((name) => name.includes('partial'))).toEqual([]);
  const before = await contents(store!);
  await close();
  restore(directory, link);
  expect(await contents(await open())).toEqual(before);
});

test('a machine that is set up anew gets its folder, and nothing was replaced', async () => {
  const story = new Story(9);
  await open();
  await grow(story, 10);
  const before = await contents(store!);
  backUp(directory, file);
  await close();
  rmSync(directory, { recursive: true });
  expect(restore(directory, file)).toMatchObject({ done: true, replaced: false });
  expect(restore(directory, file)).toMatchObject({ done: true, replaced: true });
  expect(await contents(await open())).toEqual(before);
  expect(() => restore(join(root, 'a', 'b'), file)).toThrow(/cannot create .*a\/b: name the server's --storage\.path/);
});

test('what cannot be done says why, and what to do', async () => {
  const story = new Story(10);
  await open();
  await grow(story, 10);
  for (const name of ['tocsin.db', 'tocsin.db-wal', 'tocsin.lock', 'tocsin.db.restore']) {
    expect(() => backUp(directory, join(directory, '..', 'data', name))).toThrow(/belongs to the store itself/);
  }
  expect(() => backUp(directory, join(root, 'none', 'x.db'))).toThrow(
    /none\/x\.db: .*none must be a directory on a writable/,
  );
  expect(() => backUp(directory, root)).toThrow(/it is a directory; name a file in it/);
  expect(() => backUp(directory, '/dev/null')).toThrow(/it is no ordinary file/);
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(() => restore(directory, '/dev/null')).toThrow(/no ordinary file/);
  expect(() => restore(directory, join(root, 'x.db'))).toThrow(/there is no file .*x\.db/);
  expect(() => restore(directory, root)).toThrow(/is a directory: name the file of a backup/);
  writeFileSync(file, 'route: {}\n'.repeat(500));
  expect(() => restore(directory, file)).toThrow(
    /is damaged, or no backup of a store: .*data is as it was \(file is not a database\)/,
  );
  expect(readdirSync(directory).filter((name) => name.includes('restore'))).toEqual([]);
  const before = await contents(store!);
  await grow(story, 5);
  expect(await contents(store!)).not.toEqual(before);
});
