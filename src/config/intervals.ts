// Time intervals as the file has them: which keys there are, how the ranges are read and printed, and what the engine is
// given of them.

import { embedded, type Field, type Finding, list, maybeList, parsed, type Schema, text } from '../model/schema.ts';
import type { InclusiveRange, TimeInterval } from '../model/timeinterval.ts';
import {
  parseDayOfMonthRange,
  parseLocation,
  parseMonthRange,
  parseTimeRange,
  parseWeekdayRange,
  parseYearRange,
} from '../model/timeinterval-parse.ts';

export interface RawTimeRange {
  readonly start_time: string;
  readonly end_time: string;
}

type Ranges = readonly (InclusiveRange | undefined)[] | undefined;

export interface RawTimeInterval {
  readonly times: readonly RawTimeRange[] | undefined;
  readonly weekdays: Ranges;
  readonly days_of_month: Ranges;
  readonly months: Ranges;
  readonly years: Ranges;
  readonly location: string | undefined;
}

/** An entry of `time_intervals:` or `mute_time_intervals:`. */
export interface NamedIntervals {
  readonly name: string;
  readonly time_intervals: readonly RawTimeInterval[];
}

const timeRangeSchema: Schema<RawTimeRange> = {
  title: 'time range',
  fields: { start_time: text({ always: true }), end_time: text({ always: true }) },
  check: timeRangeFindings,
};

function timeRangeFindings({ start_time, end_time }: RawTimeRange): readonly Finding[] {
  try {
    parseTimeRange(start_time, end_time);
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const keys = error.message.includes(end_time) && end_time !== '' ? ['end_time'] : ['start_time', 'end_time'];
    return [{ keys, message: `${error.message}: write both as HH:MM, from 00:00 to 24:00, the start before the end` }];
  }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function ranges(parse: (text: string) => InclusiveRange, print: (member: number) => string): Field<Ranges> {
  const range = parsed(parse, ({ begin, end }) => (begin === end ? print(begin) : `${print(begin)}:${print(end)}`));
  return maybeList(range, { flow: true });
}

const intervalSchema: Schema<RawTimeInterval> = {
  title: 'time interval',
  fields: {
    times: maybeList(embedded(timeRangeSchema)),
    weekdays: ranges(parseWeekdayRange, (day) => WEEKDAYS[day]!),
    days_of_month: ranges(parseDayOfMonthRange, String),
    months: ranges(parseMonthRange, String),
    years: ranges(parseYearRange, String),
    location: parsed(parseLocation, (zone) => zone, { flow: true }),
  },
};

export const namedIntervalsSchema: Schema<NamedIntervals> = {
  title: 'named time interval',
  fields: { name: text({ always: true }), time_intervals: list(embedded(intervalSchema), { always: true }) },
  check: ({ name }) => (name === '' ? [{ keys: ['name'], message: 'the name is missing: add it' }] : []),
};

/** What the engine asks. An empty list stays one: it restricts the interval to nothing. */
export function timeInterval(raw: RawTimeInterval): TimeInterval {
  return {
    times: raw.times?.map(({ start_time, end_time }) => parseTimeRange(start_time, end_time)) ?? null,
    weekdays: known(raw.weekdays),
    daysOfMonth: known(raw.days_of_month),
    months: known(raw.months),
    years: known(raw.years),
    location: raw.location ?? 'UTC',
  };
}

function known(given: Ranges): readonly InclusiveRange[] | null {
  return given?.filter((range) => range !== undefined) ?? null;
}
