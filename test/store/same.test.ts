import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Write } from '../../src/engine/types.ts';
import type { Alert } from '../../src/model/alert.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { Random } from '../support/random.ts';
import { historyOf, newAlert, START, Story, stateOf, TARGET } from './samples.ts';

let directory: string;
let disk: Store;
let memory: MemoryStore;

const open = (): Promise<Store> => openSqliteStore(directory, { thread: false });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
  disk = await open();
  memory = new MemoryStore();
});

afterEach(async () => {
  await disk.close();
  rmSync(directory, { recursive: true });
});

async function both(writes: readonly Write[], at: number): Promise<void> {
  await Promise.all([disk.commit(writes, at), memory.commit(writes, at)]);
}

/** Where the two lists differ first: shorter to read than both. */
function difference(a: readonly string[], b: readonly string[]): unknown {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i >= 0 || a.length !== b.length ? { i, disk: a[i], memory: b[i], lengths: [a.length, b.length] } : undefined;
}

async function expectSameState(): Promise<void> {
  expect(difference(await stateOf(disk), await stateOf(memory))).toBeUndefined();
}

async function expectSameHistory(from?: number, to?: number): Promise<void> {
  expect(difference(await historyOf(disk, from, to), await historyOf(memory, from, to))).toBeUndefined();
}

/** A write that cannot be stored. */
const impossible: Write = {
  type: 'attempt',
  attempt: {
    ...TARGET,
    attempt: 1,
    tries: 1,
    reason: 'first notification',
    startedAt: START,
    final: true,
    get outcome(): never {
      throw new Error('no outcome');
    },
  },
};

/** Commits of that instant fail in the middle of their transaction, until the function that is returned is called. */
function refuse(at: number): () => void {
  const db = new Database(join(directory, 'tocsin.db'));
  db.exec(
    `CREATE TRIGGER refuse BEFORE INSERT ON journal WHEN NEW.at = ${at} BEGIN SELECT RAISE (ABORT, 'refused'); END`,
  );
  return () => {
    db.exec('DROP TRIGGER refuse');
    db.close();
  };
}

describe('the store on disk says what the one in memory says', () => {
  test.each(Array.from({ length: 10 }, (_, i) => i + 1))('whatever is written (seed %i)', async (seed) => {
    const story = new Story(seed);
    const random = new Random(seed + 1_000);
    for (let i = 0; i < 50; i++) {
      const writes = story.next();
      if (random.chance(0.1)) {
        await expect(disk.commit([...writes, impossible], story.at)).rejects.toThrow('no outcome');
      }
      if (random.chance(0.1)) {
        const accept = refuse(story.at);
        await expect(disk.commit(writes, story.at)).rejects.toThrow('refused');
        accept();
      }
      await both(writes, story.at);
      if (random.chance(0.1)) {
        await disk.close();
        disk = await open();
      }
      if (random.chance(0.1)) {
        const before = START + random.below(story.at - START + 2);
        expect(await disk.prune(before)).toBe(await memory.prune(before));
      }
      if (random.chance(0.1)) await expectSameState();
    }
    await expectSameState();
    await expectSameHistory();
    const [from, to] = [START + random.below(86_400_000), story.at - random.below(10_000)];
    await expectSameHistory(from, to);
    await disk.close();
    disk = await open();
    await expectSameState();
    await expectSameHistory();
  });

  test('after so many refreshes that the journal is folded', async () => {
    const story = new Story(99);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 20; i++) await both(story.next(), story.at);
      const beats: Write[] = Array.from({ length: 30_000 }, (_, i) => {
        const times = { endsAt: story.at + i, updatedAt: story.at - (i % 3), timeout: i % 7 === 0 };
        const alert = newAlert(1_000 + (i % 5_000), times);
        return { type: 'alert', alert, change: 'refreshed' };
      });
      await both(beats, story.at);
      // In the middle of the fold.
      for (let i = 0; i < 3; i++) await both(story.next(), story.at);
      if (round === 0) {
        await disk.close();
        disk = await open();
      }
    }
    const db = new Database(join(directory, 'tocsin.db'), { readonly: true });
    const journaled = (): unknown => db.prepare('SELECT sum(length(times)) FROM journal').pluck().get();
    const long = Number(journaled());
    while (Number(journaled()) > long / 2) await disk.commit([], story.at);
    db.close();
    await memory.commit([], story.at);
    await expectSameState();
    await disk.close();
    disk = await open();
    await expectSameState();
  });
});

