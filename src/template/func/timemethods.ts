// The methods of time.Time that templates can call.

import type { Civil } from '../time/civil.ts';
import { ZERO_SECONDS } from '../time/civil.ts';
import { duration, wrap64 } from '../time/duration.ts';
import { formatRfc3339, formatTime, showTime, timeToGo } from '../time/format.ts';
import type { Location, Time } from '../time/time.ts';
import { UTC } from '../time/zone.ts';
import { toBytes } from '../value/bytes.ts';
import { BYTES, DURATION, INT, LOCATION_POINTER, MONTH, STRING, TIME, WEEKDAY } from '../value/type.ts';
import { byte, Int, int, int64, Slice, type Value } from '../value/value.ts';
import { type Env, func, type Method, refused } from './func.ts';

/** A method without arguments. Time zones take their time. */
function getter(get: (time: Time, env: Env) => Value): Method {
  return func([], ([time], env) => {
    env.budget.spend(10);
    return get(time as Time, env);
  });
}

/** A part of what the calendar and the clock show. */
function part(name: keyof Civil): Method {
  return getter((time) => int(time.civil()[name]));
}

/** A comparison with another time. */
function compare(test: (order: number) => Value): Method {
  return func([TIME], ([time, other]) => test((time as Time).compare(other as Time)));
}

function bytes(text: string): Slice {
  return new Slice(BYTES, Array.from(toBytes(text), byte));
}

/** In a unit of so many nanoseconds since 1970, in 64 bits. */
function unix(unit: bigint): Method {
  return getter((time) => {
    const total = time.total();
    const rest = ((total % unit) + unit) % unit;
    return int64(wrap64((total - rest) / unit));
  });
}

const number = (value: Value): number => Number((value as Int).value);

export const TIME_METHODS: ReadonlyMap<string, Method> = new Map([
  ['Add', func([DURATION], ([time, by]) => (time as Time).add((by as Int).value))],
  [
    'AddDate',
    func([INT, INT, INT], ([time, years, months, days], env) => {
      env.budget.spend(20);
      return (time as Time).addDate(number(years), number(months), number(days));
    }),
  ],
  ['After', compare((order) => order > 0)],
  ['Before', compare((order) => order < 0)],
  ['Compare', compare((order) => int(order))],
  ['Equal', compare((order) => order === 0)],
  ['Sub', func([TIME], ([time, other]) => duration((time as Time).sub(other as Time)))],
  [
    'Format',
    func([STRING], ([time, layout], env) => {
      env.budget.spend(10 + (layout as string).length / 4);
      return formatTime(time as Time, layout as string);
    }),
  ],
  ['String', getter(showTime)],
  ['GoString', getter(timeToGo)],
  ['Year', part('year')],
  ['Day', part('day')],
  ['Hour', part('hour')],
  ['Minute', part('minute')],
  ['Second', part('second')],
  ['YearDay', part('yearDay')],
  ['Nanosecond', getter((time) => int(time.nanos))],
  ['Month', getter((time) => new Int(BigInt(time.civil().month), MONTH))],
  ['Weekday', getter((time) => new Int(BigInt(time.civil().weekday), WEEKDAY))],
  ['Unix', getter((time) => int64(time.seconds))],
  ['UnixMilli', unix(1_000_000n)],
  ['UnixMicro', unix(1000n)],
  ['UnixNano', getter((time) => int64(wrap64(time.total())))],
  ['IsZero', getter((time) => time.seconds === ZERO_SECONDS && time.nanos === 0)],
  ['IsDST', getter((time) => time.zone().daylight)],
  ['Location', getter((time) => time.location)],
  ['In', func([LOCATION_POINTER], ([time, location]) => (time as Time).in(located(location)))],
  ['UTC', getter((time) => time.in(UTC))],
  ['Local', getter((time, env) => time.in(env.local))],
  ['Round', func([DURATION], ([time, to]) => (time as Time).toMultiple((to as Int).value, true))],
  ['Truncate', func([DURATION], ([time, to]) => (time as Time).toMultiple((to as Int).value, false))],
  ['MarshalJSON', getter((time) => bytes(`"${formatRfc3339(time)}"`))],
  ['MarshalText', getter((time) => bytes(formatRfc3339(time)))],
  ['Clock', refused([], 'function Clock has 3 return values; should be 1 or 2')],
  ['Date', refused([], 'function Date has 3 return values; should be 1 or 2')],
  ['ISOWeek', refused([], badSignature('ISOWeek', 'int'))],
  ['Zone', refused([], badSignature('Zone', 'int'))],
  ['ZoneBounds', refused([], badSignature('ZoneBounds', 'time.Time'))],
]);

function badSignature(name: string, type: string): string {
  return `invalid function signature for ${name}: second return value should be error; is ${type}`;
}

function located(location: Value): Location {
  if (location === undefined) throw new Error('time: missing Location in call to Time.In');
  return location as Location;
}
