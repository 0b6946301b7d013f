// The store that forgets at the end of the process: for tests, and for those who want no files. It keeps the very values
// that it is given.

import type { Snapshot, Write } from '../engine/types.ts';
import { StoreClosed } from './errors.ts';
import { Kept } from './kept.ts';
import { isHistory, type Recorded, type Store, type StoreStats } from './store.ts';

export class MemoryStore implements Store {
  private readonly kept = new Kept();
  private recorded: Recorded[] = [];
  private at = 0;
  private nextSeq = 1;
  private commits = 0;
  private writes = 0;
  private closed = false;

  async load(): Promise<Snapshot> {
    this.check();
    return this.kept.snapshot(this.at);
  }

  async commit(writes: readonly Write[], at: number): Promise<void> {
    this.check();
    for (const write of writes) {
      this.kept.apply(write);
      if (isHistory(write)) this.recorded.push({ seq: this.nextSeq++, at, write });
    }
    this.at = at;
    this.commits++;
    this.writes += writes.length;
  }

  async *history(from: number, to: number): AsyncGenerator<Recorded> {
    this.check();
    for (const entry of this.recorded.filter(({ at }) => at >= from && at < to)) {
      this.check();
      yield entry;
    }
  }

  async prune(before: number): Promise<number> {
    this.check();
    const all = this.recorded.length;
    this.recorded = this.recorded.filter(({ at }) => at >= before);
    return all - this.recorded.length;
  }

  async stats(): Promise<StoreStats> {
    this.check();
    return { bytes: 0, commits: this.commits, writes: this.writes };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private check(): void {
    if (this.closed) throw new StoreClosed('the store is closed');
  }
}
