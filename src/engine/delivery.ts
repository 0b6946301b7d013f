// One delivery: attempts, what came of each, and how long to wait for the next.

import type { NotifyReason, Outcome } from '../model/notification.ts';
import { backoffMs } from './backoff.ts';
import { type DeliveryState, integrationKey, targetKey } from './group.ts';
import { logEntry, writeLog } from './log.ts';
import { notifiedAlerts, type Survey } from './mute.ts';
import type { State } from './state.ts';

/** The least time that a delivery is given, milliseconds (Alertmanager's `notify.MinTimeout`). */
export const MIN_DELIVERY_MS = 10_000;

/** Makes the next attempt, telling what is true now. */
export function attempt(state: State, delivery: DeliveryState, found: Survey, reason: NotifyReason): void {
  const { group, integration, target } = delivery;
  delivery.attempt = ++state.lastAttempt;
  delivery.tries++;
  delivery.startedAt = state.now;
  delivery.reason = reason;
  delivery.told = { firing: found.firing, resolved: found.resolved };
  state.attempts.set(delivery.attempt, delivery);
  group.telling.set(integrationKey(integration), {
    firing: found.firing,
    resolved: integration.sendResolved ? found.resolved : [],
  });
  group.pending = true;
  state.write({ type: 'group', group: group.record() });
  const receipt = reason === 'first notification' ? undefined : logEntry(state, target)?.receipt;
  state.sends.push({
    ...target,
    attempt: delivery.attempt,
    tries: delivery.tries,
    reason,
    groupLabels: group.labels,
    routeLabels: group.route.config.labels,
    alerts: notifiedAlerts(found, integration.sendResolved),
    at: state.now,
    deadlineAt: delivery.deadlineAt,
    ...(receipt === undefined ? {} : { receipt }),
  });
}

/** Takes in what came of an attempt: a delivery that has not ended is scheduled for its next one. */
export function conclude(state: State, delivery: DeliveryState, outcome: Outcome): 'sent' | 'failed' | 'waiting' {
  const retryAt = outcome.ok ? undefined : nextTry(state, delivery, outcome);
  state.write({
    type: 'attempt',
    attempt: {
      ...delivery.target,
      attempt: delivery.attempt,
      tries: delivery.tries,
      reason: delivery.reason,
      startedAt: delivery.startedAt,
      outcome,
      final: retryAt === undefined,
    },
  });
  delivery.attempt = 0;
  const { group } = delivery;
  // What one who is gone was told is nothing to whoever has that place now.
  if (!delivery.detached) group.conclude(integrationKey(delivery.integration), outcome);
  if (retryAt !== undefined) {
    state.timers.schedule(delivery, retryAt);
    return 'waiting';
  }
  if (!outcome.ok) return 'failed';
  const before = delivery.reason === 'first notification' ? undefined : logEntry(state, delivery.target)?.receipt;
  const { repeatIntervalMs } = delivery.group.route.config;
  writeLog(state, delivery.target, repeatIntervalMs, delivery.told, outcome.receipt ?? before);
  return 'sent';
}

/** When to try again, or undefined when this was the last attempt. */
function nextTry(state: State, delivery: DeliveryState, outcome: Outcome & { ok: false }): number | undefined {
  const key = targetKey(delivery.target);
  if (outcome.retryAfterMs !== undefined) state.notBefore.set(key, state.now + outcome.retryAfterMs);
  if (!outcome.retry || delivery.group.gone || delivery.detached) return undefined;
  const waitMs = Math.max(backoffMs(delivery.tries, key), outcome.retryAfterMs ?? 0);
  const at = state.now + waitMs;
  return at < delivery.deadlineAt ? at : undefined;
}
