// An alert and what happens when it is reported twice.

import { compareLabels, compareStrings, hasLabel, type LabelSet } from './labels.ts';

/** One alert as it is stored. Immutable: a new report makes a new object. All instants are milliseconds since 1970. */
export interface Alert {
  /** Of the labels; see `fingerprint`. */
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly generatorURL: string;
  readonly startsAt: number;
  /** Firing until then, unless reported again before. */
  readonly endsAt: number;
  /** When the last report came in. */
  readonly updatedAt: number;
  /** Whether `endsAt` is our guess (now + resolve_timeout), because the report named none. */
  readonly timeout: boolean;
}

/** Whether the alert is over at that instant; the end itself belongs to it (Alertmanager's `ResolvedAt`). */
export function isResolved(alert: Alert, at: number): boolean {
  return alert.endsAt <= at;
}

/** What is stored after `next` was reported while `known` is there (Alertmanager's `mem.Alerts.Put` and `Alert.Merge`). */
export function mergeAlerts(known: Alert, next: Alert, now: number): Alert {
  const overlap =
    (next.endsAt > known.startsAt && next.endsAt < known.endsAt) ||
    (next.startsAt > known.startsAt && next.startsAt < known.endsAt);
  let startsAt = next.startsAt;
  let endsAt = next.endsAt;
  if (overlap) {
    if (known.startsAt < startsAt) startsAt = known.startsAt;
    if (known.endsAt > endsAt) {
      if (isResolved(next, now)) {
        if (isResolved(known, now)) endsAt = known.endsAt;
      } else if (!known.timeout) {
        endsAt = known.endsAt;
      }
    }
  }
  return { ...next, startsAt, endsAt };
}

/** The order within a notification: by job, by instance, then by all labels (Alertmanager's `AlertSlice`). */
export function compareAlerts(a: { readonly labels: LabelSet }, b: { readonly labels: LabelSet }): number {
  for (const name of ['job', 'instance']) {
    const inA = hasLabel(a.labels, name);
    const inB = hasLabel(b.labels, name);
    if (!inA && !inB) continue;
    if (inA !== inB) return inA ? -1 : 1;
    const order = compareStrings(a.labels[name]!, b.labels[name]!);
    if (order !== 0) return order;
  }
  return compareLabels(a.labels, b.labels);
}
