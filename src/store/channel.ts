// The way to the database file: in a thread of its own, or within the caller's. Answers come in the order of the
// questions.

import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { newStoreError, type StoreErrorKind, StoreStopped } from './errors.ts';
import { type Arg, type Method, type Performs, type Result, SqliteFile } from './sqlite-file.ts';

export interface Channel {
  call<M extends Method>(method: M, arg: Arg<M>): Promise<Result<M>>;
  /** Whether it answers no more. */
  broken(): boolean;
  /** Ends it; what is under way is not waited for. */
  end(): Promise<void>;
}

/** What the thread is asked. */
export type Question = { readonly [M in Method]: { readonly method: M; readonly arg: Arg<M> } }[Method];

/** What it answers; the first answer tells whether the file could be opened. */
export type Answer =
  | { readonly value: Result<Method> }
  | { readonly error: { readonly kind: StoreErrorKind; readonly message: string } };

/** Beside this file, in the form that this file is in: the built program's, or the source's where Node.js can run that. */
const WORKER = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);

/** Whether the script beside this file can run as it is: the sources cannot before Node.js 22. */
export function threadsRun(): boolean {
  return extname(import.meta.url) === '.js' || Boolean(Reflect.get(process.features, 'typescript'));
}

/** Opens the file in a new thread. Rejects with the classes of errors.ts. */
export async function openThread(directory: string, script: URL = WORKER): Promise<Channel> {
  const channel = new Thread(new Worker(script, { name: 'tocsin-store', workerData: directory }));
  try {
    await channel.opened;
  } catch (error) {
    await channel.end();
    throw error;
  }
  return channel;
}

/** Opens the file in the caller's thread, which then waits for the disk. Throws the classes of errors.ts. */
export function openHere(directory: string): Channel {
  return new Here(SqliteFile.open(directory));
}

interface Waiting {
  resolve(value: Result<Method>): void;
  reject(error: Error): void;
}

class Thread implements Channel {
  /** Settles with the first answer. */
  readonly opened: Promise<unknown>;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private reason: string | undefined;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.on('message', (answer: Answer) => this.answered(answer));
    worker.on('messageerror', (error: Error) => this.stop(error.message));
    worker.on('error', (error: unknown) => this.stop(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.stop(`exit code ${code}`));
    this.opened = this.answer();
  }

  async call<M extends Method>(method: M, arg: Arg<M>): Promise<Result<M>> {
    if (this.reason !== undefined) throw this.stopped(this.reason);
    this.worker.postMessage({ method, arg });
    const value: Result<Method> = await this.answer();
    // Answers come in the order of the questions.
    return value as Result<M>;
  }

  broken(): boolean {
    return this.reason !== undefined;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(): Promise<Result<Method>> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }

  private answered(answer: Answer): void {
    const first = this.waiting.shift();
    if ('error' in answer) first?.reject(newStoreError(answer.error.kind, answer.error.message));
    else first?.resolve(answer.value);
  }

  private stop(reason: string): void {
    this.reason ??= reason;
    for (const { reject } of this.waiting.splice(0)) reject(this.stopped(this.reason));
  }

  private stopped(reason: string): StoreStopped {
    return new StoreStopped(
      `the thread that writes the store ended unexpectedly (${reason}): it is started again for the next write`,
    );
  }
}

class Here implements Channel {
  private readonly file: Performs;

  constructor(file: Performs) {
    this.file = file;
  }

  async call<M extends Method>(method: M, arg: Arg<M>): Promise<Result<M>> {
    // Long work is many calls: what else the thread has to do comes in between.
    await setImmediate();
    return this.file[method](arg);
  }

  broken(): boolean {
    return false;
  }

  async end(): Promise<void> {}
}
