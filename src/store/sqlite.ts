// The store on disk, as the engine's thread sees it: one thing at a time goes to the database file, commits first, and
// those that wait together become durable together.

import type { Snapshot, Write } from '../engine/types.ts';
import { type Channel, openHere, openThread, threadsRun } from './channel.ts';
import type { Encoder } from './encode.ts';
import { StoreClosed, StoreError, StoreStopped, toStoreError } from './errors.ts';
import { Fold, foldIsDue } from './fold.ts';
import { readEvents, readSpan, type Turn } from './read-history.ts';
import { readState } from './read-state.ts';
import type { Recorded, Store, StoreStats } from './store.ts';

export interface SqliteOptions {
  /**
   * Whether the file has a thread of its own, or the caller's thread waits for the disk, which is enough for tools.
   * By default it has one wherever one can be started.
   */
  readonly thread?: boolean;
  /** The thread's script, where it is not beside this file. */
  readonly script?: URL;
}

/**
 * Opens the store in `directory`, which is created when it is missing. Rejects with the classes of errors.ts: when another
 * process has it, when it cannot be written, when it is damaged, or when it is from a newer version.
 */
export async function openSqliteStore(directory: string, options: SqliteOptions = {}): Promise<Store> {
  const open: Open = () => {
    const thread = options.thread ?? (options.script !== undefined || threadsRun());
    return thread ? openThread(directory, options.script) : openHere(directory);
  };
  return new SqliteStore(open, await open());
}

interface Commit {
  readonly writes: readonly Write[];
  readonly at: number;
  resolve(): void;
  reject(error: unknown): void;
}

type Open = () => Promise<Channel> | Channel;

/** From how many writes on no further commit joins a transaction: beyond that its length outweighs the shared wait. */
const MOST_TOGETHER = 5_000;

class SqliteStore implements Store {
  private readonly open: Open;
  private channel: Channel;
  /** What is stored by which id; `undefined` when that has to be read first. */
  private encoder: Encoder | undefined;
  /** The instant of the last commit. */
  private at = 0;
  private readonly commits: Commit[] = [];
  private readonly jobs: (() => Promise<void>)[] = [];
  private pumping = false;
  private closing: Promise<void> | undefined;
  private folding = false;
  /** The last row of the journal after the last fold. */
  private foldedAt = 0;
  private done = { commits: 0, writes: 0 };

  constructor(open: Open, channel: Channel) {
    this.open = open;
    this.channel = channel;
  }

  load(): Promise<Snapshot> {
    return this.turn((channel) => this.read(channel));
  }

