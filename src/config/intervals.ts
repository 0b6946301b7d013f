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
  TimeIntervalError,
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
    const form = 'write both as HH:MM, from 00:00 to 24:00, the start before the end';
    // What YAML 1.1 makes of 19:00 without quotes, when a program rewrites a file.
    const rewritten = /^[0-9]{2,4}$/.test(start_time) || /^[0-9]{2,4}$/.test(end_time) ? ', and in quotes' : '';
    const isOverMidnight = /^\d\d:\d\d$/.test(start_time) && /^\d\d:\d\d$/.test(end_time) && end_time < start_time;
    const twice = isOverMidnight ? `; over midnight it takes two: ${start_time} to 24:00, 00:00 to ${end_time}` : '';
    return [{ keys, message: `${error.message}: ${form}${rewritten}${twice}` }];
  }
}

/** The parser with what to do after its error's words. */
function hinted<T>(parse: (text: string) => T, hint: string): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof TimeIntervalError) throw new TimeIntervalError(`${error.message}: ${hint}`);
      throw error;
    }
  };
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function ranges(
  parse: (text: string) => InclusiveRange,
  print: (member: number) => string,
  hint: string,
): Field<Ranges> {
  const range = parsed(hinted(parse, hint), ({ begin, end }) =>
    begin === end ? print(begin) : `${print(begin)}:${print(end)}`,
  );
  return maybeList(range, { flow: true });
}

const intervalSchema: Schema<RawTimeInterval> = {
  title: 'time interval',
  fields: {
    times: maybeList(embedded(timeRangeSchema)),
    weekdays: ranges(
      parseWeekdayRange,
      (day) => WEEKDAYS[day]!,
      'write a day or a range such as monday:friday; the week begins on sunday, and over its end it takes two ranges',
    ),
    days_of_month: ranges(
      parseDayOfMonthRange,
      String,
      'write a day from 1 to 31 or a range such as 1:7; -1 is the last day of the month',
    ),
    months: ranges(
      parseMonthRange,
      String,
      'write a month or a range such as march:may or 3:5; over the end of the year it takes two ranges',
    ),
    years: ranges(parseYearRange, String, 'write a year or a range such as 2026:2030'),
    location: parsed(hinted(parseLocation, 'write a name such as Europe/Berlin'), (zone) => zone, { flow: true }),
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
