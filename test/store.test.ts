import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Write } from '../src/engine/types.ts';
import { StoreClosed } from '../src/store/errors.ts';
import { MemoryStore } from '../src/store/memory.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import type { Recorded, Store } from '../src/store/store.ts';
import {
  fingerprintOf,
  historyOf,
  members,
  newAlert,
  newDecision,
  newEntry,
  newSilence,
  START,
  TARGET,
} from './store/samples.ts';

async function all(store: Store, from: number, to: number): Promise<Recorded[]> {
  const entries: Recorded[] = [];
  for await (const entry of store.history(from, to)) entries.push(entry);
  return entries;
}

async function writesOf(store: Store): Promise<Write[]> {
  return (await all(store, 0, Number.MAX_SAFE_INTEGER)).map(({ write }) => write);
}

describe.each(['memory', 'sqlite'])('%s', (kind) => {
  let directory: string;
  let store: Store;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
    store = kind === 'memory' ? new MemoryStore() : await openSqliteStore(directory, { thread: false });
  });

  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  test('a new store is empty and has never been written', async () => {
    expect(await store.load()).toEqual({ alerts: [], silences: [], groups: [], log: [], at: 0 });
    expect(await all(store, 0, START)).toEqual([]);
  });

  test('an alert is as it was reported last', async () => {
    const refreshed = newAlert(1, { endsAt: START + 300_000, updatedAt: START + 60_000 });
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
    await store.commit([{ type: 'alert', alert: newAlert(2), change: 'fired' }], START + 1);
    await store.commit([{ type: 'alert', alert: refreshed, change: 'refreshed' }], START + 60_000);
    const { alerts, at } = await store.load();
    expect(alerts).toEqual([refreshed, newAlert(2)]);
    expect(at).toBe(START + 60_000);
  });

  test('a refresh can move every part of an alert', async () => {
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
    const moved = newAlert(1, { startsAt: START - 5, endsAt: 253_402_300_799_000, timeout: true, annotations: {} });
    await store.commit([{ type: 'alert', alert: moved, change: 'refreshed' }], START + 1);
    expect((await store.load()).alerts).toEqual([moved]);
    const back = newAlert(1, { generatorURL: '', updatedAt: START - 7 });
    await store.commit([{ type: 'alert', alert: back, change: 'refreshed' }], START + 2);
    expect((await store.load()).alerts).toEqual([back]);
  });

  test('an alert that is gone and comes again is a new one', async () => {
    const again = newAlert(1, { labels: { alertname: 'Other' }, startsAt: START + 9 });
    const writes: Write[] = [
      { type: 'alert', alert: newAlert(1), change: 'fired' },
      { type: 'alert', alert: newAlert(2), change: 'fired' },
      { type: 'alert', alert: newAlert(1, { endsAt: START + 1 }), change: 'resolved' },
      { type: 'alertGone', fingerprint: fingerprintOf(1), endedAt: START + 1 },
      { type: 'alert', alert: again, change: 'fired' },
    ];
    await store.commit(writes, START);
    expect((await store.load()).alerts).toEqual([newAlert(2), again]);
    expect(await writesOf(store)).toEqual(writes);
    await store.commit([{ type: 'alertGone', fingerprint: fingerprintOf(1), endedAt: START + 2 }], START + 3);
    expect((await store.load()).alerts).toEqual([newAlert(2)]);
  });

  test('names that JavaScript has a meaning for are names like others', async () => {
    const labels = Object.fromEntries([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['7', 'c'],
    ]);
    const alert = newAlert(1, { labels, annotations: labels });
    const annotations = Object.fromEntries([['__proto__', 'changed']]);
    await store.commit([{ type: 'alert', alert, change: 'fired' }], START);
    await store.commit([{ type: 'alert', alert: { ...alert, annotations }, change: 'changed' }], START);
    const [stored] = (await store.load()).alerts;
    expect(Object.entries(stored!.labels)).toEqual([
      ['7', 'c'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(Object.entries(stored!.annotations)).toEqual([['__proto__', 'changed']]);
    const told = await writesOf(store);
    const last = told[1]?.type === 'alert' ? Object.entries(told[1].alert.annotations) : [];
    expect(last).toEqual([['__proto__', 'changed']]);
  });

  test('silences come back with matchers that match', async () => {
    await store.commit([{ type: 'silence', silence: newSilence('a') }], START);
    await store.commit([{ type: 'silence', silence: newSilence('b') }], START);
    await store.commit([{ type: 'silence', silence: newSilence('a', { comment: 'longer' }) }], START);
    const { silences } = await store.load();
    expect(silences.map(({ id, comment }) => [id, comment])).toEqual([
      ['a', 'longer'],
      ['b', 'works'],
    ]);
    const [equal, unlike] = silences[0]!.matcherSets[0]!;
    expect([equal?.matches('db'), equal?.matches('web')]).toEqual([true, false]);
    expect([unlike?.matches('abc'), unlike?.matches('c')]).toEqual([false, true]);
    await store.commit([{ type: 'silenceGone', id: 'a' }], START);
    expect((await store.load()).silences.map(({ id }) => id)).toEqual(['b']);
    expect((await writesOf(store)).map(({ type }) => type)).toEqual(['silence', 'silence', 'silence', 'silenceGone']);
  });

  test('groups and the notification log are as they were written last', async () => {
    const group = {
      id: '{}:{}',
      flushAt: START,
      firstFlushAt: START,
      pending: true,
      telling: { 'webhook[0]': ['a', 'b'] },
    };
    const other = { ...TARGET, index: 1 };
    await store.commit(
      [
        { type: 'group', group },
        { type: 'group', group: { ...group, id: 'another' } },
        { type: 'notified', entry: newEntry({ receipt: '17.4' }) },
        { type: 'notified', entry: newEntry(other) },
      ],
      START,
    );
    await store.commit([{ type: 'group', group: { ...group, pending: false } }], START);
    await store.commit([{ type: 'notified', entry: newEntry({ at: START + 5 }) }], START);
    let { groups, log } = await store.load();
    expect(groups).toEqual([
      { ...group, pending: false },
      { ...group, id: 'another' },
    ]);
    expect(log).toEqual([newEntry({ at: START + 5 }), newEntry(other)]);
    await store.commit([{ type: 'groupGone', id: '{}:{}' }], START);
    await store.commit([{ type: 'logGone', target: TARGET }], START);
    ({ groups, log } = await store.load());
    expect(groups.map(({ id }) => id)).toEqual(['another']);
    expect(log).toEqual([newEntry(other)]);
  });

  test('a commit without writes moves the instant', async () => {
    await store.commit([], START);
    expect((await store.load()).at).toBe(START);
    await store.commit([], START + 60_000);
    expect((await store.load()).at).toBe(START + 60_000);
  });

  test('history gives back what was written, without heartbeats, in the order of the commits', async () => {
    const writes: Write[] = [
      { type: 'alert', alert: newAlert(1), change: 'fired' },
      { type: 'alert', alert: newAlert(1, { annotations: { summary: 'other' } }), change: 'changed' },
      { type: 'silence', silence: newSilence('a') },
      { type: 'decision', decision: newDecision() },
      {
        type: 'decision',
        decision: newDecision({ reason: null, hold: 'muted', muted: [{ by: 'silence', names: ['a'], alerts: ['x'] }] }),
      },
      {
        type: 'attempt',
        attempt: {
          ...TARGET,
          attempt: 1,
          tries: 1,
          reason: 'first notification',
          startedAt: START,
          outcome: { ok: false, retry: true, reason: 'serverError', message: '503', retryAfterMs: 5 },
          final: false,
        },
      },
      { type: 'notified', entry: newEntry({ receipt: 'r' }) },
      { type: 'config', hash: 'h', original: 'route: {}' },
      { type: 'alert', alert: newAlert(1, { endsAt: START + 5 }), change: 'resolved' },
      { type: 'alertGone', fingerprint: fingerprintOf(1), endedAt: START + 5 },
      { type: 'silenceGone', id: 'a' },
      { type: 'config', hash: 'h', original: 'route: {}' },
    ];
    const beats: Write[] = [
      { type: 'alert', alert: newAlert(2), change: 'refreshed' },
      { type: 'group', group: { id: 'g', flushAt: 1, firstFlushAt: 1, pending: false, telling: {} } },
      { type: 'groupGone', id: 'g' },
      { type: 'logGone', target: TARGET },
    ];
    for (const [i, write] of writes.entries()) await store.commit([...beats, write], START + i);
    const entries = await all(store, 0, START + 100);
    const plain = (text: unknown): unknown => JSON.parse(JSON.stringify(text));
    expect(entries.map(({ write }) => plain(write))).toEqual(plain(writes));
    expect(entries.map(({ at }) => at)).toEqual(writes.map((_, i) => START + i));
    expect(entries.map(({ seq }) => seq)).toEqual(writes.map((_, i) => i + 1));
    const part = await all(store, START + 2, START + 5);
    expect(part.map(({ seq }) => seq)).toEqual([3, 4, 5]);
  });

  test('long lists come back as they were, in their order', async () => {
    const [first = '', second = '', ...others] = members(500);
    const lists = [
      members(500),
      [second, first, ...others],
      members(501),
      members(499, 2),
      members(500),
      members(30, 900),
      members(500).reverse(),
    ];
    for (const firing of lists) {
      const muted = [{ by: 'inhibition' as const, names: [], alerts: firing }];
      await store.commit([{ type: 'decision', decision: newDecision({ firing, muted }) }], START);
      await store.commit([{ type: 'notified', entry: newEntry({ firing, resolved: members(20) }) }], START);
    }
    const told = await writesOf(store);
    const expected = lists.flatMap((firing) => [
      { firing, muted: [firing], resolved: [] },
      { firing, resolved: members(20) },
    ]);
    expect(
      told.map((write) => {
        if (write.type === 'decision') {
          const { firing, resolved, muted } = write.decision;
          return { firing, resolved, muted: muted.map(({ alerts }) => alerts) };
        }
        return write.type === 'notified' ? { firing: write.entry.firing, resolved: write.entry.resolved } : undefined;
      }),
    ).toEqual(expected);
    expect((await store.load()).log).toEqual([newEntry({ firing: lists.at(-1)!, resolved: members(20) })]);
  });

  test('history is in the order of the commits also when the clock was set back', async () => {
    const instants = [START + 100, START + 200, START + 50, START + 150, START + 250];
    for (const [i, at] of instants.entries()) {
      await store.commit([{ type: 'silenceGone', id: String(i) }], at);
    }
    const found = await all(store, START + 60, START + 210);
    expect(found.map(({ seq, at }) => [seq, at])).toEqual([
      [1, START + 100],
      [2, START + 200],
      [4, START + 150],
    ]);
    // Both borders lie between others.
    expect((await all(store, START + 51, START + 200)).map(({ seq }) => seq)).toEqual([1, 4]);
    expect((await all(store, START + 50, START + 201)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('prune forgets what is older, and nothing of the present', async () => {
    await store.commit(
      [
        { type: 'alert', alert: newAlert(1), change: 'fired' },
        { type: 'alert', alert: newAlert(2), change: 'fired' },
        { type: 'silence', silence: newSilence('a') },
        { type: 'notified', entry: newEntry({ firing: members(50) }) },
        { type: 'config', hash: 'h', original: 'x' },
      ],
      START,
    );
    await store.commit(
      [
        { type: 'alertGone', fingerprint: fingerprintOf(1), endedAt: START },
        { type: 'alert', alert: newAlert(2, { endsAt: START }), change: 'resolved' },
        { type: 'config', hash: 'h', original: 'x' },
      ],
      START + 10,
    );
    const before = await store.load();
    expect(await store.prune(START + 10)).toBe(5);
    expect(await store.prune(START + 10)).toBe(0);
    expect(JSON.stringify(await store.load())).toBe(JSON.stringify(before));
    expect((await all(store, 0, START + 100)).map(({ seq, write }) => [seq, write.type])).toEqual([
      [6, 'alertGone'],
      [7, 'alert'],
      [8, 'config'],
    ]);
    expect(await store.prune(START + 100)).toBe(3);
    expect(await historyOf(store)).toEqual([]);
    await store.commit([{ type: 'silenceGone', id: 'a' }], START + 11);
    expect((await all(store, 0, START + 100)).map(({ seq }) => seq)).toEqual([9]);
  });

  test('stats counts what was committed', async () => {
    await store.commit([{ type: 'alert', alert: newAlert(1), change: 'fired' }], START);
    await store.commit([], START);
    const { commits, writes, bytes } = await store.stats();
    expect({ commits, writes }).toEqual({ commits: 2, writes: 1 });
    expect(bytes > 0).toBe(kind === 'sqlite');
  });

  test('close waits for the commits that were called before', async () => {
    const commits = Array.from({ length: 20 }, (_, i) =>
      store.commit([{ type: 'alert', alert: newAlert(i), change: 'fired' }], START + i),
    );
    const loading = store.load();
    await store.close();
    await Promise.all(commits);
    expect((await loading).alerts.length).toBe(20);
  });

  test('everything rejects after close, and close does not', async () => {
    await store.close();
    await expect(store.load()).rejects.toThrow(StoreClosed);
    await expect(store.commit([], START)).rejects.toThrow(StoreClosed);
    await expect(historyOf(store)).rejects.toThrow(StoreClosed);
    await expect(store.prune(START)).rejects.toThrow(StoreClosed);
    await expect(store.stats()).rejects.toThrow(StoreClosed);
    await store.close();
  });
});
