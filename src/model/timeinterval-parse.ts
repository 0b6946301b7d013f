// How operators write time intervals: one function for each kind of range. The rules and the error texts are those of
// Alertmanager's package timeinterval.

import { quote } from './gostring.ts';
import type { InclusiveRange, TimeRange } from './timeinterval.ts';
import { isZoneName } from './zones.ts';

/** Text that is no range of its kind. The message is Alertmanager's. */
export class TimeIntervalError extends Error {
  override readonly name = 'TimeIntervalError';
}

/** `start_time` and `end_time`, each from `00:00` to `24:00`. Throws a `TimeIntervalError`. */
export function parseTimeRange(startTime: string, endTime: string): TimeRange {
  if (startTime === '' || endTime === '') throw new TimeIntervalError('both start and end times must be provided');
  const startMinute = parseTimeOfDay(startTime);
  const endMinute = parseTimeOfDay(endTime);
  if (startMinute >= endMinute) throw new TimeIntervalError('start time cannot be equal or greater than end time');
  return { startMinute, endMinute };
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** `monday` or `monday:friday`, in any case. Throws a `TimeIntervalError`. */
export function parseWeekdayRange(text: string): InclusiveRange {
  const range = parseRange(text, (word) => {
    const day = WEEKDAYS.indexOf(word);
    if (day < 0) throw new TimeIntervalError(`${word} is not a valid weekday`);
    return day;
  });
  if (range.begin > range.end) throw new TimeIntervalError('start day cannot be before end day');
  return range;
}

/** `1:5` or `-3:-1`. Throws a `TimeIntervalError`. */
export function parseDayOfMonthRange(text: string): InclusiveRange {
  const range = parseRange(text, parseInteger);
  for (const day of [range.begin, range.end]) {
    if (day === 0 || day < -31 || day > 31) {
      throw new TimeIntervalError(`${day} is not a valid day of the month: out of range`);
    }
  }
  if (range.begin < 0 && range.end > 0) {
    throw new TimeIntervalError('end day must be negative if start day is negative');
  }
  // No month is shorter than 28 days: what is empty there is empty in every month.
  const begin = range.begin < 0 ? 28 + range.begin : range.begin;
  const end = range.end < 0 ? 28 + range.end : range.end;
  if (begin > end) throw new TimeIntervalError(`end day ${range.end} is always before start day ${range.begin}`);
  return range;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** `january`, `1:3` or `may:august`, in any case. Throws a `TimeIntervalError`. */
export function parseMonthRange(text: string): InclusiveRange {
  const range = parseRange(text, (word) => {
    const month = MONTHS.indexOf(word);
    if (month >= 0) return month + 1;
    try {
      return parseInteger(word);
    } catch {
      throw new TimeIntervalError(`${word} is not a valid month`);
    }
  });
  if (range.begin > range.end) {
    const [begin, end] = [MONTHS[range.begin - 1] ?? '', MONTHS[range.end - 1] ?? ''];
    throw new TimeIntervalError(`end month ${end} is before start month ${begin}`);
  }
  return range;
}

/** `2026` or `2026:2030`. Throws a `TimeIntervalError`. */
export function parseYearRange(text: string): InclusiveRange {
  const range = parseRange(text, parseInteger);
  if (range.begin > range.end) {
    throw new TimeIntervalError(`end year ${range.end} is before start year ${range.begin}`);
  }
  return range;
}

/** A zone name as Go's `time.LoadLocation` accepts it; an empty one is UTC. Throws a `TimeIntervalError`. */
export function parseLocation(text: string): string {
  if (text === '' || text === 'UTC') return 'UTC';
  if (text === 'Local' || isZoneName(text)) return text;
  if (text.startsWith('/') || text.startsWith('\\') || text.includes('..')) {
    throw new TimeIntervalError('time: invalid location name');
  }
  throw new TimeIntervalError(`unknown time zone ${text}`);
}

function parseTimeOfDay(text: string): number {
  if (!/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(text)) {
    throw new TimeIntervalError(`couldn't parse timestamp ${text}, invalid format`);
  }
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function parseRange(text: string, member: (word: string) => number): InclusiveRange {
  const words = text.toLowerCase().split(':');
  if (words.length > 2) throw new TimeIntervalError(`couldn't parse range ${text.toLowerCase()}, invalid format`);
  const begin = member(words[0]!);
  return { begin, end: words.length === 2 ? member(words[1]!) : begin };
}

/** Go's `strconv.Atoi`. */
function parseInteger(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    throw new TimeIntervalError(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  }
  const value = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, value) !== value) {
    throw new TimeIntervalError(`strconv.Atoi: parsing ${quote(text)}: value out of range`);
  }
  return Number(value);
}
