import { afterEach, describe, expect, it } from 'vitest';
import { containsTime, type InclusiveRange, type TimeInterval } from '../../src/model/timeinterval.ts';
import {
  parseDayOfMonthRange,
  parseLocation,
  parseMonthRange,
  parseTimeRange,
  parseWeekdayRange,
  parseYearRange,
  TimeIntervalError,
} from '../../src/model/timeinterval-parse.ts';
import { readLines } from '../support/jsonl.ts';

interface Written {
  readonly times?: readonly (readonly [string, string])[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly location?: string;
}

function interval(written: Written): TimeInterval {
  return {
    times: written.times?.map(([start, end]) => parseTimeRange(start, end)) ?? null,
    weekdays: written.weekdays?.map(parseWeekdayRange) ?? null,
    daysOfMonth: written.days_of_month?.map(parseDayOfMonthRange) ?? null,
    months: written.months?.map(parseMonthRange) ?? null,
    years: written.years?.map(parseYearRange) ?? null,
    location: parseLocation(written.location ?? ''),
  };
}

function contains(written: Written, at: string): boolean {
  return containsTime(interval(written), Date.parse(at));
}

const ranges: Record<string, (text: string) => InclusiveRange> = {
  weekdays: parseWeekdayRange,
  days_of_month: parseDayOfMonthRange,
  months: parseMonthRange,
  years: parseYearRange,
  times: (text) => {
    const [start, end] = text.split('|') as [string, string];
    const { startMinute, endMinute } = parseTimeRange(start, end);
    return { begin: startMinute, end: endMinute };
  },
};

function verdict(kind: string, text: string): string {
  try {
    if (kind === 'location') return parseLocation(text) === text ? 'ok' : 'changed';
    const { begin, end } = ranges[kind]!(text);
    return `${begin}..${end}`;
  } catch (error) {
    if (error instanceof TimeIntervalError) return `! ${error.message}`;
    throw error;
  }
}

describe('a range is read and refused as in Alertmanager', () => {
  it.each(readLines<[string, string, string]>(new URL('timeinterval-parse.jsonl', import.meta.url)))(
    '%s %j',
    (kind, text, expected) => {
      expect(verdict(kind, text)).toBe(expected);
    },
  );
});

describe('an interval contains what it contains in Alertmanager', () => {
  it.each(readLines<[Written, string, boolean]>(new URL('timeinterval-contains.jsonl', import.meta.url)))(
    '%j at %s: %s',
    (written, at, expected) => {
      expect(contains(written, at)).toBe(expected);
    },
  );
});

describe('times', () => {
  const office: Written = { times: [['09:00', '17:00']] };

  it.each([
    ['2026-06-15T08:59:59.999Z', false],
    ['2026-06-15T09:00:00Z', true],
    ['2026-06-15T16:59:59.999Z', true],
    ['2026-06-15T17:00:00Z', false],
  ])('end before their end: %s', (at, expected) => {
    expect(contains(office, at)).toBe(expected);
  });

  it('24:00 is the end of the day', () => {
    expect(contains({ times: [['23:59', '24:00']] }, '2026-06-15T23:59:59Z')).toBe(true);
    expect(contains({ times: [['23:59', '24:00']] }, '2026-06-16T00:00:00Z')).toBe(false);
  });

  it.each([
    // The hour from two to three does not exist in spring and exists twice in autumn.
    ['2026-03-29T00:59:59Z', false],
    ['2026-03-29T01:00:00Z', false],
    ['2026-10-24T23:59:59Z', false],
    ['2026-10-25T00:00:00Z', true],
    ['2026-10-25T00:59:59Z', true],
    ['2026-10-25T01:00:00Z', true],
    ['2026-10-25T01:59:59Z', true],
    ['2026-10-25T02:00:00Z', false],
  ])('go by the clock on the wall when it is put: %s', (at, expected) => {
    expect(contains({ times: [['02:00', '03:00']], location: 'Europe/Berlin' }, at)).toBe(expected);
  });
});

describe('days of the month', () => {
  it('count from the end of each month', () => {
    const lastDay: Written = { days_of_month: ['-1'] };
    for (const day of ['2026-01-31', '2026-02-28', '2024-02-29', '2026-04-30', '1900-02-28', '2000-02-29']) {
      expect(contains(lastDay, `${day}T12:00:00Z`), day).toBe(true);
    }
    for (const day of ['2026-01-30', '2024-02-28', '2026-04-29']) {
      expect(contains(lastDay, `${day}T12:00:00Z`), day).toBe(false);
    }
  });

  it('end with the month, and are nowhere when they begin after it', () => {
    expect(contains({ days_of_month: ['28:31'] }, '2026-02-28T12:00:00Z')).toBe(true);
    expect(contains({ days_of_month: ['29:31'] }, '2026-02-28T12:00:00Z')).toBe(false);
    expect(contains({ days_of_month: ['-31:-1'] }, '2026-02-01T12:00:00Z')).toBe(true);
  });

  it('are the last ones too in a month in which the clock is put', () => {
    for (const day of ['2026-03-29', '2026-03-30', '2026-03-31', '2026-10-29', '2026-10-30', '2026-10-31']) {
      expect(contains({ days_of_month: ['-3:-1'], location: 'Europe/Berlin' }, `${day}T12:00:00Z`), day).toBe(true);
    }
    expect(contains({ days_of_month: ['-3:-1'], location: 'Europe/Berlin' }, '2026-03-28T22:30:00Z')).toBe(false);
    expect(contains({ days_of_month: ['-3:-1'], location: 'Europe/Berlin' }, '2026-03-28T23:30:00Z')).toBe(true);
  });
});

describe('an interval', () => {
  it('without any range contains all time', () => {
    expect(contains({}, '2026-06-15T12:00:00Z')).toBe(true);
    expect(contains({ location: 'Asia/Tokyo' }, '1970-01-01T00:00:00Z')).toBe(true);
  });

  it('with an empty list contains none', () => {
    for (const key of ['times', 'weekdays', 'days_of_month', 'months', 'years'] as const) {
      expect(contains({ [key]: [] }, '2026-06-15T12:00:00Z'), key).toBe(false);
    }
  });

  it('needs one range of each kind', () => {
    const written: Written = { weekdays: ['monday:friday', 'sunday'], months: ['june'], years: ['2026'] };
    expect(contains(written, '2026-06-15T12:00:00Z')).toBe(true);
    expect(contains(written, '2026-06-14T12:00:00Z')).toBe(true);
    expect(contains(written, '2026-06-13T12:00:00Z')).toBe(false);
    expect(contains(written, '2026-07-15T12:00:00Z')).toBe(false);
    expect(contains(written, '2027-06-15T12:00:00Z')).toBe(false);
  });

  it('has the date of its location', () => {
    const newYear: Written = { months: ['january'], days_of_month: ['1'], years: ['2027'], weekdays: ['friday'] };
    expect(contains({ ...newYear, location: 'Pacific/Kiritimati' }, '2026-12-31T10:00:00Z')).toBe(true);
    expect(contains({ ...newYear, location: 'Pacific/Kiritimati' }, '2026-12-31T09:59:59Z')).toBe(false);
    expect(contains({ ...newYear, location: 'America/Los_Angeles' }, '2027-01-01T07:59:59Z')).toBe(false);
    expect(contains({ ...newYear, location: 'America/Los_Angeles' }, '2027-01-01T08:00:00Z')).toBe(true);
  });

  it('does not mix up the offsets of two instants or two places', () => {
    const at = Date.parse('2026-06-15T12:00:00Z');
    const noon = (location: string) => interval({ times: [['12:00', '12:01']], location });
    for (let round = 0; round < 3; round++) {
      expect(containsTime(noon('UTC'), at)).toBe(true);
      expect(containsTime(noon('Europe/Berlin'), at)).toBe(false);
      expect(containsTime(noon('Europe/Berlin'), at - 2 * 3_600_000)).toBe(true);
      expect(containsTime(noon('Europe/Berlin'), Date.parse('2026-12-15T11:00:00Z'))).toBe(true);
      expect(containsTime(noon('Europe/London'), at - 3_600_000)).toBe(true);
    }
  });
});

describe('Local', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it("is the machine's zone", () => {
    process.env['TZ'] = 'Asia/Kathmandu';
    expect(contains({ times: [['17:45', '17:46']], location: 'Local' }, '2026-06-15T12:00:00Z')).toBe(true);
  });
});
