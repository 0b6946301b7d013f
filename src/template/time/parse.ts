// Reads times by layout: Go's `time.ParseInLocation` in UTC, with its errors.

import { rawByte, toBytes } from '../value/bytes.ts';
import { daysIn, isLeapYear, MONTHS, secondsOf, WEEKDAYS } from './civil.ts';
import { type Chunk, chunksOf } from './layout.ts';
import { Time } from './time.ts';
import { fixedZone, UTC } from './zone.ts';

/** The value does not have the form of the element. */
class BadValue extends Error {}
/** The value has the form, but not the range: names what is out of it. */
class OutOfRange extends Error {}

/** What has been read so far; -1 where nothing was. */
interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  afternoon: boolean | undefined;
  utc: boolean;
  offset: number | undefined;
  zone: string;
}

/** Quotes as Go's time package does: bytes that are not printable ASCII as `\xNN`. */
function quoteValue(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0x20 && code < 0x80) out += char === '"' || char === '\\' ? `\\${char}` : char;
    else if (rawByte(code) >= 0) out += '\\xef\\xbf\\xbd';
    else for (const byte of toBytes(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}

/** The rest of a value that is eaten up from the left. */
class Input {
  rest: string;

  constructor(value: string) {
    this.rest = value;
  }

  /** Literal text of the layout; a blank in it stands for any number of them. */
  skip(literal: string): boolean {
    let prefix = literal;
    while (prefix !== '') {
      if (prefix.startsWith(' ')) {
        if (this.rest !== '' && !this.rest.startsWith(' ')) return false;
        prefix = prefix.replace(/^ +/, '');
        this.rest = this.rest.replace(/^ +/, '');
        continue;
      }
      if (this.rest.charAt(0) !== prefix.charAt(0)) return false;
      prefix = prefix.slice(1);
      this.rest = this.rest.slice(1);
    }
    return true;
  }

  /** What the pattern, anchored at the start, matches. Throws `BadValue`. */
  take(pattern: RegExp): string {
    const match = pattern.exec(this.rest);
    if (match === null) throw new BadValue();
    this.rest = this.rest.slice(match[0].length);
    return match[0];
  }

  number(pattern: RegExp): number {
    return Number(this.take(pattern));
  }

  /** A name, in whatever case; its index. */
  name(names: readonly string[]): number {
    const index = names.findIndex((name) => this.rest.slice(0, name.length).toLowerCase() === name.toLowerCase());
    if (index < 0) throw new BadValue();
    this.rest = this.rest.slice(names[index]!.length);
    return index;
  }
}

const ONE_OR_TWO = /^[0-9]{1,2}/;
const TWO = /^[0-9]{2}/;
const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));
const SHORT_WEEKDAYS = WEEKDAYS.map((name) => name.slice(0, 3));

function inRange(value: number, from: number, to: number, what: string): number {
  if (value < from || value > to) throw new OutOfRange(what);
  return value;
}

function readFraction(text: string): number {
  return Number(text.slice(1, 10).padEnd(9, '0'));
}

function readOffset(input: Input, form: string, fields: Fields): void {
  // The forms with seconds do not take a Z.
  if (form.startsWith('Z') && form.length <= 6 && input.rest.startsWith('Z')) {
    input.rest = input.rest.slice(1);
    fields.utc = true;
    return;
  }
  const colon = form.includes(':') ? ':' : '';
  const parts = form.length <= 3 ? 1 : form.length <= 6 ? 2 : 3;
  // The sign is looked at last, as Go does: a wrong one is found after a number out of range.
  const text = input.take(new RegExp(`^[\\s\\S]\\d\\d${`${colon}\\d\\d`.repeat(parts - 1)}`));
  const [hours, minutes, seconds] = text.slice(1).replaceAll(':', '').padEnd(6, '0').match(/../g)!.map(Number);
  inRange(hours!, 0, 24, 'time zone offset hour');
  inRange(minutes!, 0, 60, 'time zone offset minute');
  inRange(seconds!, 0, 60, 'time zone offset second');
  const sign = text.charAt(0);
  if (sign !== '+' && sign !== '-') throw new BadValue();
  const offset = (hours! * 60 + minutes!) * 60 + seconds!;
  fields.offset = sign === '-' ? -offset : offset;
}

