// Go's time.Duration: nanoseconds in 64 bits, and how it is written.

import { DURATION } from '../value/type.ts';
import { Int } from '../value/value.ts';

export const MAX_INT64 = (1n << 63n) - 1n;
export const MIN_INT64 = -(1n << 63n);

const MICROSECOND = 1000n;
const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** Cuts to 64 bits as Go's integer arithmetic wraps around. */
export function wrap64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function duration(nanoseconds: bigint): Int {
  return new Int(nanoseconds, DURATION);
}

/** A fraction such as `1.5`, from an integer and the unit it is counted in, without trailing zeros. */
function decimal(value: bigint, unit: bigint): string {
  const digits = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  const whole = (value / unit).toString();
  return digits === '' ? whole : `${whole}.${digits}`;
}

/** `72h3m0.5s`, as Go writes durations. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const abs = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (abs < MICROSECOND) return `${sign}${abs}ns`;
  if (abs < MILLISECOND) return `${sign}${decimal(abs, MICROSECOND)}µs`;
  if (abs < SECOND) return `${sign}${decimal(abs, MILLISECOND)}ms`;
  const hours = abs / HOUR;
  const minutes = (abs % HOUR) / MINUTE;
  const seconds = decimal(abs % MINUTE, SECOND);
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

/** The duration in a unit, as Go divides: the whole part and the fraction apart. */
function inUnit(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit);
}

export const hours = (d: bigint): number => inUnit(d, HOUR);
export const minutes = (d: bigint): number => inUnit(d, MINUTE);
export const seconds = (d: bigint): number => inUnit(d, SECOND);

/** Towards zero, to a multiple of `to`. */
export function truncateDuration(d: bigint, to: bigint): bigint {
  return to <= 0n ? d : d - (d % to);
}

/** To the nearest multiple of `to`, halves away from zero; what does not fit in 64 bits becomes the extreme. */
export function roundDuration(d: bigint, to: bigint): bigint {
  if (to <= 0n) return d;
  const abs = d < 0n ? -d : d;
  const rest = abs % to;
  const rounded = rest + rest < to ? abs - rest : abs - rest + to;
  return saturate(d < 0n ? -rounded : rounded);
}

export function saturate(value: bigint): bigint {
  if (value > MAX_INT64) return MAX_INT64;
  return value < MIN_INT64 ? MIN_INT64 : value;
}
