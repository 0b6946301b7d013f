import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Write } from '../../src/engine/types.ts';
import { StoreClosed, StoreLocked, StoreStopped } from '../../src/store/errors.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { Built } from './built.ts';
import { historyOf, newAlert, START, Story, stateOf } from './samples.ts';

let built: Built;
let directory: string;

beforeAll(() => {
  built = Built.make();
});

afterAll(() => built.remove());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const gone = (id: string): Write[] => [{ type: 'silenceGone', id }];

/** How many transactions the write-ahead log holds: frames that end one name the size of the database. */
function transactions(): number {
  const log = readFileSync(join(directory, 'tocsin.db-wal'));
  const frame = 24 + log.readUInt32BE(8);
  let count = 0;
  for (let at = 32; at + frame <= log.length; at += frame) {
    const current = log.readUInt32BE(at + 8) === log.readUInt32BE(16);
    if (current && log.readUInt32BE(at + 4) !== 0) count++;
  }
  return count;
}

test('a thread of its own says what the store in memory says', async () => {
  const memory = new MemoryStore();
  let disk = await openSqliteStore(directory, { script: built.worker });
  const story = new Story(1);
  for (let i = 0; i < 40; i++) {
    const writes = story.next();
    await Promise.all([disk.commit(writes, story.at), memory.commit(writes, story.at)]);
  }
  expect(await disk.prune(START + 50_000)).toBe(await memory.prune(START + 50_000));
  expect(await stateOf(disk)).toEqual(await stateOf(memory));
  await disk.close();
  disk = await openSqliteStore(directory, { script: built.worker });
  expect(await stateOf(disk)).toEqual(await stateOf(memory));
  expect(await historyOf(disk)).toEqual(await historyOf(memory));
  await disk.close();
  await expect(disk.load()).rejects.toThrow(StoreClosed);
});

test('commits that wait while one is under way share a transaction', async () => {
  const store = await openSqliteStore(directory, { script: built.worker });
  await store.load();
  const before = transactions();
  await Promise.all(Array.from({ length: 500 }, (_, i) => store.commit(gone(`${i}`), START + i)));
  expect(transactions() - before).toBeLessThan(5);
  expect((await historyOf(store)).length).toBe(500);
  await store.close();
});

test('a failure in the thread keeps its class and its advice', async () => {
  const store = await openSqliteStore(directory, { thread: false });
  const error: unknown = await openSqliteStore(directory, { script: built.worker }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(StoreLocked);
  expect(String(error)).toContain(`in use by process ${process.pid} on`);
  await store.close();
  await (await openSqliteStore(directory, { script: built.worker })).close();
});

test('when the thread dies, what waits is rejected, and the next call starts another', async () => {
  const store = await openSqliteStore(directory, { script: built.dyingWorker });
  await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
  const results = await Promise.allSettled([
    store.commit(gone('die early'), START + 1),
    store.commit(gone('behind'), START + 2),
    store.stats(),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  for (const result of results.slice(0, 2)) {
    expect(result.status === 'rejected' && result.reason).toBeInstanceOf(StoreStopped);
  }
  await store.commit([{ type: 'alert', alert: newAlert(1, { endsAt: START + 9 }), change: 'refreshed' }], START + 3);
  expect((await store.load()).alerts).toEqual([newAlert(1, { endsAt: START + 9 })]);
  expect((await historyOf(store)).length).toBe(1);
  await store.close();
});

test('a commit whose answer was lost is stored, and can be tried again', async () => {
  const store = await openSqliteStore(directory, { script: built.dyingWorker });
  await store.load();
  const writes: Write[] = [
    { type: 'alert', alert: newAlert(1), change: 'fired' },
    { type: 'alert', alert: newAlert(2, { generatorURL: 'die late' }), change: 'fired' },
  ];
  await expect(store.commit(writes, START)).rejects.toThrow('ended unexpectedly (exit code 7)');
  await store.commit([{ type: 'alert', alert: newAlert(1), change: 'refreshed' }], START + 1);
  expect((await store.load()).alerts).toEqual([newAlert(1), newAlert(2, { generatorURL: 'die late' })]);
  await store.close();
  const again = await openSqliteStore(directory, { script: built.worker });
  await again.commit(writes, START + 1);
  expect((await again.load()).alerts).toEqual([newAlert(1), newAlert(2, { generatorURL: 'die late' })]);
  await again.close();
});

test.each(['die early', 'die late'])('a fold that was under way ends with the thread (%s)', async (how) => {
  const store = await openSqliteStore(directory, { script: built.dyingWorker });
  const beat = (endsAt: number, generatorURL = ''): Write[] =>
    Array.from({ length: 5_000 }, (_, i) => {
      const alert = newAlert(i, { endsAt, ...(i === 0 ? { generatorURL } : {}) });
      return { type: 'alert', alert, change: 'refreshed' };
    });
  await store.commit(Array.from({ length: 12 }, (_, i) => beat(START + i)).flat(), START);
  await expect(store.commit(beat(START + 900, how), START + 1)).rejects.toThrow(StoreStopped);
  await store.load();
  // Behind the next piece of the fold, if there were one.
  await store.stats();
  for (let i = 0; i < 10; i++) await store.commit([], START + 2 + i);
  const endsAt = how === 'die late' ? START + 900 : START + 11;
  expect((await store.load()).alerts.filter((alert) => alert.endsAt !== endsAt)).toEqual([]);
  await store.close();
});

test('a store whose thread died can be closed', async () => {
  const store = await openSqliteStore(directory, { script: built.dyingWorker });
  await expect(store.commit(gone('die early'), START)).rejects.toThrow(StoreStopped);
  await store.close();
  await (await openSqliteStore(directory, { thread: false })).close();
});

test('a thread that cannot start is an error and no hanging', async () => {
  const script = new URL('file:///nowhere/worker.js');
  await expect(openSqliteStore(directory, { script })).rejects.toThrow(StoreStopped);
});
