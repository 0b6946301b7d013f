// Waiting until a change is durable, and what to answer when it is not.

import { type ApiError, failure } from './answer.ts';

/** Resolves as the promise does; turns `StoreUnavailable` into an `ApiError` with the status 503. */
export async function submitted(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    throw unavailable(error) ?? error;
  }
}

function unavailable(error: unknown): ApiError | undefined {
  return error instanceof Error && error.name === 'StoreUnavailable' ? failure(503, error.message) : undefined;
}
