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
  readonly bytes: number;
  readonly commits: number;
  readonly writes: number;
}

export interface Store {
  /** The state as of the last commit. */
  load(): Promise<Snapshot>;
  /** One transaction, durable when the promise resolves: all of the writes or none. Commits happen in the order of the calls. */
  commit(writes: readonly Write[], at: number): Promise<void>;
  /** What was recorded in `[from, to)`, oldest first. */
  history(from: number, to: number): AsyncIterable<Recorded>;
  /** Forgets history older than that, in chunks that never hold up a commit for long; resolves with the number of rows. */
  prune(before: number): Promise<number>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}
