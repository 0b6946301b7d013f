// Which alert keeps another quiet. Sources are filed by rule and by the values of the rule's `equal` labels, so that a
// target meets only the sources that could inhibit it.

import { type Alert, isResolved } from '../model/alert.ts';
import type { InhibitRule } from '../model/config.ts';
import { type LabelSet, labelValue } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';

/** Something that holds the present version of an alert. */
export interface AlertHolder {
  readonly alert: Alert;
}

export interface Inhibition {
  readonly rule: InhibitRule;
  /** The rule's place in the configuration, from 0. */
  readonly index: number;
  readonly source: Alert;
}

type Bucket<T> = Map<string, T>;

interface Rule<T> {
  readonly config: InhibitRule;
  /** Sources that are not targets of the same rule, by the values of the `equal` labels. */
  readonly plain: Map<string, Bucket<T>>;
  /** Sources that match the target side too: they do not inhibit targets of which the same is true. */
  readonly twoSided: Map<string, Bucket<T>>;
}

export class Inhibitor<T extends AlertHolder> {
  private readonly rules: readonly Rule<T>[];

  constructor(rules: readonly InhibitRule[]) {
    this.rules = rules.map((config) => ({ config, plain: new Map(), twoSided: new Map() }));
  }

  /** Makes the alert known as a source wherever it is one. Needed again when a resolved alert fires again. */
  add(holder: T): void {
    const labels = holder.alert.labels;
    for (const rule of this.rules) {
      if (!matchesAll(rule.config.sourceMatchers, labels)) continue;
      const side = matchesAll(rule.config.targetMatchers, labels) ? rule.twoSided : rule.plain;
      const key = equalKey(rule.config.equal, labels);
      let bucket = side.get(key);
      if (bucket === undefined) {
        bucket = new Map();
        side.set(key, bucket);
      }
      bucket.set(holder.alert.fingerprint, holder);
    }
  }

  delete(alert: Alert): void {
    for (const rule of this.rules) {
      if (!matchesAll(rule.config.sourceMatchers, alert.labels)) continue;
      const key = equalKey(rule.config.equal, alert.labels);
      for (const side of [rule.plain, rule.twoSided]) {
        const bucket = side.get(key);
        bucket?.delete(alert.fingerprint);
        if (bucket?.size === 0) side.delete(key);
      }
    }
  }

  /** The first rule and source that inhibit an alert with these labels at that instant. Time must not run backwards. */
  inhibitedBy(labels: LabelSet, at: number): Inhibition | undefined {
    for (let index = 0; index < this.rules.length; index++) {
      const { config, plain, twoSided } = this.rules[index]!;
      if (plain.size === 0 && twoSided.size === 0) continue;
      if (!matchesAll(config.targetMatchers, labels)) continue;
      const key = equalKey(config.equal, labels);
      let source = firstFiring(plain.get(key), at);
      if (source === undefined && twoSided.size > 0 && !matchesAll(config.sourceMatchers, labels)) {
        source = firstFiring(twoSided.get(key), at);
      }
      if (source !== undefined) return { rule: config, index, source };
    }
    return undefined;
  }
}

/** Drops resolved alerts on the way: they stay resolved until they are reported, and so added, again. */
function firstFiring<T extends AlertHolder>(bucket: Bucket<T> | undefined, at: number): Alert | undefined {
  if (bucket === undefined) return undefined;
  for (const [fingerprint, { alert }] of bucket) {
    if (!isResolved(alert, at)) return alert;
    bucket.delete(fingerprint);
  }
  return undefined;
}

/** The values of the `equal` labels; a missing label is an empty one, so that missing on both sides is equal. */
function equalKey(names: readonly string[], labels: LabelSet): string {
  if (names.length === 1) return labelValue(labels, names[0]!);
  return JSON.stringify(names.map((name) => labelValue(labels, name)));
}

function matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
  for (const matcher of matchers) if (!matcher.matches(labelValue(labels, matcher.name))) return false;
  return true;
}
