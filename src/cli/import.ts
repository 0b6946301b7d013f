// `tocsinctl import`: takes over what an Alertmanager left on disk, so that a move to Tocsin neither wakes anybody twice
// nor forgets a silence.

import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry, Snapshot, Write } from '../engine/types.ts';
import type { Silence } from '../model/silence.ts';
import { StoreError, StoreLocked } from '../store/errors.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { targetKey } from '../store/target.ts';
import { type AlertmanagerSnapshot, readSnapshot, SnapshotError } from './alertmanager-snapshot.ts';
import { CommandError, type Session } from './terminal.ts';
import { describeFileError } from './values.ts';

interface Taken {
  readonly writes: readonly Write[];
  readonly silences: number;
  readonly entries: number;
  /** What Alertmanager would have forgotten by now, and what the store knows as well or better. */
  readonly expired: number;
  readonly known: number;
}

/** Reads all files before it writes anything. Throws a `CommandError`. */
export async function importSnapshots(session: Session, files: readonly string[], directory: string): Promise<void> {
  const snapshots: AlertmanagerSnapshot[] = [];
  for (const file of files.flatMap(snapshotsAt)) snapshots.push(await read(session, file));
  const now = Date.now();
  const taken = await write(directory, snapshots, now);
  const skipped = snapshots.reduce((sum, snapshot) => sum + snapshot.skipped.length, 0);
  if (session.format === 'json') {
    const { silences, entries, expired, known } = taken;
    session.terminal.out(`${JSON.stringify({ silences, entries, expired, known, skipped })}\n`);
  } else {
    session.terminal.out(
      `Took over ${taken.silences} silences and ${taken.entries} entries of the notification log into ${directory}.\n` +
        `Left out: ${taken.expired} expired, ${taken.known} that the store knows already, ${skipped} that cannot be taken over.\n`,
    );
  }
  if (skipped > 0)
    throw new CommandError(
      'not everything could be taken over',
      'The rest has been: what was left out is listed above.',
    );
}

/** A file, or those that an Alertmanager leaves in its storage path. */
function snapshotsAt(path: string): string[] {
  if (!isDirectory(path)) return [path];
  const found = ['silences', 'nflog'].map((name) => join(path, name)).filter((file) => existsSync(file));
  if (found.length > 0) return found;
  throw new CommandError(
    `there is neither "silences" nor "nflog" in ${path}`,
    "Name the folder of Alertmanager's --storage.path; it writes them when it stops, and every 15 minutes.",
  );
}

/** What cannot be looked at is told when it is read. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function read(session: Session, file: string): Promise<AlertmanagerSnapshot> {
  try {
    const snapshot = readSnapshot(await readFile(file));
    for (const line of snapshot.skipped) session.terminal.err(`${file}: left out ${line}\n`);
    return snapshot;
  } catch (error) {
    if (error instanceof SnapshotError) throw new CommandError(`${file}: ${error.message}`);
    throw new CommandError(describeFileError('open', file, error));
  }
}

async function write(directory: string, snapshots: readonly AlertmanagerSnapshot[], now: number): Promise<Taken> {
  try {
    const store = await openSqliteStore(directory, { thread: false });
    try {
      const before = await store.load();
      const taken = takeOver(before, snapshots, now);
      // Not at this moment where there are alerts: the instant of the last commit tells for how long nobody could refresh them.
      if (taken.writes.length > 0) await store.commit(taken.writes, before.at === 0 ? now : before.at);
      return taken;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreLocked) {
      throw new CommandError(
        error.message,
        'Or take over the silences alone, while both servers run: "tocsinctl --alertmanager.url=http://old:9093 silence query -o json | tocsinctl silence import".',
      );
    }
    if (error instanceof StoreError) throw new CommandError(error.message);
    throw error;
  }
}

/** What is to be written so that the store knows what the files know. The newer version of the same thing counts. */
export function takeOver(before: Snapshot, snapshots: readonly AlertmanagerSnapshot[], now: number): Taken {
  const silences = new Map<string, Silence>(before.silences.map((silence) => [silence.id, silence]));
  const log = new Map<string, LogEntry>(before.log.map((entry) => [targetKey(entry), entry]));
  const changed = new Map<string, Write>();
  let expired = 0;
  let known = 0;
  const take = (key: string, write: Write, newer: boolean, expiresAt: number) => {
    if (expiresAt <= now) expired++;
    else if (!newer) known++;
    else changed.set(key, write);
    return expiresAt > now && newer;
  };
  for (const snapshot of snapshots) {
    for (const { expiresAt, ...silence } of snapshot.silences) {
      const newer = silence.updatedAt > (silences.get(silence.id)?.updatedAt ?? Number.NEGATIVE_INFINITY);
      const taken = take(`silence ${silence.id}`, { type: 'silence', silence }, newer, expiresAt);
      if (taken) silences.set(silence.id, silence);
    }
    for (const entry of snapshot.log) {
      const key = targetKey(entry);
      const newer = entry.at > (log.get(key)?.at ?? Number.NEGATIVE_INFINITY);
      const taken = take(`entry ${key}`, { type: 'notified', entry }, newer, entry.expiresAt);
      if (taken) log.set(key, entry);
    }
  }
  const writes = [...changed.values()];
  const count = (type: Write['type']) => writes.filter((one) => one.type === type).length;
  return { writes, silences: count('silence'), entries: count('notified'), expired, known };
}
