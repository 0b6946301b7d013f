// Whether time intervals contain every instant, or none at all, as far as that follows from what they say alone. Apart
// from the hints that tell of it, because it is about the calendar.

import type { InclusiveRange, TimeInterval } from '../model/timeinterval.ts';

/** With more intervals than these it is not looked at whether they cover all time together. */
const MAX_TOGETHER = 100;

const MINUTES = 24 * 60;

/** Whether every instant lies in one of them. False when that is not certain. */
export function coversAllTime(intervals: readonly TimeInterval[]): boolean {
  const byLocation = new Map<string, TimeInterval[]>();
  for (const interval of intervals) {
    // Those that are narrowed by days or years cover at most parts of what is looked at below.
    if (!coversDays(interval.daysOfMonth) || interval.years !== null) continue;
    const others = byLocation.get(interval.location);
    if (others === undefined) byLocation.set(interval.location, [interval]);
    else others.push(interval);
  }
  return [...byLocation.values()].some(coverWeekdaysAndMonths);
}

function coversDays(ranges: readonly InclusiveRange[] | null): boolean {
  return ranges === null || ranges.some(({ begin, end }) => begin === 1 && (end === -1 || end === 31));
}

/** Tries an instant of every kind: each minute at which a range begins, on each weekday of each month. */
function coverWeekdaysAndMonths(intervals: readonly TimeInterval[]): boolean {
  if (intervals.length > MAX_TOGETHER) return false;
  const edges = new Set([0]);
  for (const { times } of intervals) {
    for (const { startMinute, endMinute } of times ?? []) {
      edges.add(startMinute);
      if (endMinute < MINUTES) edges.add(endMinute);
    }
  }
  for (let month = 1; month <= 12; month++) {
    for (let weekday = 0; weekday < 7; weekday++) {
      for (const minute of edges) {
        if (!intervals.some((interval) => contains(interval, month, weekday, minute))) return false;
      }
    }
  }
  return true;
}

function contains({ months, weekdays, times }: TimeInterval, month: number, weekday: number, minute: number): boolean {
  return (
    within(months, month) &&
    within(weekdays, weekday) &&
    (times === null || times.some(({ startMinute, endMinute }) => minute >= startMinute && minute < endMinute))
  );
}

function within(ranges: readonly InclusiveRange[] | null, value: number): boolean {
  return ranges === null || ranges.some(({ begin, end }) => value >= begin && value <= end);
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether no instant lies in it. False when that is not certain. */
export function neverOccurs(interval: TimeInterval): boolean {
  const { times, weekdays, daysOfMonth, months, years } = interval;
  if ([times, weekdays, daysOfMonth, months, years].some((ranges) => ranges?.length === 0)) return true;
  if (daysOfMonth === null) return false;
  return !LONGEST_MONTHS.some(
    (days, i) => within(months, i + 1) && daysOfMonth.some((range) => hasDay(range, days) || hasDay(range, days - 1)),
  );
}

function hasDay({ begin, end }: InclusiveRange, days: number): boolean {
  const first = Math.max(1, begin < 0 ? days + begin + 1 : begin);
  const last = Math.min(days, end < 0 ? days + end + 1 : end);
  return first <= last;
}
