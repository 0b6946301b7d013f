import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { Built, type Child } from './built.ts';
import { historyOf, Story, stateOf } from './samples.ts';

let built: Built;
let directory: string;
let child: Child | undefined;

beforeAll(() => {
  built = Built.make();
});

afterAll(() => built.remove());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
});

afterEach(async () => {
  child?.process.kill('SIGKILL');
  await child?.ended;
  child = undefined;
  rmSync(directory, { recursive: true });
});

function storedBy(writer: Child): number {
  const numbers = writer.lines.filter((line) => line.startsWith('stored ')).map((line) => Number(line.slice(7)));
  return Math.max(0, ...numbers);
}

/** That the store holds the first so many commits of the story, at least those that were acknowledged, and no part of others. */
async function expectWhole(seed: number, acknowledged: number): Promise<void> {
  const store = await openSqliteStore(directory, { thread: false });
  const db = new Database(join(directory, 'tocsin.db'), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  const stored = Number(db.prepare('SELECT coalesce(max(id), 0) FROM journal').pluck().get());
  db.close();
  expect(stored).toBeGreaterThanOrEqual(acknowledged);
  const memory = new MemoryStore();
  const story = new Story(seed);
  for (let i = 0; i < stored; i++) {
    const writes = story.next();
    await memory.commit(writes, story.at);
  }
  expect(await stateOf(store)).toEqual(await stateOf(memory));
  expect(await historyOf(store)).toEqual(await historyOf(memory));
  await store.close();
}

describe('a process that is killed in the middle of commits', () => {
  test.each(Array.from({ length: 8 }, (_, i) => i + 1))(
    'has stored all that was acknowledged and nothing by half (%i)',
    async (seed) => {
      const writer = built.child(['write', directory, String(seed), seed % 4 === 0 ? 'no' : 'yes']);
      child = writer;
      await writer.line('stored');
      await setTimeout(seed * 17);
      writer.process.kill('SIGKILL');
      await writer.ended;
      expect(storedBy(writer)).toBeGreaterThan(0);
      await expectWhole(seed, storedBy(writer));
    },
  );

  test('lets go of the data directory', async () => {
    child = built.child(['hold', directory]);
    await child.line('open');
    await expect(openSqliteStore(directory, { thread: false })).rejects.toThrow(`process ${child.process.pid} on`);
    child.process.kill('SIGKILL');
    await child.ended;
    await (await openSqliteStore(directory, { thread: false })).close();
  });
});

test('of two processes the second is told who has the directory, and has it once the first has closed', async () => {
  const first = built.child(['hold', directory]);
  child = first;
  await first.line('open');
  const second = built.child(['hold', directory]);
  const refused = await second.line('failed');
  expect(refused).toContain('StoreLocked');
  expect(refused).toContain(`in use by process ${first.process.pid} on`);
  expect(refused).toContain('--storage.path');
  await second.ended;
  first.process.stdin!.end();
  await first.ended;
  await (await openSqliteStore(directory, { thread: false })).close();
});

/** What a full disk leaves: all that was acknowledged. */
async function expectStored(place: string, commits: number): Promise<void> {
  const store = await openSqliteStore(place, { thread: false });
  expect((await store.load()).alerts.length).toBe(commits * 64);
  expect((await historyOf(store)).length).toBe(commits * 64);
  await store.close();
}

/** A way to run out of room: a process that fills the store in `place`, and how to make room. */
interface Scarcity {
  place(): string;
  begin(): Child;
  relieve(writer: Child): void;
  end(): void;
}

/** A limit on the size of files, which SQLite's log reaches first. */
const limit: Scarcity = {
  place: () => directory,
  begin: () => built.child(['fill', directory], 3_000),
  relieve: (writer) => {
    spawnSync('prlimit', ['--fsize=unlimited', '--pid', String(writer.process.pid)]);
  },
  end: () => {},
};

/** A small file system of its own, which is full. */
const disk: Scarcity = {
  place: () => join(directory, 'disk', 'data'),
  begin: () => {
    mkdirSync(join(directory, 'disk'));
    mount(join(directory, 'disk'));
    writeFileSync(join(directory, 'disk', 'ballast'), Buffer.alloc(2_000_000));
    return built.child(['fill', join(directory, 'disk', 'data')]);
  },
  relieve: () => unlinkSync(join(directory, 'disk', 'ballast')),
  end: () => unmount(join(directory, 'disk')),
};

function mount(place: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', place]).status === 0;
}

function unmount(place: string): void {
  spawnSync('umount', ['-l', place]);
}

/** Only root may mount, and not in every container: elsewhere the limit stands for the full disk. */
function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'tocsin-mount-'));
  try {
    if (!mount(place)) return false;
    unmount(place);
    return true;
  } finally {
    rmdirSync(place);
  }
}

describe.each(mayMount() ? [limit, disk] : [limit])('a store without room (%#)', (scarcity) => {
  afterEach(() => scarcity.end());

  test('rejects commits, keeps what was acknowledged, and goes on when there is room', async () => {
    const writer = scarcity.begin();
    child = writer;
    const full = await writer.line('full');
    expect(full).toContain('StoreFull');
    expect(full).toContain('free disk space');
    const stored = storedBy(writer);
    expect(stored).toBeGreaterThan(5);
    writer.say('try');
    expect(await writer.line('again')).toContain('StoreFull');
    scarcity.relieve(writer);
    const seen = writer.lines.length;
    writer.say('try');
    expect(await writer.line('again', seen)).toBe('again ok');
    writer.say('end');
    expect(await writer.line('closed')).toBe(`closed ${stored + 1}`);
    await writer.ended;
    await expectStored(scarcity.place(), stored + 1);
  });

  test('is read as ever after the process was killed', async () => {
    const writer = scarcity.begin();
    child = writer;
    await writer.line('full');
    writer.process.kill('SIGKILL');
    await writer.ended;
    await expectStored(scarcity.place(), storedBy(writer));
  });
});
