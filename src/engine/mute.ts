// What keeps a group's alerts quiet at one instant. Everything is asked at that instant; nothing is remembered.

import { compareAlerts, isResolved } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import { type NotifiedAlert, ZERO_TIME } from '../model/notification.ts';
import { containsTime } from '../model/timeinterval.ts';
import type { AlertState, Group } from './group.ts';
import type { Inhibitor } from './inhibit.ts';
import type { Route } from './route.ts';
import type { SilenceIndex } from './silences.ts';
import type { Muted } from './types.ts';

export interface IntervalMute {
  readonly by: 'mute_time_interval' | 'active_time_interval';
  readonly names: readonly string[];
}

/** What of a group can be told at an instant, and what is quiet and why. */
export interface Survey {
  readonly at: number;
  readonly audible: readonly AlertState[];
  /** Sorted fingerprints of the audible ones. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly muted: readonly Muted[];
  /** Every resolved alert, quiet ones too: fingerprint -> start of the episode. */
  readonly ended: ReadonlyMap<string, number>;
}

/** The time intervals that mute a route at that instant, if any (active intervals are asked first, as upstream). */
export function mutedByInterval(config: Config, route: Route, at: number): IntervalMute | undefined {
  const { activeTimeIntervals, muteTimeIntervals } = route.config;
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some((name) => isWithin(config, name, at))) {
    return { by: 'active_time_interval', names: activeTimeIntervals };
  }
  if (muteTimeIntervals.length === 0) return undefined;
  const names = muteTimeIntervals.filter((name) => isWithin(config, name, at));
  return names.length > 0 ? { by: 'mute_time_interval', names } : undefined;
}

function isWithin(config: Config, name: string, at: number): boolean {
  return (config.timeIntervals.get(name) ?? []).some((interval) => containsTime(interval, at));
}

export function survey(
  group: Group,
  at: number,
  config: Config,
  inhibitor: Inhibitor<AlertState>,
  silences: SilenceIndex,
): Survey {
  const audible: AlertState[] = [];
  const firing: string[] = [];
  const resolved: string[] = [];
  const ended = new Map<string, number>();
  const muted = new Map<string, { by: Muted['by']; names: readonly string[]; alerts: string[] }>();
  const interval = mutedByInterval(config, group.route, at);
  const mute = (by: Muted['by'], names: readonly string[], fingerprint: string): void => {
    const key = `${by} ${names.join(' ')}`;
    const known = muted.get(key);
    if (known === undefined) muted.set(key, { by, names, alerts: [fingerprint] });
    else known.alerts.push(fingerprint);
  };
  for (const [fingerprint, state] of group.members) {
    const { alert } = state;
    const over = isResolved(alert, at);
    if (over) ended.set(fingerprint, alert.startsAt);
    const inhibition = inhibitor.inhibitedBy(alert.labels, at);
    if (inhibition !== undefined) {
      const rule = inhibition.rule.name === '' ? String(inhibition.index) : inhibition.rule.name;
      mute('inhibition', [`${rule}:${inhibition.source.fingerprint}`], fingerprint);
      continue;
    }
    if (interval !== undefined) {
      mute(interval.by, interval.names, fingerprint);
      continue;
    }
    const silencedBy = silences.silencedBy(alert.labels, at);
    if (silencedBy.length > 0) {
      mute('silence', silencedBy, fingerprint);
      continue;
    }
    audible.push(state);
    (over ? resolved : firing).push(fingerprint);
  }
  for (const entry of muted.values()) entry.alerts.sort();
  return { at, audible, firing: tight(firing), resolved: tight(resolved), muted: [...muted.values()], ended };
}

const NONE: readonly never[] = [];

/** Sorted, and without the room that a growing list has to spare: the log and the decisions keep it. */
function tight(fingerprints: string[]): readonly string[] {
  return fingerprints.length === 0 ? NONE : fingerprints.sort().slice();
}

/** The alerts of a survey as receivers get them, in notification order. */
export function notifiedAlerts(found: Survey, withResolved: boolean): NotifiedAlert[] {
  const alerts: NotifiedAlert[] = [];
  for (const { alert } of found.audible) {
    const over = isResolved(alert, found.at);
    if (over && !withResolved) continue;
    alerts.push({
      status: over ? 'resolved' : 'firing',
      fingerprint: alert.fingerprint,
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: alert.startsAt,
      endsAt: over ? alert.endsAt : ZERO_TIME,
      generatorURL: alert.generatorURL,
    });
  }
  return alerts.sort(compareAlerts);
}
