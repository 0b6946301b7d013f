// Which silences cover an alert. Thousands of silences meet tens of thousands of alerts, so each matcher set is filed
// under one of its `=` matchers, and an alert is compared only with what is filed under its own labels.

import { type LabelSet, labelValue } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Silence } from '../model/silence.ts';

interface Entry {
  readonly silence: Silence;
  readonly matchers: readonly Matcher[];
}

/** Where an entry is filed; without a matcher it is among the rest. */
interface Place {
  readonly entry: Entry;
  readonly matcher: Matcher | undefined;
}

export class SilenceIndex {
  /** Label name -> value -> what is filed there. */
  private readonly filed = new Map<string, Map<string, Set<Entry>>>();
  /** Matcher sets without an `=` matcher. */
  private readonly rest = new Set<Entry>();
  private readonly places = new Map<string, Place[]>();

  get size(): number {
    return this.places.size;
  }

  /** Adds the silence, or replaces the one with its id. */
  set(silence: Silence): void {
    this.delete(silence.id);
    const places: Place[] = [];
    for (const matchers of silence.matcherSets) {
      if (matchers.length === 0) continue;
      const place = { entry: { silence, matchers: cheapFirst(matchers) }, matcher: this.leastCrowded(matchers) };
      this.bucket(place.matcher).add(place.entry);
      places.push(place);
    }
    this.places.set(silence.id, places);
  }

  delete(id: string): void {
    for (const { entry, matcher } of this.places.get(id) ?? []) {
      const bucket = this.bucket(matcher);
      bucket.delete(entry);
      if (matcher === undefined || bucket.size > 0) continue;
      const byValue = this.filed.get(matcher.name);
      byValue?.delete(matcher.value);
      if (byValue?.size === 0) this.filed.delete(matcher.name);
    }
    this.places.delete(id);
  }

  /** The ids of the silences that are active at that instant and cover these labels, sorted. */
  silencedBy(labels: LabelSet, at: number): readonly string[] {
    let ids: string[] | undefined;
    const look = (bucket: Set<Entry>): void => {
      for (const { silence, matchers } of bucket) {
        if (at < silence.startsAt || at >= silence.endsAt) continue;
        if (!matchers.every((m) => m.matches(labelValue(labels, m.name)))) continue;
        ids ??= [];
        if (!ids.includes(silence.id)) ids.push(silence.id);
      }
    };
    for (const [name, byValue] of this.filed) {
      const value = labelValue(labels, name);
      if (value === '') continue;
      const bucket = byValue.get(value);
      if (bucket !== undefined) look(bucket);
    }
    if (this.rest.size > 0) look(this.rest);
    return ids === undefined ? NONE : ids.sort();
  }

  private leastCrowded(matchers: readonly Matcher[]): Matcher | undefined {
    let best: Matcher | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const matcher of matchers) {
      if (matcher.type !== '=' || matcher.value === '') continue;
      const size = this.filed.get(matcher.name)?.get(matcher.value)?.size ?? 0;
      if (size < least) {
        best = matcher;
        least = size;
      }
    }
    return best;
  }

  private bucket(matcher: Matcher | undefined): Set<Entry> {
    if (matcher === undefined) return this.rest;
    let byValue = this.filed.get(matcher.name);
    if (byValue === undefined) {
      byValue = new Map();
      this.filed.set(matcher.name, byValue);
    }
    let bucket = byValue.get(matcher.value);
    if (bucket === undefined) {
      bucket = new Set();
      byValue.set(matcher.value, bucket);
    }
    return bucket;
  }
}

const NONE: readonly string[] = [];

function cheapFirst(matchers: readonly Matcher[]): readonly Matcher[] {
  const cost = (m: Matcher): number => (m.type === '=' || m.type === '!=' ? 0 : 1);
  return [...matchers].sort((a, b) => cost(a) - cost(b));
}
