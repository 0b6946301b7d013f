// The imperative shell around the engine: one clock, one timer, one commit at a time. It steps the engine when something
// arrives or is due, commits what the step wrote, and only then answers and sends.

import type { Engine } from '../engine/engine.ts';
import type { Delivery, Input, Ready, Write } from '../engine/types.ts';
import type { Store } from '../store/store.ts';
import { compactWrites } from './backlog.ts';

/** What the loop tells the rest of the shell; it neither logs nor counts itself. */
export interface LoopEvents {
  /** An attempt is to be made now; its outcome comes back as a `sent` input. */
  send(delivery: Delivery): void;
  /** After each step, with what it took and gave. */
  stepped(input: Input, ready: Ready, tookMs: number): void;
  committed(writes: number, tookMs: number): void;
  commitFailed(error: unknown, backlog: number): void;
  commitRecovered(): void;
}

/** The store did not take a write in time: the caller should try again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

export interface LoopOptions {
  /** How long a caller waits for its commit before it hears `StoreUnavailable`, and a notification for its bookkeeping. */
  readonly patienceMs: number;
  /** How long to wait after a failed commit before it is tried again. */
  readonly retryMs: number;
}

const DEFAULTS: LoopOptions = { patienceMs: 5_000, retryMs: 1_000 };

/** The longest sleep: a suspended machine or a stepped clock is noticed after that. */
const LONGEST_SLEEP_MS = 60_000;
/** How often the store is told that we are alive when there is nothing else to write. */
const HEARTBEAT_MS = 60_000;
/** From how many waiting writes on those that are overtaken are dropped. */
const COMPACT_FROM = 50_000;

interface Batch {
  writes: Write[];
  sends: Delivery[];
  waiters: { resolve(): void; reject(error: Error): void }[];
  /** Whether callers have been answered and sends performed: after the commit, or when patience ran out. */
  released: boolean;
  patience: NodeJS.Timeout | undefined;
}

export class Loop {
  private readonly engine: Engine;
  private readonly store: Store;
  private readonly events: LoopEvents;
  private readonly options: LoopOptions;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private next: Batch = newBatch();
  private committing: Promise<void> | undefined;
  private failure: string | undefined;
  private lastCommitAt = 0;
  private stopped = false;

  constructor(engine: Engine, store: Store, events: LoopEvents, options: Partial<LoopOptions> = {}) {
    this.engine = engine;
    this.store = store;
    this.events = events;
    this.options = { ...DEFAULTS, ...options };
  }

  /** Begins to keep time, and commits what the engine's start wrote. */
  start(): Promise<void> {
    this.lastCommitAt = Date.now();
    return this.submit({ type: 'tick' });
  }

  /**
   * Steps the engine at once; the promise resolves when what the step wrote is durable.
   * Rejects with `StoreUnavailable` when the store fails or takes too long; the engine has taken the input all the same.
   */
  submit(input: Input): Promise<void> {
    if (this.stopped) return Promise.reject(new StoreUnavailable('the server is stopping'));
    const batch = this.next;
    this.step(input);
    if (batch.writes.length === 0 && batch.sends.length === 0) return Promise.resolve();
    if (batch.released) return Promise.reject(this.unavailable());
    return new Promise((resolve, reject) => {
      batch.waiters.push({ resolve, reject });
    });
  }

  /** Why the store does not take writes at present, or undefined when it does. */
  unready(): string | undefined {
    return this.failure;
  }

  /** Writes that wait for the store. */
  backlog(): number {
    return this.next.writes.length;
  }

  /** No more steps; resolves when everything that was taken is committed, or cannot be. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
    await this.committing;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    if (this.next.writes.length > 0) this.commit();
    await this.committing;
    this.release(this.next, new StoreUnavailable('the server is stopping'));
  }

  private step(input: Input): void {
    const startedAt = performance.now();
    const ready = this.engine.step(Date.now(), input);
    const batch = this.next;
    for (const write of ready.writes) batch.writes.push(write);
    this.events.stepped(input, ready, performance.now() - startedAt);
    for (const send of ready.sends) {
      if (batch.released) this.events.send(send);
      else batch.sends.push(send);
    }
    if (batch.writes.length > 0 || batch.sends.length > 0) {
      batch.patience ??= setTimeout(() => {
        this.failure ??= 'the store does not answer';
        this.release(batch, this.unavailable());
      }, this.options.patienceMs);
      if (this.committing === undefined && this.retryTimer === undefined) this.commit();
    }
    this.arm();
  }

  private commit(): void {
    const batch = this.next;
    this.next = newBatch();
    if (batch.writes.length >= COMPACT_FROM) batch.writes = compactWrites(batch.writes);
    const startedAt = performance.now();
    this.committing = this.store.commit(batch.writes, Date.now()).then(
      () => {
        this.committing = undefined;
        this.lastCommitAt = Date.now();
        this.events.committed(batch.writes.length, performance.now() - startedAt);
        if (this.failure !== undefined) this.events.commitRecovered();
        this.failure = undefined;
        this.release(batch);
        if (this.next.writes.length > 0 || this.next.sends.length > 0) this.commit();
      },
      (error: unknown) => {
        this.committing = undefined;
        this.failure = error instanceof Error ? error.message : String(error);
        this.release(batch, this.unavailable());
        this.takeBack(batch);
      },
    );
  }

  /** What could not be committed comes first in the next commit. */
  private takeBack(batch: Batch): void {
    this.next.writes = batch.writes.concat(this.next.writes);
    this.events.commitFailed(this.failure, this.next.writes.length);
    // A page outranks its bookkeeping: what waits for the store is sent now.
    this.release(this.next, this.unavailable());
    this.next = { ...newBatch(), writes: this.next.writes };
    if (this.stopped) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      if (this.committing === undefined) this.commit();
    }, this.options.retryMs);
  }

  /** Answers the callers and performs the sends of a batch, once. */
  private release(batch: Batch, error?: StoreUnavailable): void {
    clearTimeout(batch.patience);
    if (batch.released) return;
    batch.released = true;
    for (const waiter of batch.waiters) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
    for (const send of batch.sends) this.events.send(send);
  }

  private unavailable(): StoreUnavailable {
    return new StoreUnavailable(`not stored: ${this.failure ?? 'the store does not answer'}`);
  }

  private arm(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const waitMs = this.engine.nextDeadline() - Date.now();
    if (waitMs <= 0) {
      this.immediate ??= setImmediate(() => {
        this.immediate = undefined;
        this.step({ type: 'tick' });
      });
      return;
    }
    this.timer = setTimeout(() => this.wake(), Math.min(waitMs, LONGEST_SLEEP_MS));
  }

  private wake(): void {
    this.step({ type: 'tick' });
    const idle = this.committing === undefined && this.retryTimer === undefined && this.next.writes.length === 0;
    if (idle && Date.now() - this.lastCommitAt >= HEARTBEAT_MS) this.commit();
  }
}

function newBatch(): Batch {
  return { writes: [], sends: [], waiters: [], released: false, patience: undefined };
}
