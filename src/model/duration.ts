// Spans of time as text: Prometheus's form (`1d12h`) in configuration files and flags, Go's (`1h30m0.5s`) in Go's own
// flags and in templates. Kept apart because the two look alike and refuse each other's text.

import { quote } from './gostring.ts';

/** Text that is no duration. The message is Prometheus's or Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/** The most that Go's 64-bit nanoseconds hold. */
const MAX_NS = (1n << 63n) - 1n;

/** From the biggest to the smallest, which is also the order in which they must be written. */
const PROMETHEUS_UNITS: readonly (readonly [string, number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Prometheus's `model.ParseDuration`: `0`, or integers with units from years to milliseconds. Milliseconds; throws a `DurationError`. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (text === '') throw new DurationError('empty duration string');
  let total = 0n;
  let last = -1;
  for (let rest = text; rest !== ''; ) {
    const part = /^([0-9]+)([^0-9]+)/.exec(rest);
    if (part === null || BigInt(part[1]!) >= 1n << 64n) throw invalid(text);
    const unit = PROMETHEUS_UNITS.findIndex(([name]) => name === part[2]);
    if (unit < 0) throw new DurationError(`unknown unit ${quote(part[2]!)} in duration ${quote(text)}`);
    if (unit <= last) throw invalid(text);
    last = unit;
    total += BigInt(part[1]!) * BigInt(PROMETHEUS_UNITS[unit]![1]) * 1_000_000n;
    if (total > MAX_NS) throw new DurationError('duration out of range');
    rest = rest.slice(part[0].length);
  }
  return Number(total / 1_000_000n);
}

/** Prometheus's `Duration.String`: years and weeks only when they come out even; parts of a millisecond are dropped. */
export function formatDuration(ms: number): string {
  let rest = Math.trunc(ms);
  if (rest === 0) return '0s';
  let text = '';
  if (rest < 0) {
    text = '-';
    rest = -rest;
  }
  for (const [unit, size] of PROMETHEUS_UNITS) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Days and weeks besides: what Alertmanager's command line takes. */
const LONG_UNITS: ReadonlyMap<string, bigint> = new Map([
  ...GO_UNITS,
  ['d', 86_400_000_000_000n],
  ['w', 604_800_000_000_000n],
]);

/** Go's `time.ParseDuration`: a sign, then decimal numbers with units from hours to nanoseconds. Milliseconds, with a fraction below one; throws a `DurationError`. */
export function parseGoDuration(text: string): number {
  return parseDecimals(text, GO_UNITS, goTimeQuote);
}

/** The same with days and weeks, as on Alertmanager's command line: `1d12h`, `1.5w`. Milliseconds; throws a `DurationError`. */
export function parseFlagDuration(text: string): number {
  // Its library quotes without escapes.
  return parseDecimals(text, LONG_UNITS, (part) => `"${part}"`);
}

/** Go's `Duration.String`: `1h0m0s`, `1.5s`, `20ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(ms));
  const ns = BigInt(whole) * 1_000_000n + BigInt(Math.round((Math.abs(ms) - whole) * 1e6));
  if (ns === 0n) return '0s';
  if (ns < 1000n) return `${sign}${ns}ns`;
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 3)}µs`;
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 6)}ms`;
  const minutes = ns / 60_000_000_000n;
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function parseDecimals(text: string, units: ReadonlyMap<string, bigint>, quoted: (part: string) => string): number {
  const wrong = (what: string): DurationError => new DurationError(`time: ${what} ${quoted(text)}`);
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') throw wrong('invalid duration');
  let total = 0n;
  while (rest !== '') {
    const part = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/.exec(rest)!;
    const whole = part[1]!;
    const fraction = part[2] ?? '';
    if (whole === '' && fraction === '') throw wrong('invalid duration');
    if (BigInt(whole) > MAX_NS + 1n) throw wrong('invalid duration');
    if (part[3] === '') throw wrong('missing unit in duration');
    const unit = units.get(part[3]!);
    if (unit === undefined) {
      throw wrong(`unknown unit ${quoted(part[3]!)} in duration`);
    }
    total += BigInt(whole) * unit + fractionOf(fraction, unit);
    if (total > MAX_NS + (negative ? 1n : 0n)) throw wrong('invalid duration');
    rest = rest.slice(part[0].length);
  }
  const ms = Number(total / 1_000_000n) + Number(total % 1_000_000n) / 1e6;
  return negative ? -ms : ms;
}

function invalid(text: string): DurationError {
  return new DurationError(`not a valid duration string: ${quote(text)}`);
}

/** What a decimal fraction of a unit is in nanoseconds, by the floating point arithmetic that Go uses for it. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (next > MAX_NS) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** `value / 10^places` without zeros at its end. */
function decimal(value: bigint, places: number): string {
  const size = 10n ** BigInt(places);
  const fraction = (value % size).toString().padStart(places, '0').replace(/0+$/, '');
  const whole = (value / size).toString();
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

const encoder = new TextEncoder();

/** How Go's package time quotes: whatever is not printable ASCII byte by byte. */
function goTimeQuote(text: string): string {
  let out = '"';
  for (const byte of encoder.encode(text)) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x80) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}
