// A start from what the store remembers: the same state as before the stop, with the time that nobody was there for
// given back.

import type { Alert } from '../model/alert.ts';
import { isResolved } from '../model/alert.ts';
import { type AlertState, lastBeat, targetKey } from './group.ts';
import { hasForeignNames, recognize } from './imported.ts';
import { joinGroups } from './ingest.ts';
import { matchRoutes } from './route.ts';
import type { State } from './state.ts';
import type { GroupRecord, Snapshot } from './types.ts';

/** How long before the last commit a beat may have been due without having been handled, milliseconds. */
const SLACK_MS = 1_000;

export function restore(state: State, snapshot: Snapshot): void {
  for (const silence of snapshot.silences) {
    state.silences.set(silence.id, silence);
    if (silence.endsAt > state.now) state.silenceIndex.set(silence);
  }
  for (const entry of snapshot.log) {
    state.log.set(targetKey(entry), entry);
    if (hasForeignNames(entry)) state.foreign.add(targetKey(entry));
  }
  const records = new Map(snapshot.groups.map((record) => [record.id, record]));
  const mark = state.writes.length;
  for (const stored of snapshot.alerts) {
    const alert = giveBackTime(stored, snapshot.at, state.now);
    if (alert !== stored) state.write({ type: 'alert', alert, change: 'refreshed' });
    restoreAlert(state, alert);
  }
  // Groups that were there before are not new: what joining them wrote is already stored.
  state.writes = state.writes.filter((w, i) => i < mark || w.type !== 'group' || !records.has(w.group.id));
  for (const group of state.groups.values()) {
    const record = records.get(group.id);
    if (record === undefined) continue;
    records.delete(group.id);
    resume(state, record, snapshot.at);
  }
  for (const id of records.keys()) state.write({ type: 'groupGone', id });
}

function restoreAlert(state: State, alert: Alert): void {
  const restored: AlertState = {
    alert,
    routes: matchRoutes(state.root, alert.labels),
    groups: new Set(),
    endRecorded: isResolved(alert, state.now),
  };
  state.alerts.set(alert.fingerprint, restored);
  state.countName(alert, 1);
  state.inhibitor.add(restored);
  recognize(state, alert, restored.routes);
  joinGroups(state, restored);
}

/**
 * An alert that was firing at the stop could not be refreshed while nobody listened: that time does not count towards
 * its end. One that was over at the stop stays over.
 */
function giveBackTime(alert: Alert, stoppedAt: number, now: number): Alert {
  const away = now - stoppedAt;
  if (stoppedAt === 0 || away === 0 || isResolved(alert, stoppedAt)) return alert;
  return { ...alert, endsAt: alert.endsAt + away };
}

/** The group keeps its beat; one that was due in the meantime, or had not finished telling, is due now. */
function resume(state: State, record: GroupRecord, stoppedAt: number): void {
  const group = state.groups.get(record.id);
  if (group === undefined) return;
  const { groupIntervalMs } = group.route.config;
  group.firstFlushAt = record.firstFlushAt;
  group.pending = record.pending;
  for (const [key, firing] of Object.entries(record.telling)) {
    group.doubt(key, { firing, resolved: record.ending?.[key] ?? [] });
  }
  const handled = stoppedAt - SLACK_MS;
  const { firstFlushAt } = record;
  const beat = lastBeat(firstFlushAt, groupIntervalMs, Math.max(handled, firstFlushAt));
  group.flushAt = firstFlushAt > handled ? firstFlushAt : beat + groupIntervalMs;
  if (record.pending) group.flushAt = Math.min(group.flushAt, state.now);
  state.timers.schedule(group, Math.max(group.flushAt, state.options.notBefore));
}
