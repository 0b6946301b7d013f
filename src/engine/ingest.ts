// An alert report meets what is known: it starts, refreshes, changes or ends an episode, and joins its groups.

import { type Alert, isResolved, mergeAlerts } from '../model/alert.ts';
import { type LabelSet, sameLabels } from '../model/labels.ts';
import { includesSorted } from './dedup.ts';
import { type AlertState, Group, targetKey } from './group.ts';
import { recognize } from './imported.ts';
import { groupLabelsOf, labelsToString, matchRoutes, type Route } from './route.ts';
import type { State } from './state.ts';

export function ingest(state: State, report: Alert): void {
  const known = state.alerts.get(report.fingerprint);
  if (known === undefined) add(state, report);
  else update(state, known, report);
}

function add(state: State, alert: Alert): void {
  const routes = matchRoutes(state.root, alert.labels);
  const over = isResolved(alert, state.now);
  recognize(state, alert, routes);
  if (over && isOldNews(state, alert, routes)) return;
  const limit = state.options.perAlertnameLimit;
  if (limit > 0 && (state.perAlertname.get(alert.labels['alertname'] ?? '') ?? 0) >= limit) {
    state.dropped.push(alert);
    return;
  }
  const added: AlertState = { alert, routes, groups: new Set(), endRecorded: over };
  state.alerts.set(alert.fingerprint, added);
  state.countName(alert, 1);
  state.inhibitor.add(added);
  state.write({ type: 'alert', alert, change: over ? 'resolved' : 'fired' });
  joinGroups(state, added);
}

/**
 * Whether nobody needs to hear of this end: Prometheus repeats each for a quarter of an hour. It is news only where the
 * alert was told as firing, or where a living group has not listed it among the resolved yet.
 */
function isOldNews(state: State, alert: Alert, routes: readonly Route[]): boolean {
  return routes.every((route) => {
    const text = labelsToString(groupLabelsOf(route, alert.labels));
    const alive = state.groups.has(`${route.id}:${text}`);
    return route.receiver.integrations.every((integration) => {
      const target = {
        groupKey: `${route.key}:${text}`,
        receiver: route.receiver.name,
        integration: integration.type,
        index: integration.index,
      };
      const entry = state.log.get(targetKey(target));
      if (entry !== undefined && includesSorted(entry.firing, alert.fingerprint)) return false;
      if (!alive || !integration.sendResolved) return true;
      return entry !== undefined && includesSorted(entry.resolved, alert.fingerprint);
    });
  });
}

function update(state: State, known: AlertState, report: Alert): void {
  const { now } = state;
  const before = known.alert;
  const merged = mergeAlerts(before, report, now);
  const sameText = merged.generatorURL === before.generatorURL && sameLabels(merged.annotations, before.annotations);
  // The identity of unchanged parts is kept: readers cache what they derive from them.
  const alert: Alert = {
    fingerprint: before.fingerprint,
    labels: before.labels,
    annotations: sameText ? before.annotations : merged.annotations,
    generatorURL: sameText ? before.generatorURL : merged.generatorURL,
    startsAt: merged.startsAt,
    endsAt: merged.endsAt,
    updatedAt: merged.updatedAt,
    timeout: merged.timeout,
  };
  known.alert = alert;
  const wasOver = isResolved(before, now);
  if (isResolved(alert, now)) {
    if (!known.endRecorded) {
      known.endRecorded = true;
      state.write({ type: 'alert', alert, change: 'resolved' });
    } else if (alert.endsAt !== before.endsAt || alert.startsAt !== before.startsAt) {
      state.write({ type: 'alert', alert, change: 'changed' });
    }
  } else if (wasOver) {
    if (!known.endRecorded) state.write({ type: 'alert', alert: before, change: 'resolved' });
    known.endRecorded = false;
    state.inhibitor.add(known);
    state.write({ type: 'alert', alert, change: 'fired' });
  } else {
    const same = sameText && alert.startsAt === before.startsAt;
    state.write({ type: 'alert', alert, change: same ? 'refreshed' : 'changed' });
  }
  if (known.groups.size < known.routes.length) joinGroups(state, known);
}

/** Puts the alert into the group of each of its routes; makes those that are missing. */
export function joinGroups(state: State, alertState: AlertState): void {
  for (const route of alertState.routes) {
    const labels = groupLabelsOf(route, alertState.alert.labels);
    const group = state.groups.get(groupId(route, labels)) ?? startGroup(state, route, labels, alertState.alert);
    if (!group.members.has(alertState.alert.fingerprint)) state.join(alertState, group);
  }
}

export function groupId(route: Route, labels: LabelSet): string {
  return `${route.id}:${labelsToString(labels)}`;
}

/** A group begins with its first alert: it waits for group_wait, unless that alert is older already. */
function startGroup(state: State, route: Route, labels: LabelSet, first: Alert): Group {
  const { groupWaitMs } = route.config;
  const waited = first.startsAt + groupWaitMs < state.now;
  const flushAt = Math.max(waited ? state.now : state.now + groupWaitMs, state.options.notBefore);
  const group = new Group(route, labels, flushAt);
  state.addGroup(group);
  return group;
}
