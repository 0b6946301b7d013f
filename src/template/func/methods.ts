// The methods that templates can call on data, times and durations: which types have which.

import { stringOf } from '../fmt/stringer.ts';
import { hours, minutes, roundDuration, saturate, seconds, truncateDuration } from '../time/duration.ts';
import { pairColumn, sortedPairs, without } from '../value/kv.ts';
import {
  ALERT_SLICE,
  ALERTS,
  DURATION,
  KV,
  LOCATION_POINTER,
  MONTH,
  PAIRS,
  STRING,
  STRING_SLICE,
  STRINGS,
  TIME,
  type Type,
  WEEKDAY,
} from '../value/type.ts';
import {
  Float,
  Int,
  int64,
  type MapValue,
  Slice,
  type Solid,
  type Struct,
  typeOf,
  type Value,
} from '../value/value.ts';
import { func, type Method } from './func.ts';
import { TIME_METHODS } from './timemethods.ts';

type Methods = ReadonlyMap<string, Method>;

/** A method without arguments. */
function getter(get: (receiver: Value) => Value): Method {
  return func([], ([receiver]) => get(receiver));
}

const STRING_METHOD: readonly [string, Method] = ['String', getter((value) => stringOf(value as Solid))];

/** The alerts of one status. */
function withStatus(status: string): Method {
  return getter((alerts) => {
    const { items } = alerts as Slice;
    return new Slice(
      ALERT_SLICE,
      items.filter((alert) => (alert as Struct).field('Status') === status),
    );
  });
}

const ALERTS_METHODS: Methods = new Map([
  ['Firing', withStatus('firing')],
  ['Resolved', withStatus('resolved')],
]);

const KV_METHODS: Methods = new Map([
  ['SortedPairs', getter((value) => sortedPairs(value as MapValue))],
  ['Names', getter((value) => pairColumn(sortedPairs(value as MapValue), 'Name'))],
  ['Values', getter((value) => pairColumn(sortedPairs(value as MapValue), 'Value'))],
  ['Remove', func([STRING_SLICE], ([value, names]) => without(value as MapValue, names as Slice))],
  STRING_METHOD,
]);

const PAIRS_METHODS: Methods = new Map([
  ['Names', getter((value) => pairColumn(value as Slice, 'Name'))],
  ['Values', getter((value) => pairColumn(value as Slice, 'Value'))],
  STRING_METHOD,
]);

const STRINGS_METHODS: Methods = new Map([
  ['Join', func([STRING], ([value, separator]) => (value as Slice).items.join(separator as string))],
]);

/** A method that makes a number of a duration. */
function measure(get: (nanoseconds: bigint) => bigint | number): Method {
  return getter((value) => {
    const result = get((value as Int).value);
    return typeof result === 'number' ? new Float(result) : int64(result);
  });
}

/** A method that makes a duration of one and another. */
function adjust(change: (nanoseconds: bigint, by: bigint) => bigint): Method {
  return func([DURATION], ([value, by]) => new Int(change((value as Int).value, (by as Int).value), DURATION));
}

const DURATION_METHODS: Methods = new Map([
  ['Hours', measure(hours)],
  ['Minutes', measure(minutes)],
  ['Seconds', measure(seconds)],
  ['Milliseconds', measure((d) => d / 1_000_000n)],
  ['Microseconds', measure((d) => d / 1000n)],
  ['Nanoseconds', measure((d) => d)],
  ['Round', adjust(roundDuration)],
  ['Truncate', adjust(truncateDuration)],
  [
    'Abs',
    getter(
      (value) => new Int(saturate((value as Int).value < 0n ? -(value as Int).value : (value as Int).value), DURATION),
    ),
  ],
  STRING_METHOD,
]);

const STRING_ONLY: Methods = new Map([STRING_METHOD]);

const BY_TYPE: ReadonlyMap<Type, Methods> = new Map([
  [ALERTS, ALERTS_METHODS],
  [KV, KV_METHODS],
  [PAIRS, PAIRS_METHODS],
  [STRINGS, STRINGS_METHODS],
  [DURATION, DURATION_METHODS],
  [MONTH, STRING_ONLY],
  [WEEKDAY, STRING_ONLY],
  [LOCATION_POINTER, STRING_ONLY],
  [TIME, TIME_METHODS],
]);

/** The method of that name that the value's type has. */
export function methodOf(value: Solid, name: string): Method | undefined {
  return BY_TYPE.get(typeOf(value))?.get(name);
}
