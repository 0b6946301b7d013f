// What the log says of deliveries and silences: in Alertmanager's words where it has them, since people grep for them.

import type { Attempt, Delivery } from '../engine/types.ts';
import { matchersToString } from '../model/matcher.ts';
import type { Outcome } from '../model/notification.ts';
import { type Silence, silenceState } from '../model/silence.ts';
import { formatTime } from '../model/time.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Which delivery it is. */
export function describeTarget(target: {
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  readonly groupKey: string;
}): Record<string, unknown> {
  return {
    receiver: target.receiver,
    integration: `${target.integration}[${target.index}]`,
    aggrGroup: target.groupKey,
  };
}

/** An attempt that was made. Failures are described with `describeFailure` once it is known whether they are final. */
export function describeSuccess(delivery: Delivery, outcome: Outcome & { ok: true }, tookMs: number): LogLine {
  const fields = {
    ...describeTarget(delivery),
    attempts: delivery.tries,
    duration: `${tookMs.toFixed(1)}ms`,
    numAlerts: delivery.alerts.length,
    reason: delivery.reason,
  };
  if (outcome.warning !== undefined) {
    return {
      level: 'warn',
      message: 'Notify success, with a warning',
      fields: { ...fields, warning: outcome.warning },
    };
  }
  return { level: delivery.tries === 1 ? 'debug' : 'info', message: 'Notify success', fields };
}

/** The first failure of a delivery, and its last: those in between would only fill the log. */
export function describeFailure(attempt: Attempt): LogLine | undefined {
  const { outcome } = attempt;
  if (outcome.ok) return undefined;
  const wait = outcome.retryAfterMs === undefined ? {} : { retryAfter: `${Math.ceil(outcome.retryAfterMs / 1000)}s` };
  const { reason, message: err } = outcome;
  const fields = { ...describeTarget(attempt), attempts: attempt.tries, reason, ...wait, err };
  if (attempt.final) return { level: 'error', message: 'Notify for alerts failed', fields };
  if (attempt.tries > 1) return { level: 'debug', message: 'Notify attempt failed, will retry later', fields };
  return { level: 'warn', message: 'Notify attempt failed, will retry later', fields };
}

/** A silence that was created, changed or ended (`--log.silences`). */
export function describeSilence(silence: Silence, now: number): Omit<LogLine, 'level'> {
  return {
    message: 'Silence set',
    fields: {
      id: silence.id,
      state: silenceState(silence, now),
      matchers: silence.matcherSets.map(matchersToString).join(' or '),
      startsAt: formatTime(silence.startsAt),
      endsAt: formatTime(silence.endsAt),
      createdBy: silence.createdBy,
      comment: silence.comment,
    },
  };
}
