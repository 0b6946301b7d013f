// A group's beat: what can be told now, to whom there is reason to tell it, and what happens when that has been told.

import { isResolved } from '../model/alert.ts';
import type { IntegrationConfig } from '../model/config.ts';
import type { NotifyReason, Outcome } from '../model/notification.ts';
import { recordDecision } from './decision.ts';
import { includesSorted, notifyReason } from './dedup.ts';
import { attempt, conclude, MIN_DELIVERY_MS } from './delivery.ts';
import { type DeliveryState, type Group, integrationKey, lastBeat, type Round, targetKey } from './group.ts';
import { logEntry, writeLog } from './log.ts';
import { type Survey, survey } from './mute.ts';
import type { State } from './state.ts';
import type { Hold } from './types.ts';

/** The group is due: flushes it and sets its next beat. */
export function flush(state: State, group: Group): void {
  const interval = group.route.config.groupIntervalMs;
  const beat = lastBeat(group.firstFlushAt, interval, state.now);
  group.flushAt = beat + interval;
  group.owing = false;
  state.timers.schedule(group, group.flushAt);
  const found = surveyGroup(state, group);
  for (const mute of found.muted) state.muted.push(mute);
  const round: Round = { open: 0, failed: false, ended: found.ended };
  for (const integration of group.route.receiver.integrations) {
    const active = state.busy.get(targetKey(group.target(integration)));
    if (active === undefined) {
      decide(state, group, integration, found, round, beat);
    } else {
      // An equal sibling's group asks again at its next beat.
      if (active.group === group) active.missed = true;
      round.failed = true;
      recordDecision(state, group, integration, found, null, 'in flight');
    }
  }
  if (round.open === 0) settle(state, group, round);
}

/** A delivery's retry is due: what is true now decides, not what was true at the flush. */
export function retry(state: State, delivery: DeliveryState): void {
  const { group, integration } = delivery;
  const found = surveyGroup(state, group);
  const { reason, hold } = judge(state, group, integration, found, delivery.flushDueAt);
  recordDecision(state, group, integration, found, reason, hold, true);
  if (hold === null) {
    attempt(state, delivery, found, reason);
    return;
  }
  if (hold === 'resolved only') noteUntold(state, group, integration, found);
  endDelivery(state, delivery, true);
}

/** An attempt has ended. */
export function sent(state: State, attemptNumber: number, outcome: Outcome): void {
  const delivery = state.attempts.get(attemptNumber);
  if (delivery === undefined) return;
  state.attempts.delete(attemptNumber);
  const result = conclude(state, delivery, outcome);
  if (result !== 'waiting') endDelivery(state, delivery, result === 'sent');
  // What has failed for certain was not told.
  else state.write({ type: 'group', group: delivery.group.record() });
}

/** A delivery is over; what was waiting for it goes on. */
export function endDelivery(state: State, delivery: DeliveryState, ok: boolean): void {
  const { group, round } = delivery;
  if (delivery.detached) {
    state.busy.delete(targetKey(delivery.target));
    return;
  }
  group.deliveries.delete(integrationKey(delivery.integration));
  state.busy.delete(targetKey(delivery.target));
  state.timers.cancel(delivery);
  round.open--;
  if (!ok) {
    round.failed = true;
    group.owing = true;
  }
  if (round.open === 0) settle(state, group, round);
  if (delivery.missed && !group.gone) flushMissed(state, delivery);
}

/** Asks one integration between beats, because a beat passed while it was busy. */
function flushMissed(state: State, { group, integration }: DeliveryState): void {
  const current = group.route.receiver.integrations.find(
    (i) => i.type === integration.type && i.index === integration.index,
  );
  if (current === undefined) return;
  const found = surveyGroup(state, group);
  // Its resolved alerts leave with the next beat, when every integration is asked.
  const round: Round = { open: 0, failed: true, ended: found.ended };
  const beat = lastBeat(group.firstFlushAt, group.route.config.groupIntervalMs, state.now);
  decide(state, group, current, found, round, beat);
}

/** The state of the group now, with the ends that nobody reported written down. */
function surveyGroup(state: State, group: Group): Survey {
  const found = survey(group, state.now, state.config, state.inhibitor, state.silenceIndex);
  for (const fingerprint of found.ended.keys()) {
    const member = group.members.get(fingerprint);
    if (member === undefined || member.endRecorded) continue;
    member.endRecorded = true;
    state.write({ type: 'alert', alert: member.alert, change: 'resolved' });
  }
  return found;
}