  commit(writes: readonly Write[], at: number): Promise<void> {
    if (this.closing !== undefined) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.commits.push({ writes, at, resolve, reject });
      void this.pump();
    });
  }

  async *history(from: number, to: number): AsyncGenerator<Recorded> {
    const turn: Turn = (work) => this.turn(work);
    const span = await readSpan(turn, from, to);
    if (span === undefined) return;
    for (let after = span.first - 1; after < span.last; ) {
      const piece = await turn((channel) => readEvents(channel, { from, to, after, until: span.last }));
      yield* piece.entries;
      after = piece.after;
    }
  }

  async prune(before: number): Promise<number> {
    let events = 0;
    for (let more = true; more; ) {
      const piece = await this.turn((channel) => {
        this.encoder?.evict(before);
        return channel.call('prune', before);
      });
      events += piece.events;
      more = piece.more;
    }
    while (await this.turn((channel) => channel.call('shrink', undefined)));
    return events;
  }

  async stats(): Promise<StoreStats> {
    const bytes = await this.turn((channel) => channel.call('size', undefined));
    return { bytes, ...this.done };
  }

  close(): Promise<void> {
    this.closing ??= this.enqueue(async () => {
      while (this.commits.length > 0) await this.commitSome();
      try {
        if (!this.channel.broken()) await this.channel.call('close', undefined);
      } finally {
        await this.channel.end();
      }
    });
    return this.closing;
  }

  /** Does the work when nothing else uses the file. */
  private turn<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    if (this.closing !== undefined) return Promise.reject(closed());
    return this.enqueue(async () => work(await this.ready()));
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.jobs.push(() => work().then(resolve, reject));
      void this.pump();
    });
  }

  /** One thing at a time: commits and the rest take turns, so that neither waits for more than one of the other. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    // Commits that are called together are stored together.
    await Promise.resolve();
    while (this.commits.length > 0 || this.jobs.length > 0) {
      if (this.commits.length > 0) await this.commitSome();
      await this.jobs.shift()?.();
    }
    this.pumping = false;
  }

  /** The way to the file; made anew when the thread has ended. */
  private async ready(): Promise<Channel> {
    if (this.channel.broken()) {
      this.encoder = undefined;
      this.channel = await this.open();
    }
    return this.channel;
  }

  private async read(channel: Channel): Promise<Snapshot> {
    const { snapshot, encoder, firstRow } = await readState(channel);
    this.encoder = encoder;
    this.at = snapshot.at;
    this.foldedAt = firstRow;
    return snapshot;
  }

  /** Stores what waits, together. When that fails, one by one up to the one at fault; those behind it fail with it. */
  private async commitSome(): Promise<void> {
    const together = this.takeTogether();
    try {
      await this.store(together);
    } catch (error) {
      // When the thread ended, they may be stored.
      if (together.length === 1 || error instanceof StoreStopped) this.fail(together, error);
      else await this.commitEach(together);
      return;
    }
    for (const commit of together) commit.resolve();
    if (!this.folding && this.encoder !== undefined && foldIsDue(this.encoder, this.foldedAt)) {
      this.folding = true;
      void this.fold(this.encoder);
    }
  }

  private async commitEach(together: readonly Commit[]): Promise<void> {
    for (const [i, commit] of together.entries()) {
      try {
        await this.store([commit]);
        commit.resolve();
      } catch (error) {
        this.fail(together.slice(i), error);
        return;
      }
    }
  }

  private fail(commits: readonly Commit[], error: unknown): void {
    for (const { reject } of [...commits, ...this.commits.splice(0)]) reject(error);
  }

  private takeTogether(): Commit[] {
    let writes = 0;
    let count = 0;
    for (; count < this.commits.length && (count === 0 || writes < MOST_TOGETHER); count++) {
      writes += this.commits[count]!.writes.length;
    }
    return this.commits.splice(0, count);
  }

  /** In one transaction. */
  private async store(commits: readonly Commit[]): Promise<void> {
    const channel = await this.ready();
    if (this.encoder === undefined) await this.read(channel);
    const encoder = this.encoder!;
    encoder.begin();
    try {
      for (const { writes, at } of commits) encoder.add(writes, at);
      await channel.call('commit', encoder.take());
    } catch (error) {
      encoder.rollback();
      // The database refused a row: it is not as we know it, and is read anew for the next commit.
      if (error instanceof StoreError && error.kind === 'failed') this.encoder = undefined;
      throw toStoreError(error, 'the database');
    }
    for (const { writes, at } of commits) {
      this.at = at;
      this.done = { commits: this.done.commits + 1, writes: this.done.writes + writes.length };
    }
  }

  private async fold(encoder: Encoder): Promise<void> {
    const fold = new Fold(encoder);
    try {
      while (await this.turn((channel) => this.foldPiece(channel, encoder, fold)));
      while (await this.turn((channel) => channel.call('forget', fold.until)));
      encoder.alerts.journaled = 0;
      this.foldedAt = encoder.lastRow();
    } catch {
      // Nothing is lost: the journal stays long, and a later commit begins another fold.
    } finally {
      this.folding = false;
    }
  }

  private async foldPiece(channel: Channel, encoder: Encoder, fold: Fold): Promise<boolean> {
    if (this.encoder !== encoder) throw new StoreStopped('the journal was read anew');
    const cells = fold.next(this.at);
    if (cells === undefined) return false;
    try {
      await channel.call('commit', cells);
      return true;
    } catch (error) {
      encoder.rollback();
      throw error;
    }
  }
}

function closed(): StoreClosed {
  return new StoreClosed('the store is closed');
}
