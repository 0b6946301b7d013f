// The store that forgets at the end of the process: for tests, and for those who want no files. It keeps the very values
// that it is given.

import type { GroupRecord, LogEntry, Snapshot, Write } from '../engine/types.ts';
import type { Alert } from '../model/alert.ts';
import type { Silence } from '../model/silence.ts';
import { StoreClosed } from './errors.ts';
import { isHistory, type Recorded, type Store, type StoreStats } from './store.ts';
import { targetKey } from './target.ts';

export class MemoryStore implements Store {
  private readonly alerts = new Map<string, Alert>();
  private readonly silences = new Map<string, Silence>();
  private readonly groups = new Map<string, GroupRecord>();
  private readonly log = new Map<string, LogEntry>();
  private recorded: Recorded[] = [];
  private at = 0;
  private nextSeq = 1;
  private commits = 0;
  private writes = 0;
  private closed = false;

  async load(): Promise<Snapshot> {
    this.check();
    return {
      alerts: [...this.alerts.values()],
      silences: [...this.silences.values()],
      groups: [...this.groups.values()],
      log: [...this.log.values()],
      at: this.at,
    };
  }

  async commit(writes: readonly Write[], at: number): Promise<void> {
    this.check();
    for (const write of writes) {
      this.apply(write);
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

  private apply(write: Write): void {
    switch (write.type) {
      case 'alert':
        this.alerts.set(write.alert.fingerprint, write.alert);
        break;
      case 'alertGone':
        this.alerts.delete(write.fingerprint);
        break;
      case 'silence':
        this.silences.set(write.silence.id, write.silence);
        break;
      case 'silenceGone':
        this.silences.delete(write.id);
        break;
      case 'group':
        this.groups.set(write.group.id, write.group);
        break;
      case 'groupGone':
        this.groups.delete(write.id);
        break;
      case 'notified':
        this.log.set(targetKey(write.entry), write.entry);
        break;
      case 'logGone':
        this.log.delete(targetKey(write.target));
        break;
    }
  }
}
