// `humanizeDuration`: seconds as people write them, `1d 2h 3m 4s` or `1.5ms`, as Prometheus does.

import { formatFloat } from '../fmt/float.ts';
import { parseFloat64 } from '../parse/number.ts';
import { quote } from '../parse/quote.ts';
import { seconds } from '../time/duration.ts';
import { DURATION, INT, INT64 } from '../value/type.ts';
import { Float, Int, typeOf, unbox, type Value } from '../value/value.ts';

/** Seconds, from a number, a text or a duration. Throws an Error with Go's words. */
function toSeconds(boxed: Value): number {
  const value = unbox(boxed);
  if (value instanceof Float) return value.value;
  if (value instanceof Int && value.type === DURATION) return seconds(value.value);
  if (value instanceof Int && (value.type === INT || value.type === INT64)) return Number(value.value);
  if (typeof value === 'string') {
    const number = parseFloat64(value);
    if (typeof number === 'string') throw new Error(`strconv.ParseFloat: parsing ${quote(value)}: ${number}`);
    return number;
  }
  throw new Error(`can't convert ${value === undefined ? '<nil>' : typeOf(value).name} to float`);
}

const SMALL_UNITS = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** Four significant digits. */
function short(value: number): string {
  return formatFloat(value, 'g', 4);
}

/** Throws an Error with Go's words when the value is no number of seconds. */
export function humanizeDuration(value: Value): string {
  let number = toSeconds(value);
  if (!Number.isFinite(number)) return short(number);
  if (number === 0) return `${short(number)}s`;
  if (Math.abs(number) >= 1) {
    const sign = number < 0 ? '-' : '';
    number = Math.abs(number);
    const whole = BigInt.asIntN(64, BigInt(Math.trunc(Math.min(number, 2 ** 63))));
    const s = whole % 60n;
    const m = (whole / 60n) % 60n;
    const h = (whole / 3600n) % 24n;
    const d = whole / 86_400n;
    if (d !== 0n) return `${sign}${d}d ${h}h ${m}m ${s}s`;
    if (h !== 0n) return `${sign}${h}h ${m}m ${s}s`;
    return m === 0n ? `${sign}${short(number)}s` : `${sign}${m}m ${s}s`;
  }
  let unit = '';
  for (const smaller of SMALL_UNITS) {
    if (Math.abs(number) >= 1) break;
    unit = smaller;
    number *= 1000;
  }
  return `${short(number)}${unit}s`;
}
