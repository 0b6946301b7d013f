// When an attempt has to end: at the deadline that the engine gave it, when the server stops, or when the receiver's own
// `timeout` is over, whichever comes first. Shared by HTTP and mail.

import type { FailureReason } from '../model/notification.ts';

export interface Deadline {
  /** Aborted when the attempt has to end. */
  readonly signal: AbortSignal;
  /** Why it had to; `undefined` if it had not. */
  explain(): { readonly reason: FailureReason; readonly message: string } | undefined;
  /** To be called when the attempt is over. */
  release(): void;
}

/** The deadline of an attempt. `timeoutMs` is the receiver's own limit, 0 for none. */
export function deadlineOf(outer: AbortSignal, timeoutMs: number): Deadline {
  if (timeoutMs <= 0) return { signal: outer, explain: () => explainOuter(outer), release: () => undefined };
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeoutMs);
  const stop = () => controller.abort();
  if (outer.aborted) stop();
  else outer.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    explain: () =>
      late
        ? {
            reason: 'contextDeadlineExceeded',
            message: `there was no answer within the timeout of ${timeoutMs / 1000}s`,
          }
        : explainOuter(outer),
    release: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}

function explainOuter(outer: AbortSignal): ReturnType<Deadline['explain']> {
  if (!outer.aborted) return undefined;
  const reason: unknown = outer.reason;
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? { reason: 'contextDeadlineExceeded', message: 'there was no answer in time' }
    : { reason: 'contextCanceled', message: 'the attempt was cancelled' };
}
