// The `String` methods of the types that have one: what `{{ .Labels }}` or `{{ .StartsAt }}` print.

import { MONTHS, WEEKDAYS } from '../time/civil.ts';
import { formatDuration } from '../time/duration.ts';
import { showTime } from '../time/format.ts';
import { Time } from '../time/time.ts';
import { Location } from '../time/zone.ts';
import { sortedPairs } from '../value/kv.ts';
import { DURATION, KV, MONTH, PAIRS, WEEKDAY } from '../value/type.ts';
import { Int, MapValue, Slice, type Solid, type Struct } from '../value/value.ts';

/** A month or weekday by its number, or Go's words for a number that is none. */
function nameOf(names: readonly string[], first: number, value: bigint, type: string): string {
  return names[Number(value) - first] ?? `%!${type}(${BigInt.asUintN(64, value)})`;
}

function joinPairs(pairs: Slice): string {
  return pairs.items.map((pair) => `${(pair as Struct).field('Name')}=${(pair as Struct).field('Value')}`).join(', ');
}

/** What the value's `String` method returns, or undefined when it has none. */
export function stringOf(value: Solid): string | undefined {
  if (typeof value !== 'object') return undefined;
  if (value instanceof Int) {
    if (value.type === DURATION) return formatDuration(value.value);
    if (value.type === MONTH) return nameOf(MONTHS, 1, value.value, 'Month');
    return value.type === WEEKDAY ? nameOf(WEEKDAYS, 0, value.value, 'Weekday') : undefined;
  }
  if (value instanceof Time) return showTime(value);
  if (value instanceof Location) return value.name;
  if (value instanceof MapValue) return value.type === KV ? joinPairs(sortedPairs(value)) : undefined;
  return value instanceof Slice && value.type === PAIRS ? joinPairs(value) : undefined;
}
