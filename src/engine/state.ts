// The engine's memory and the two lists that a step fills. The other files of this folder are the rules that change it.

import type { Alert } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import type { Silence } from '../model/silence.ts';
import { type AlertState, type DeliveryState, type Group, targetKey } from './group.ts';
import { Inhibitor } from './inhibit.ts';
import { buildRoutes, type Route } from './route.ts';
import { SilenceIndex } from './silences.ts';
import { Timers } from './timers.ts';
import type { Delivery, LogEntry, Muted, Write } from './types.ts';

export interface EngineOptions {
  /** How long expired silences and the notification log are kept, milliseconds. */
  readonly retentionMs: number;
  /** No group is flushed before this instant (`--dispatch.start-delay`). */
  readonly notBefore: number;
  /** How many alerts of one alertname may be known at a time; 0 for no limit. */
  readonly perAlertnameLimit: number;
  /** How many deadlines one step handles at most, so that the first sends need not wait for the last flush. */
  readonly deadlinesPerStep: number;
}

export const defaultOptions: EngineOptions = {
  retentionMs: 120 * 3_600_000,
  notBefore: 0,
  perAlertnameLimit: 0,
  deadlinesPerStep: 100,
};

export class State {
  readonly options: EngineOptions;
  config: Config;
  root: Route;
  inhibitor: Inhibitor<AlertState>;
  readonly silenceIndex = new SilenceIndex();
  readonly alerts = new Map<string, AlertState>();
  readonly perAlertname = new Map<string, number>();
  readonly groups = new Map<string, Group>();
  readonly silences = new Map<string, Silence>();
  readonly log = new Map<string, LogEntry>();
  /** The targets whose entries of `log` were taken over from an Alertmanager and name alerts by its hashes. */
  readonly foreign = new Set<string>();
  /** What providers asked for by Retry-After: target -> instant. */
  readonly notBefore = new Map<string, number>();
  /** Targets that something is being told right now: equal sibling routes share them. */
  readonly busy = new Map<string, DeliveryState>();
  readonly attempts = new Map<number, DeliveryState>();
  readonly timers = new Timers<Group | DeliveryState>();
  lastAttempt = 0;
  now: number;
  writes: Write[] = [];
  sends: Delivery[] = [];
  dropped: Alert[] = [];
  muted: Muted[] = [];

  constructor(config: Config, now: number, options: EngineOptions) {
    this.options = options;
    this.now = now;
    this.config = config;
    this.root = buildRoutes(config);
    this.inhibitor = new Inhibitor(config.inhibitRules);
  }

  write(write: Write): void {
    this.writes.push(write);
  }

  /** Puts the alert into the group. */
  join(state: AlertState, group: Group): void {
    group.members.set(state.alert.fingerprint, state);
    state.groups.add(group);
  }

  /** Takes the alert out of the group, and out of memory when it was the last one. */
  leave(state: AlertState, group: Group): void {
    group.members.delete(state.alert.fingerprint);
    state.groups.delete(group);
    if (state.groups.size === 0) this.forget(state);
  }

  forget(state: AlertState): void {
    const { alert } = state;
    this.alerts.delete(alert.fingerprint);
    this.inhibitor.delete(alert);
    this.countName(alert, -1);
    this.write({ type: 'alertGone', fingerprint: alert.fingerprint, endedAt: alert.endsAt });
  }

  countName(alert: Alert, by: number): void {
    const name = alert.labels['alertname'] ?? '';
    const count = (this.perAlertname.get(name) ?? 0) + by;
    if (count > 0) this.perAlertname.set(name, count);
    else this.perAlertname.delete(name);
  }

  addGroup(group: Group): void {
    this.groups.set(group.id, group);
    this.write({ type: 'group', group: group.record() });
    this.timers.schedule(group, group.flushAt);
  }

  /** Takes the group away. A delivery that is under way may end, but is not tried again. */
  removeGroup(group: Group): void {
    group.gone = true;
    this.groups.delete(group.id);
    this.timers.cancel(group);
    for (const delivery of group.deliveries.values()) {
      this.timers.cancel(delivery);
      if (delivery.attempt === 0) this.busy.delete(targetKey(delivery.target));
    }
    this.write({ type: 'groupGone', id: group.id });
  }
}
