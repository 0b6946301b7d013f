// The thread that owns the database file: opens it, then performs one request after the other.

import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Question } from './channel.ts';
import { toStoreError } from './errors.ts';
import { type Arg, type Method, type Performs, type Result, SqliteFile } from './sqlite-file.ts';

let file: Performs | undefined;

answer(() => {
  file = SqliteFile.open(String(workerData));
});

parentPort?.on('message', ({ method, arg }: Question) => answer(() => perform(method, arg)));

function perform<M extends Method>(method: M, arg: Arg<M>): Result<M> {
  if (file === undefined) throw new Error('the file is not open');
  return file[method](arg);
}

function answer(work: () => Result<Method>): void {
  let given: Answer;
  try {
    given = { value: work() };
  } catch (error) {
    const { kind, message } = toStoreError(error, String(workerData));
    given = { error: { kind, message } };
  }
  parentPort?.postMessage(given);
}
