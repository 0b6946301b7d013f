// The notification log: what each target was last told.

import { targetKey } from './group.ts';
import type { State } from './state.ts';
import type { LogEntry, Target } from './types.ts';

export function logEntry(state: State, target: Target): LogEntry | undefined {
  return state.log.get(targetKey(target));
}

/**
 * Remembers what the target was told just now. Kept for twice the repeat interval, at most for the retention: a group
 * that is quiet for longer begins anew (Alertmanager's `SetNotifiesStage`).
 */
export function writeLog(
  state: State,
  target: Target,
  repeatIntervalMs: number,
  told: { readonly firing: readonly string[]; readonly resolved: readonly string[] },
  receipt: string | undefined,
): void {
  const entry: LogEntry = {
    groupKey: target.groupKey,
    receiver: target.receiver,
    integration: target.integration,
    index: target.index,
    at: state.now,
    firing: told.firing,
    resolved: told.resolved,
    expiresAt: state.now + Math.min(state.options.retentionMs, 2 * repeatIntervalMs),
    ...(receipt === undefined ? {} : { receipt }),
  };
  state.log.set(targetKey(target), entry);
  state.write({ type: 'notified', entry });
}

/**
 * Forgets entries that have expired, but none of a group that is still there: its end could not be told without it, as
 * when the repeat interval is shorter than the group interval.
 */
export function sweepLog(state: State): void {
  const alive = new Set<string>();
  for (const { groupKey } of state.groups.values()) alive.add(groupKey);
  for (const [key, { expiresAt, groupKey, receiver, integration, index }] of state.log) {
    if (expiresAt > state.now || alive.has(groupKey)) continue;
    state.log.delete(key);
    state.write({ type: 'logGone', target: { groupKey, receiver, integration, index } });
  }
}
