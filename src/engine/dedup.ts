// Whether there is something to tell: compares what a target was last told with what is true now.

import type { NotifyReason } from '../model/notification.ts';
import type { LogEntry } from './types.ts';

/** What is true of a group at a flush, without the alerts that are muted: sorted fingerprints. */
export interface GroupState {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

/**
 * The reason to notify, or null (Alertmanager's `DedupStage.needsUpdate`, rule for rule).
 *
 * @param at the instant at which the flush was due. Not the moment it came about: the log's times lie a little after
 *   their flush, so that counting from the due instant makes the repeat come at the first flush *after* the repeat
 *   interval has gone by, at every load, as it does upstream.
 */
export function notifyReason(
  entry: LogEntry | undefined,
  state: GroupState,
  sendResolved: boolean,
  repeatIntervalMs: number,
  at: number,
): NotifyReason | null {
  if (entry === undefined) return state.firing.length > 0 ? 'first notification' : null;
  if (!isSubset(state.firing, entry.firing)) {
    return entry.firing.length === 0 ? 'first notification' : 'new alerts added';
  }
  if (state.firing.length === 0) return entry.firing.length > 0 ? 'all alerts resolved' : null;
  if (sendResolved && !isSubset(state.resolved, entry.resolved)) return 'some alerts resolved';
  return entry.at < at - repeatIntervalMs ? 'repeat interval elapsed' : null;
}

/** Whether a sorted list holds the value. */
export function includesSorted(list: readonly string[], value: string): boolean {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value;
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length > whole.length) return false;
  let i = 0;
  for (const value of part) {
    while (i < whole.length && whole[i]! < value) i++;
    if (whole[i] !== value) return false;
    i++;
  }
  return true;
}