const SIGNED_HOURS = /^[+-](?:0*(?:1[0-9]|2[0-3]|[0-9]))(?![0-9])/;

function readZoneName(input: Input, fields: Fields): void {
  if (input.rest.startsWith('UTC')) {
    input.rest = input.rest.slice(3);
    fields.utc = true;
    return;
  }
  if (input.rest.length < 3) throw new BadValue();
  if (input.rest.startsWith('GMT')) {
    const hours = SIGNED_HOURS.exec(input.rest.slice(3))?.[0] ?? '';
    fields.zone = `GMT${hours}`;
    input.rest = input.rest.slice(fields.zone.length);
    return;
  }
  if (/^[+-]/.test(input.rest)) {
    fields.zone = input.take(SIGNED_HOURS);
    return;
  }
  const upper = /^[A-Z]{0,6}/.exec(input.rest)![0];
  const special = /^(?:ChST|MeST)/.exec(input.rest)?.[0];
  const four = upper.length === 4 && (upper.endsWith('T') || upper === 'WITA');
  if (special === undefined && upper.length !== 3 && !four && !(upper.length === 5 && upper.endsWith('T'))) {
    throw new BadValue();
  }
  fields.zone = special ?? upper;
  input.rest = input.rest.slice(fields.zone.length);
}

