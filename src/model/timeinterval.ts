// Time intervals: when a route is muted or active. What they are and which instants lie in them; how they are written is
// read in timeinterval-parse.ts.

import { IANAZone, SystemZone, type Zone } from 'luxon';

/** Minutes since midnight by the wall clock; the end does not belong to it. */
export interface TimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Both ends belong to it. */
export interface InclusiveRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * An instant lies in it when it satisfies each kind of range that is given. `null`: the file does not restrict it. An
 * empty list restricts it to nothing, so that the interval contains no instant: so does Alertmanager.
 */
export interface TimeInterval {
  readonly times: readonly TimeRange[] | null;
  /** 0 is Sunday. */
  readonly weekdays: readonly InclusiveRange[] | null;
  /** From 1; negative ones count from the month's end, -1 being its last day. */
  readonly daysOfMonth: readonly InclusiveRange[] | null;
  /** 1 is January. */
  readonly months: readonly InclusiveRange[] | null;
  readonly years: readonly InclusiveRange[] | null;
  /** An IANA zone name, `UTC` when the file names none, or `Local`. */
  readonly location: string;
}

/** Whether the instant (milliseconds since 1970) lies in the interval, by the wall clock of its location. */
export function containsTime(interval: TimeInterval, atMs: number): boolean {
  const clock = wallClock(interval.location, atMs);
  return (
    (interval.times === null ||
      interval.times.some((range) => clock.minute >= range.startMinute && clock.minute < range.endMinute)) &&
    (interval.daysOfMonth === null || interval.daysOfMonth.some((range) => containsDay(range, clock))) &&
    within(interval.months, clock.month) &&
    within(interval.weekdays, clock.weekday) &&
    within(interval.years, clock.year)
  );
}

interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
  readonly daysInMonth: number;
}

function wallClock(location: string, atMs: number): WallClock {
  const local = new Date(atMs + offsetMs(location, atMs));
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  return {
    year,
    month: month + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
    daysInMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  };
}

/** The zone, and its offset in the minute that was asked for last: all groups of a flush ask for the same one. */
interface KnownZone {
  readonly zone: Zone;
  minute: number;
  offsetMs: number;
}

const zones = new Map<string, KnownZone>();

function offsetMs(location: string, atMs: number): number {
  if (location === 'UTC') return 0;
  let known = zones.get(location);
  if (known === undefined) {
    const zone = location === 'Local' ? SystemZone.instance : IANAZone.create(location);
    known = { zone, minute: Number.NaN, offsetMs: 0 };
    zones.set(location, known);
  }
  const minute = Math.floor(atMs / 60_000);
  if (minute !== known.minute) {
    known.minute = minute;
    known.offsetMs = known.zone.offset(atMs) * 60_000;
  }
  return known.offsetMs;
}

function within(ranges: readonly InclusiveRange[] | null, value: number): boolean {
  return ranges === null || ranges.some((range) => value >= range.begin && value <= range.end);
}

/** A range that begins after the month's end contains nothing; one that ends after it ends with the month. */
function containsDay(range: InclusiveRange, clock: WallClock): boolean {
  const begin = range.begin < 0 ? clock.daysInMonth + range.begin + 1 : range.begin;
  const end = range.end < 0 ? clock.daysInMonth + range.end + 1 : range.end;
  return clock.day >= begin && clock.day <= end;
}
