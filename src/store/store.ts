// The durable journal's interface. What is read is in the engine's memory; the store is for the restart and for history.

import type { Snapshot, Write } from '../engine/types.ts';

/** One write and when it was committed, as history keeps it: heartbeats (`refreshed`) are not history. */
export interface Recorded {
  readonly seq: number;
  readonly at: number;
  readonly write: Write;
}

/** What the store knows of itself, for metrics and the operator. */
export interface StoreStats {
  /** On disk, the write-ahead log included; 0 when nothing is kept on disk. */
  readonly bytes: number;
  /** Commits that became durable since the store was opened, and the writes in them. */
  readonly commits: number;
  readonly writes: number;
}

/** All promises reject with one of the classes of errors.ts. */
export interface Store {
  /** The state as of the last commit. */
  load(): Promise<Snapshot>;
  /**
   * One transaction, durable when the promise resolves: all of the writes or none. Commits happen in the order of the
   * calls: when one fails, those called after it and still waiting fail too, and the caller tries them again in order.
   * Without writes it only moves the snapshot's `at`.
   */
  commit(writes: readonly Write[], at: number): Promise<void>;
  /**
   * What was recorded in `[from, to)`, in the order of the commits, which is that of `seq`. The instants are the
   * callers': they step back where the machine's clock did.
   */
  history(from: number, to: number): AsyncIterable<Recorded>;
  /** Forgets history older than that, in chunks that never hold up a commit for long; resolves with how many entries. */
  prune(before: number): Promise<number>;
  stats(): Promise<StoreStats>;
  /** Waits for the commits under way. Calls after it reject with `StoreClosed`. */
  close(): Promise<void>;
}

/**
 * Whether history keeps the write: what happened to alerts, silences and the configuration, what was decided, tried and
 * told. Refreshed alerts and the beat of groups are heartbeats; the end of a log entry is written in the entry.
 */
export function isHistory(write: Write): boolean {
  switch (write.type) {
    case 'alert':
      return write.change !== 'refreshed';
    case 'group':
    case 'groupGone':
    case 'logGone':
      return false;
    default:
      return true;
  }
}