function readElement(chunk: Chunk, next: Chunk, input: Input, fields: Fields): void {
  switch (chunk.element) {
    case '06': {
      const year = input.number(TWO);
      fields.year = year + (year >= 69 ? 1900 : 2000);
      return;
    }
    case '2006':
      fields.year = input.number(/^[0-9]{4}/);
      return;
    case 'Jan':
      fields.month = input.name(SHORT_MONTHS) + 1;
      return;
    case 'January':
      fields.month = input.name(MONTHS) + 1;
      return;
    case '1':
    case '01':
      fields.month = inRange(input.number(chunk.element === '01' ? TWO : ONE_OR_TWO), 1, 12, 'month');
      return;
    case 'Mon':
      input.name(SHORT_WEEKDAYS);
      return;
    case 'Monday':
      input.name(WEEKDAYS);
      return;
    case '2':
    case '_2':
    case '02':
      if (chunk.element === '_2') input.rest = input.rest.replace(/^ /, '');
      fields.day = input.number(chunk.element === '02' ? TWO : ONE_OR_TWO);
      return;
    case '__2':
    case '002':
      if (chunk.element === '__2') input.rest = input.rest.replace(/^ {1,2}/, '');
      fields.yearDay = input.number(chunk.element === '002' ? /^[0-9]{3}/ : /^[0-9]{1,3}/);
      return;
    case '15':
      fields.hour = inRange(input.number(ONE_OR_TWO), 0, 23, 'hour');
      return;
    case '3':
    case '03':
      fields.hour = inRange(input.number(chunk.element === '03' ? TWO : ONE_OR_TWO), 0, 12, 'hour');
      return;
    case '4':
    case '04':
      fields.minute = inRange(input.number(chunk.element === '04' ? TWO : ONE_OR_TWO), 0, 59, 'minute');
      return;
    case '5':
    case '05':
      fields.second = inRange(input.number(chunk.element === '05' ? TWO : ONE_OR_TWO), 0, 59, 'second');
      // A fraction may follow although the layout has none.
      if (next.element === 'fraction') return;
      if (/^[.,][0-9]/.test(input.rest)) fields.nanos = readFraction(input.take(/^[.,][0-9]+/));
      return;
    case 'PM':
    case 'pm': {
      const text = input.take(/^[\s\S]{2}/);
      if (text !== (chunk.element === 'PM' ? 'PM' : 'pm') && text !== (chunk.element === 'PM' ? 'AM' : 'am')) {
        throw new BadValue();
      }
      fields.afternoon = text.toLowerCase() === 'pm';
      return;
    }
    case 'offset':
      readOffset(input, chunk.text, fields);
      return;
    case 'MST':
      readZoneName(input, fields);
      return;
    default: {
      const digits = chunk.text.length - 1;
      if (chunk.text.charAt(1) === '0') {
        fields.nanos = readFraction(input.take(new RegExp(`^[.,][0-9]{${Math.min(digits, 9)}}`)));
        if (input.rest.length < digits - 9) throw new BadValue();
        input.rest = input.rest.slice(Math.max(0, digits - 9));
      } else if (/^[.,][0-9]/.test(input.rest)) {
        fields.nanos = readFraction(input.take(/^[.,][0-9]+/));
      }
    }
  }
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Month and day from the day of the year; what is wrong as an Error. */
function settleDate(fields: Fields): void {
  if (fields.yearDay >= 0) {
    const leap = isLeapYear(fields.year);
    let { yearDay } = fields;
    let month = 0;
    let day = 0;
    if (leap && yearDay === 60) {
      month = 2;
      day = 29;
    } else if (leap && yearDay > 60) {
      yearDay--;
    }
    if (yearDay < 1 || yearDay > 365) throw new Error(': day-of-year out of range');
    if (month === 0) {
      month = DAYS_BEFORE.findIndex((days) => days >= yearDay);
      day = yearDay - DAYS_BEFORE[month - 1]!;
    }
    if (fields.month >= 0 && fields.month !== month) throw new Error(': day-of-year does not match month');
    if (fields.day >= 0 && fields.day !== day) throw new Error(': day-of-year does not match day');
    fields.month = month;
    fields.day = day;
  }
  if (fields.month < 0) fields.month = 1;
  if (fields.day < 0) fields.day = 1;
  if (fields.day < 1 || fields.day > daysIn(fields.year, fields.month)) throw new Error(': day out of range');
}

/** The time that a value shows in a layout. Throws an Error with Go's words. */
export function parseTime(layout: string, value: string): Time {
  const fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    afternoon: undefined,
    utc: false,
    offset: undefined,
    zone: '',
  };
  const input = new Input(value);
  const wrong = (element: string, rest: string): Error =>
    new Error(
      `parsing time ${quoteValue(value)} as ${quoteValue(layout)}: cannot parse ${quoteValue(rest)} as ${quoteValue(element)}`,
    );
  const message = (text: string): Error => new Error(`parsing time ${quoteValue(value)}${text}`);
  const chunks = chunksOf(layout);
  for (const [i, chunk] of chunks.entries()) {
    if (!input.skip(chunk.literal)) throw wrong(chunk.literal, input.rest);
    if (chunk.element === undefined) {
      if (input.rest !== '') throw message(`: extra text: ${quoteValue(input.rest)}`);
      break;
    }
    const hold = input.rest;
    try {
      readElement(chunk, chunks[i + 1]!, input, fields);
    } catch (error) {
      if (error instanceof OutOfRange) throw message(`: ${error.message} out of range`);
      if (error instanceof BadValue) throw wrong(chunk.text, hold);
      throw error;
    }
  }
  if (fields.afternoon === true && fields.hour < 12) fields.hour += 12;
  if (fields.afternoon === false && fields.hour === 12) fields.hour = 0;
  try {
    settleDate(fields);
  } catch (error) {
    throw message(error instanceof Error ? error.message : '');
  }
  return toTime(fields);
}

function toTime(f: Fields): Time {
  const wall = secondsOf(f.year, f.month, f.day, f.hour, f.minute, f.second);
  if (f.utc) return new Time(wall, f.nanos);
  if (f.offset !== undefined) {
    const utc = f.offset === 0 && (f.zone === '' || f.zone === 'UTC');
    return new Time(wall - f.offset, f.nanos, utc ? UTC : fixedZone(f.zone, f.offset));
  }
  if (f.zone === '') return new Time(wall, f.nanos);
  const hours = /^GMT(.+)$/.exec(f.zone);
  // An abbreviation tells no offset: Go makes one up that says so.
  return new Time(wall, f.nanos, fixedZone(f.zone, hours === null ? 0 : Number(hours[1]) * 3600));
}
