// The record of what flushes decide. The same decision at each beat is one episode: only a change is written.

import type { IntegrationConfig } from '../model/config.ts';
import type { NotifyReason } from '../model/notification.ts';
import { type Group, integrationKey } from './group.ts';
import type { Survey } from './mute.ts';
import type { State } from './state.ts';
import type { Decision, Hold } from './types.ts';

/** One for all: every group keeps its last decisions. */
const NONE: readonly never[] = [];

/** Writes the decision, unless it is the one before once more. A decision to send is news, except at a retry. */
export function recordDecision(
  state: State,
  group: Group,
  integration: IntegrationConfig,
  found: Survey,
  reason: NotifyReason | null,
  hold: Hold | null,
  isRetry = false,
): void {
  const listed = hold !== 'nothing new' && hold !== 'in flight';
  const decision: Decision = {
    ...group.target(integration),
    reason,
    hold,
    firing: listed ? found.firing : NONE,
    resolved: listed ? found.resolved : NONE,
    muted: found.muted.length === 0 ? NONE : found.muted,
  };
  const key = integrationKey(integration);
  const last = group.decisions.get(key);
  if ((hold !== null || isRetry) && last !== undefined && sameDecision(last, decision)) return;
  group.decisions.set(key, decision);
  state.write({ type: 'decision', decision });
}

function sameDecision(a: Decision, b: Decision): boolean {
  return (
    a.hold === b.hold &&
    a.reason === b.reason &&
    sameList(a.firing, b.firing) &&
    sameList(a.resolved, b.resolved) &&
    a.muted.length === b.muted.length &&
    a.muted.every((mute, i) => {
      const other = b.muted[i];
      if (other === undefined || mute.by !== other.by) return false;
      return sameList(mute.names, other.names) && sameList(mute.alerts, other.alerts);
    })
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