describe('a commit that fails', () => {
  const report = (i: number, changes: Partial<Alert>): Write => {
    return { type: 'alert', alert: newAlert(i, changes), change: 'refreshed' };
  };

  test('leaves nothing for a later fold', async () => {
    const seldom = { startsAt: START - 1, endsAt: START + 1, updatedAt: START + 1, timeout: true };
    await both([report(1, {}), report(2, {})], START);
    await both([report(1, { endsAt: START + 2 }), report(2, seldom)], START + 1);
    const lost = [report(1, { ...seldom, endsAt: 0 }), report(2, { endsAt: 0, updatedAt: 0 }), impossible];
    await expect(disk.commit(lost, START + 2)).rejects.toThrow('no outcome');
    await both(
      Array.from({ length: 60_000 }, (_, i) => report(3, { endsAt: START + i })),
      START + 3,
    );
    const db = new Database(join(directory, 'tocsin.db'), { readonly: true });
    const longest = (): number => Number(db.prepare('SELECT max(length(times)) FROM journal').pluck().get());
    while (longest() > 1_000) await disk.stats();
    db.close();
    await expectSameState();
  });

  test('leaves no text that a later report is compared with', async () => {
    const other = { annotations: { summary: 'other' }, generatorURL: 'other' };
    await both([report(1, {})], START);
    await expect(disk.commit([report(1, other), impossible], START + 1)).rejects.toThrow('no outcome');
    await both([report(1, { ...other, generatorURL: '' })], START + 2);
    await expectSameState();
    await expect(disk.commit([report(1, {}), impossible], START + 3)).rejects.toThrow('no outcome');
    await both([report(1, { ...other, generatorURL: 'third' })], START + 4);
    await both([report(1, {})], START + 5);
    await expectSameState();
  });
});

describe('commits that are called at once', () => {
  test('are stored in their order', async () => {
    const story = new Story(5);
    await Promise.all(Array.from({ length: 200 }, () => both(story.next(), story.at)));
    await expectSameState();
    await expectSameHistory();
  });

  test('those behind one that fails fail with it, those before are stored, and all can be tried again', async () => {
    const story = new Story(6);
    const commits = Array.from({ length: 30 }, () => {
      const writes = story.next();
      return { writes, at: story.at };
    });
    const results = await Promise.allSettled(
      commits.map(({ writes, at }, i) => disk.commit(i === 20 ? [...writes, impossible] : writes, at)),
    );
    expect(results.map(({ status }) => status)).toEqual(commits.map((_, i) => (i < 20 ? 'fulfilled' : 'rejected')));
    for (const { writes, at } of commits.slice(0, 20)) await memory.commit(writes, at);
    await expectSameState();
    for (const { writes, at } of commits.slice(20)) await both(writes, at);
    await expectSameState();
    await expectSameHistory();
  });

  test('one that is called while the one before it is failing fails too', async () => {
    await disk.load();
    const accept = refuse(START);
    const first = disk.commit([{ type: 'silenceGone', id: 'a' }], START).catch(String);
    // The first is on its way now.
    await new Promise((resolve) => process.nextTick(resolve));
    const second = disk.commit([{ type: 'silenceGone', id: 'b' }], START + 1).catch(String);
    expect([await first, await second]).toEqual([
      expect.stringContaining('refused'),
      expect.stringContaining('refused'),
    ]);
    accept();
    expect(await historyOf(disk)).toEqual([]);
    expect((await disk.load()).at).toBe(0);
  });

  test('are all stored before a close that is called after them, however many', async () => {
    const beats = (round: number): Write[] =>
      Array.from({ length: 4_000 }, (_, i) => ({ type: 'silenceGone', id: `${round} ${i}` }));
    const commits = Array.from({ length: 5 }, (_, round) => disk.commit(beats(round), START + round));
    await disk.close();
    await Promise.all(commits);
    disk = await open();
    expect((await historyOf(disk)).length).toBe(20_000);
  });
});
