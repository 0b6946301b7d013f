// Label sets as templates see them (Alertmanager's KV, Pairs and Strings), and the operations behind their methods.

import { type LabelSet, labelValue } from '../../model/labels.ts';
import { KV, PAIR, PAIRS, STRINGS } from './type.ts';
import { MapValue, Slice, Struct, strings } from './value.ts';

/** The KV of a label set. */
export function kv(labels: LabelSet): MapValue {
  const entries = new Map<string, string>();
  for (const name of Object.keys(labels)) entries.set(name, labelValue(labels, name));
  return new MapValue(KV, entries);
}

function pair(name: string, value: string): Struct {
  return new Struct(PAIR, (field) => (field === 'Name' ? name : value));
}

const ALERT_NAME = 'alertname';

/** Sorted by name, but the alert's name first. */
export function sortedPairs(value: MapValue): Slice {
  const names = value.names();
  const at = names.indexOf(ALERT_NAME);
  if (at > 0) names.unshift(...names.splice(at, 1));
  return new Slice(
    PAIRS,
    names.map((name) => pair(name, value.entries.get(name) as string)),
  );
}

/** The names, or the values, of pairs. */
export function pairColumn(pairs: Slice, column: 'Name' | 'Value'): Slice {
  return strings(
    pairs.items.map((item) => (item as Struct).field(column) as string),
    STRINGS,
  );
}

/** The set without those names. */
export function without(value: MapValue, names: Slice): MapValue {
  const gone = new Set(names.items);
  return new MapValue(KV, new Map([...value.entries].filter(([name]) => !gone.has(name))));
}