function decide(
  state: State,
  group: Group,
  integration: IntegrationConfig,
  found: Survey,
  round: Round,
  beat: number,
): void {
  const { reason, hold } = judge(state, group, integration, found, beat);
  if (hold !== null) {
    recordDecision(state, group, integration, found, reason, hold);
    if (hold === 'resolved only') noteUntold(state, group, integration, found);
    return;
  }
  const target = group.target(integration);
  const notBefore = state.notBefore.get(targetKey(target)) ?? 0;
  const deadlineAt = state.now + Math.max(group.route.config.groupIntervalMs, MIN_DELIVERY_MS);
  if (notBefore >= deadlineAt) {
    round.failed = true;
    group.owing = true;
    recordDecision(state, group, integration, found, reason, 'rate limited');
    return;
  }
  recordDecision(state, group, integration, found, reason, null);
  const delivery: DeliveryState = {
    kind: 'delivery',
    group,
    integration,
    target,
    round,
    flushDueAt: beat,
    deadlineAt,
    tries: 0,
    attempt: 0,
    startedAt: state.now,
    reason,
    told: found,
    missed: false,
    detached: false,
    dueAt: Number.POSITIVE_INFINITY,
  };
  round.open++;
  group.deliveries.set(integrationKey(integration), delivery);
  state.busy.set(targetKey(target), delivery);
  if (notBefore <= state.now) {
    attempt(state, delivery, found, reason);
    return;
  }
  state.timers.schedule(delivery, notBefore);
  group.pending = true;
  state.write({ type: 'group', group: group.record() });
}

type Judgement =
  | { readonly reason: NotifyReason; readonly hold: null }
  | { readonly reason: NotifyReason | null; readonly hold: Hold };

function judge(state: State, group: Group, integration: IntegrationConfig, found: Survey, beat: number): Judgement {
  if (found.audible.length === 0) return { reason: null, hold: found.muted.length > 0 ? 'muted' : 'nothing new' };
  const entry = logEntry(state, group.target(integration));
  const { sendResolved } = integration;
  const reason =
    notifyReason(entry, found, sendResolved, group.route.config.repeatIntervalMs, beat) ??
    reasonInDoubt(group, integration, found);
  if (reason === null) return { reason, hold: entry === undefined ? 'never told' : 'nothing new' };
  if (!sendResolved && found.firing.length === 0) return { reason, hold: 'resolved only' };
  return { reason, hold: null };
}

/** Why to tell what would be no news if nothing had arrived of the attempts whose outcome nobody knows. */
function reasonInDoubt(group: Group, integration: IntegrationConfig, found: Survey): NotifyReason | null {
  const told = group.maybeTold.get(integrationKey(integration));
  if (told === undefined) return null;
  if (found.firing.length === 0) return haveCommon(found.resolved, told.firing) ? 'all alerts resolved' : null;
  return haveCommon(found.firing, told.resolved) ? 'new alerts added' : null;
}

/** Whether one of the texts is in the sorted list. */
function haveCommon(texts: readonly string[], sorted: readonly string[]): boolean {
  return sorted.length > 0 && texts.some((text) => includesSorted(sorted, text));
}

/** Logs the end of alerts for an integration that does not want to hear of ends, so that a re-fire is news to it. */
function noteUntold(state: State, group: Group, integration: IntegrationConfig, found: Survey): void {
  const target = group.target(integration);
  writeLog(state, target, group.route.config.repeatIntervalMs, found, logEntry(state, target)?.receipt);
}

/** All integrations have been told of a flush: its resolved alerts leave, unless they have fired again meanwhile. */
function settle(state: State, group: Group, round: Round): void {
  if (group.gone) return;
  if (!round.failed) {
    for (const [fingerprint, startsAt] of round.ended) {
      const member = group.members.get(fingerprint);
      if (member === undefined || member.alert.startsAt !== startsAt) continue;
      if (isResolved(member.alert, state.now)) state.leave(member, group);
    }
  }
  if (group.deliveries.size > 0) return;
  if (group.members.size === 0) {
    state.removeGroup(group);
  } else if (group.pending) {
    group.pending = false;
    state.write({ type: 'group', group: group.record() });
  }
}
