// Instants as text: what Alertmanager's API reads and prints. Milliseconds since 1970 everywhere else. Kept apart because
// each alert that comes in brings two instants and each that goes out three, so both directions are written by hand.

const DAY_MS = 86_400_000;

/**
 * The instant that the text names, in milliseconds since 1970, or `undefined` when it is none. Reads what go-openapi's
 * `strfmt.ParseDateTime` reads: RFC 3339 with any offset and fraction, the same without a zone (UTC then), without
 * seconds, with a space instead of the T (then without a zone), a date alone; and the empty text, which is 1970.
 * What is finer than a millisecond is dropped.
 */
export function parseTime(text: string): number | undefined {
  const n = text.length;
  if (n === 0) return 0;
  if (n < 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  // NaN, which stands for "not two digits", fails these comparisons.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined;
  const midnight = daysFrom1970(year, month, day) * DAY_MS;
  if (n === 10) return midnight;
  const mark = text.charCodeAt(10);
  if (mark !== UPPER_T && mark !== SPACE) return undefined;
  return timeOfDay(text, midnight, mark === SPACE);
}

/** RFC 3339 in UTC with three decimals, as Alertmanager's API prints instants: `2026-01-02T03:04:05.678Z`. */
export function formatTime(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    lastDate = dateText(day);
    lastDay = day;
  }
  const ofDay = Math.floor(at) - day * DAY_MS;
  const ofMinute = ofDay % 60_000;
  return (
    lastDate + MINUTES[(ofDay - ofMinute) / 60_000]! + SECONDS[Math.floor(ofMinute / 1000)]! + MILLIS[ofDay % 1000]!
  );
}

const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const PLUS = 0x2b;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

// The same few days are printed again and again, and the parts of a day are few enough to keep.
let lastDay = 0;
let lastDate = '1970-01-01T';
const MINUTES = Array.from({ length: 1440 }, (_, i) => `${pad(Math.floor(i / 60), 2)}:${pad(i % 60, 2)}:`);
const SECONDS = Array.from({ length: 60 }, (_, i) => `${pad(i, 2)}.`);
const MILLIS = Array.from({ length: 1000 }, (_, i) => `${pad(i, 3)}Z`);

/** What follows the date: `T15:04[:05[.999]][zone]`. */
function timeOfDay(text: string, midnight: number, noZone: boolean): number | undefined {
  const n = text.length;
  // Go takes an hour of one digit.
  const short = text.charCodeAt(12) === COLON;
  const hour = short ? digit(text, 11) : digits(text, 11);
  let i = short ? 12 : 13;
  if (!(hour <= 23) || text.charCodeAt(i) !== COLON) return undefined;
  const minute = digits(text, i + 1);
  if (!(minute <= 59)) return undefined;
  i += 3;
  let at = midnight + (hour * 60 + minute) * 60_000;
  if (text.charCodeAt(i) !== COLON) {
    const zulu = i === n - 1 && text.charCodeAt(i) === UPPER_Z;
    return (i === n || zulu) && !noZone ? at : undefined;
  }
  const second = digits(text, i + 1);
  if (!(second <= 59)) return undefined;
  i += 3;
  at += second * 1000;
  const start = i;
  i = fractionEnd(text, i);
  at += fractionMs(text, start, i);
  if (i === n) return at;
  if (noZone) return undefined;
  if (text.charCodeAt(i) === UPPER_Z) return i === n - 1 ? at : undefined;
  const offset = offsetMinutes(text, i, i - start);
  return offset === undefined ? undefined : at - offset * 60_000;
}

/** Where the fraction that begins at `i` (with a point or a comma) ends; `i` when there is none. */
function fractionEnd(text: string, i: number): number {
  const mark = text[i];
  if ((mark !== '.' && mark !== ',') || Number.isNaN(digit(text, i + 1))) return i;
  let end = i + 2;
  while (!Number.isNaN(digit(text, end))) end++;
  return end;
}

function fractionMs(text: string, start: number, end: number): number {
  if (end === start) return 0;
  let ms = 0;
  for (let k = 1; k <= 3; k++) ms = ms * 10 + (start + k < end ? digit(text, start + k) : 0);
  return ms;
}

/** `+02:00`; `+0200` only after a fraction of exactly three or six digits, which is how Go's layouts fall out. */
function offsetMinutes(text: string, i: number, fractionLength: number): number | undefined {
  const sign = text.charCodeAt(i);
  if (sign !== PLUS && sign !== DASH) return undefined;
  const colon = text.charCodeAt(i + 3) === COLON;
  if (!colon && fractionLength !== 4 && fractionLength !== 7) return undefined;
  if (text.length !== i + (colon ? 6 : 5)) return undefined;
  const hours = digits(text, i + 1);
  const minutes = digits(text, i + (colon ? 4 : 3));
  if (!(hours <= 24 && minutes <= 60)) return undefined;
  return (sign === DASH ? -1 : 1) * (hours * 60 + minutes);
}

/** The digit there, or NaN. */
function digit(text: string, i: number): number {
  const c = text.charCodeAt(i) - 0x30;
  return c >= 0 && c <= 9 ? c : Number.NaN;
}

/** The two digits there as a number, or NaN. */
function digits(text: string, i: number): number {
  return digit(text, i) * 10 + digit(text, i + 1);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar; years count from March so that leap days come last. */
function daysFrom1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** `2026-01-02T`; the inverse of `daysFrom1970`. */
function dateText(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const d = z - era * 146_097;
  const ofEra = Math.floor((d - Math.floor(d / 1460) + Math.floor(d / 36_524) - Math.floor(d / 146_096)) / 365);
  const ofYear = d - (365 * ofEra + Math.floor(ofEra / 4) - Math.floor(ofEra / 100));
  const m = Math.floor((5 * ofYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  const year = ofEra + era * 400 + (month <= 2 ? 1 : 0);
  const text = year < 0 ? `-${pad(-year, 4)}` : pad(year, 4);
  return `${text}-${pad(month, 2)}-${pad(ofYear - Math.floor((153 * m + 2) / 5) + 1, 2)}T`;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, '0');
}
