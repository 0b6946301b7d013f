// Another configuration takes over while alerts fire and deliveries are under way. A reload is not news: groups whose
// route is still there keep their beat, their deliveries and their memory of what was told.

import { isResolved } from '../model/alert.ts';
import type { Config, RouteConfig } from '../model/config.ts';
import { type AlertState, type DeliveryState, type Group, integrationKey, targetKey } from './group.ts';
import { recognize } from './imported.ts';
import { groupId, joinGroups } from './ingest.ts';
import { Inhibitor } from './inhibit.ts';
import { buildRoutes, groupLabelsOf, matchRoutes, type Route } from './route.ts';
import type { State } from './state.ts';

export function reload(state: State, config: Config): void {
  state.config = config;
  state.root = buildRoutes(config);
  state.inhibitor = new Inhibitor(config.inhibitRules);
  // Whoever asked to be left alone may be another one now; for the others the deliverer remembers it.
  state.notBefore.clear();
  state.write({ type: 'config', hash: config.hash, original: config.original });
  const routes = new Map<string, Route>();
  collectRoutes(state.root, routes);
  for (const group of state.groups.values()) {
    const route = routes.get(group.route.id);
    if (route !== undefined) adopt(state, group, route);
  }
  for (const alertState of [...state.alerts.values()]) reroute(state, alertState);
  for (const group of [...state.groups.values()]) {
    if (group.members.size === 0) state.removeGroup(group);
  }
}

function collectRoutes(route: Route, into: Map<string, Route>): void {
  into.set(route.id, route);
  for (const child of route.routes) collectRoutes(child, into);
}

/** The group goes on under the new version of its route. */
function adopt(state: State, group: Group, route: Route): void {
  const before = group.route.config;
  // What somebody else may have been told is nothing to the new receiver.
  const forgets = group.route.receiver.name !== route.receiver.name && group.maybeTold.size > 0;
  if (forgets) group.maybeTold.clear();
  group.route = route;
  if (changePace(state, group, before) || forgets) state.write({ type: 'group', group: group.record() });
  for (const [key, delivery] of group.deliveries) {
    const integration = route.receiver.integrations.find((i) => integrationKey(i) === key);
    if (integration !== undefined && delivery.target.receiver === route.receiver.name) {
      delivery.integration = integration;
      if (delivery.attempt === 0) state.timers.schedule(delivery, state.now);
    } else {
      detach(state, delivery);
    }
  }
  if (group.pending && group.deliveries.size === 0) {
    group.pending = false;
    state.write({ type: 'group', group: group.record() });
  }
  // Somebody was not told who should have been: that does not wait for the next beat, which stays where it is.
  if (group.owing) state.timers.schedule(group, Math.max(state.now, state.options.notBefore));
}

/** Shorter waits take effect at once, longer ones after the next beat. Returns whether anything changed. */
function changePace(state: State, group: Group, before: RouteConfig): boolean {
  const { groupWaitMs, groupIntervalMs } = group.route.config;
  const started = group.flushAt > group.firstFlushAt;
  const wait = started ? groupIntervalMs : groupWaitMs;
  const waitBefore = started ? before.groupIntervalMs : before.groupWaitMs;
  let { flushAt } = group;
  if (wait < waitBefore) flushAt = Math.max(Math.min(flushAt, state.now + wait), state.options.notBefore);
  if (flushAt === group.flushAt && groupIntervalMs === before.groupIntervalMs) return false;
  // The beat goes on from the next flush at the new pace.
  group.flushAt = flushAt;
  group.firstFlushAt = started ? flushAt - groupIntervalMs : flushAt;
  state.timers.schedule(group, flushAt);
  return true;
}

/** The integration is gone: an attempt under way may end, but none follows. */
function detach(state: State, delivery: DeliveryState): void {
  const { group, round } = delivery;
  delivery.detached = true;
  group.owing = true;
  state.timers.cancel(delivery);
  group.deliveries.delete(integrationKey(delivery.integration));
  group.telling.delete(integrationKey(delivery.integration));
  round.failed = true;
  round.open--;
  // One that waits for its retry has nothing to come; one under way is busy until its outcome is here.
  if (delivery.attempt === 0) state.busy.delete(targetKey(delivery.target));
}

/**
 * Moves the alert to the groups of its routes. A firing one joins new groups; a resolved one stays only where it was,
 * since nobody else was told that it fired.
 */
function reroute(state: State, alertState: AlertState): void {
  const { alert } = alertState;
  alertState.routes = matchRoutes(state.root, alert.labels);
  state.inhibitor.add(alertState);
  recognize(state, alert, alertState.routes);
  const wanted = new Set(alertState.routes.map((route) => groupId(route, groupLabelsOf(route, alert.labels))));
  for (const group of alertState.groups) {
    if (wanted.has(group.id)) continue;
    group.members.delete(alert.fingerprint);
    alertState.groups.delete(group);
  }
  if (!isResolved(alert, state.now)) joinGroups(state, alertState);
  else if (alertState.groups.size === 0) state.forget(alertState);
}
