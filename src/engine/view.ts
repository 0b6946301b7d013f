// What can be asked of the engine: the present alerts, groups and silences, and what keeps an alert quiet at an instant.
// Nothing here changes anything, and nothing is remembered between questions.

import type { Alert } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import type { LabelSet } from '../model/labels.ts';
import type { Silence } from '../model/silence.ts';
import type { AlertState, Group } from './group.ts';
import { mutedByInterval } from './mute.ts';
import { matchRoutes } from './route.ts';
import type { State } from './state.ts';
import type { LogEntry } from './types.ts';

export interface AlertStatus {
  /** Silence ids, sorted. */
  readonly silencedBy: readonly string[];
  /** The fingerprint of the inhibiting alert, if any. */
  readonly inhibitedBy: readonly string[];
}

export interface GroupView {
  readonly receiver: string;
  readonly routeId: string;
  /** The route's place in the tree: see `Route.order`. */
  readonly routeOrder: number;
  readonly groupKey: string;
  readonly labels: LabelSet;
  /** Templates, as configured. */
  readonly routeLabels: LabelSet;
  readonly flushAt: number;
  alerts(): Iterable<Alert>;
  /** The time intervals that mute the group at that instant. */
  mutedBy(at: number): readonly string[];
}

const NONE: readonly string[] = [];

export class View {
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  config(): Config {
    return this.state.config;
  }

  alertCount(): number {
    return this.state.alerts.size;
  }

  groupCount(): number {
    return this.state.groups.size;
  }

  alert(fingerprint: string): Alert | undefined {
    return this.state.alerts.get(fingerprint)?.alert;
  }

  /** All known alerts, resolved ones that are still to be told too. */
  *alerts(): Iterable<Alert> {
    for (const { alert } of this.state.alerts.values()) yield alert;
  }

  /** The names of the receivers that the alert is routed to, in the order of the routes. */
  receiversOf(alert: Alert): readonly string[] {
    const known = this.state.alerts.get(alert.fingerprint);
    const routes = known?.routes ?? matchRoutes(this.state.root, alert.labels);
    if (routes.length === 1) return [routes[0]!.receiver.name];
    return routes.map((route) => route.receiver.name);
  }

  alertStatus(labels: LabelSet, at: number): AlertStatus {
    const inhibition = this.state.inhibitor.inhibitedBy(labels, at);
    return {
      silencedBy: this.state.silenceIndex.silencedBy(labels, at),
      inhibitedBy: inhibition === undefined ? NONE : [inhibition.source.fingerprint],
    };
  }

  *groups(): Iterable<GroupView> {
    for (const group of this.state.groups.values()) yield this.groupView(group);
  }

  silences(): Iterable<Silence> {
    return this.state.silences.values();
  }

  silence(id: string): Silence | undefined {
    return this.state.silences.get(id);
  }

  log(): Iterable<LogEntry> {
    return this.state.log.values();
  }

  private groupView(group: Group): GroupView {
    const { state } = this;
    return {
      receiver: group.route.receiver.name,
      routeId: group.route.id,
      routeOrder: group.route.order,
      groupKey: group.groupKey,
      labels: group.labels,
      routeLabels: group.route.config.labels,
      flushAt: group.flushAt,
      alerts: () => alertsOf(group.members.values()),
      mutedBy: (at) => mutedByInterval(state.config, group.route, at)?.names ?? NONE,
    };
  }
}

function* alertsOf(members: Iterable<AlertState>): Iterable<Alert> {
  for (const { alert } of members) yield alert;
}
