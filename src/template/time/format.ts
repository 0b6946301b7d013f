// Writes times as Go does: by layout, as `%v` prints them, and in Go syntax.

import { quote } from '../parse/quote.ts';
import { type Civil, MONTHS, WEEKDAYS } from './civil.ts';
import { type Chunk, chunksOf } from './layout.ts';
import type { Time } from './time.ts';
import type { ZoneTime } from './zone.ts';

const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';
const DEFAULT = '2006-01-02 15:04:05.999999999 -0700 MST';

function pad(value: number, width: number, fill = '0'): string {
  const digits = String(Math.abs(value)).padStart(width, fill);
  return value < 0 ? `-${digits}` : digits;
}

/** An offset in the form of a layout element such as `-0700` or `Z07:00`. */
function formatOffset(offset: number, form: string): string {
  if (offset === 0 && form.startsWith('Z')) return 'Z';
  const abs = Math.abs(offset);
  const parts = [pad(Math.floor(abs / 3600), 2)];
  if (form.length > 3) parts.push(pad(Math.floor(abs / 60) % 60, 2));
  if (form.length > 6) parts.push(pad(abs % 60, 2));
  // Towards zero in minutes, as Go divides: less than a minute west is still `+`.
  const negative = offset < 0 && (abs >= 60 || form.length > 6);
  return (negative ? '-' : '+') + parts.join(form.includes(':') ? ':' : '');
}

function formatFraction(nanos: number, form: string): string {
  const digits = pad(nanos, 9).slice(0, form.length - 1);
  if (form.charAt(1) === '0') return form.charAt(0) + digits.padEnd(form.length - 1, '0');
  const cut = digits.replace(/0+$/, '');
  return cut === '' ? '' : form.charAt(0) + cut;
}

function formatZone(zone: ZoneTime): string {
  return zone.name === '' ? formatOffset(zone.offset, '-0700') : zone.name;
}

function formatElement(chunk: Chunk, c: Civil, zone: ZoneTime, nanos: number): string {
  switch (chunk.element) {
    case 'January':
      return MONTHS[c.month - 1]!;
    case 'Jan':
      return MONTHS[c.month - 1]!.slice(0, 3);
    case '1':
      return String(c.month);
    case '01':
      return pad(c.month, 2);
    case 'Monday':
      return WEEKDAYS[c.weekday]!;
    case 'Mon':
      return WEEKDAYS[c.weekday]!.slice(0, 3);
    case '2':
      return String(c.day);
    case '_2':
      return pad(c.day, 2, ' ');
    case '02':
      return pad(c.day, 2);
    case '__2':
      return pad(c.yearDay, 3, ' ');
    case '002':
      return pad(c.yearDay, 3);
    case '15':
      return pad(c.hour, 2);
    case '3':
      return String(c.hour % 12 || 12);
    case '03':
      return pad(c.hour % 12 || 12, 2);
    case '4':
      return String(c.minute);
    case '04':
      return pad(c.minute, 2);
    case '5':
      return String(c.second);
    case '05':
      return pad(c.second, 2);
    case '2006':
      return pad(c.year, 4);
    case '06':
      return pad(Math.max(0, c.year) % 100, 2);
    case 'PM':
      return c.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return c.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return formatZone(zone);
    case 'offset':
      return formatOffset(zone.offset, chunk.text);
    case 'fraction':
      return formatFraction(nanos, chunk.text);
    default:
      return '';
  }
}

/** Go's `Time.Format`. */
export function formatTime(time: Time, layout: string): string {
  const civil = time.civil();
  const zone = time.zone();
  let out = '';
  for (const chunk of chunksOf(layout)) out += chunk.literal + formatElement(chunk, civil, zone, time.nanos);
  return out;
}

/** Go's `Time.String`, without its reading of a monotonic clock. */
export function showTime(time: Time): string {
  return formatTime(time, DEFAULT);
}

/** RFC 3339 with as many digits as needed, as in JSON. */
export function formatRfc3339(time: Time): string {
  return formatTime(time, RFC3339_NANO);
}

/** Go's `Time.GoString`. */
export function timeToGo(time: Time): string {
  const c = time.civil();
  const { name } = time.location;
  let zone = `time.Location(${quote(name)})`;
  if (name === 'UTC') zone = 'time.UTC';
  if (name === 'Local') zone = 'time.Local';
  const month = `time.${MONTHS[c.month - 1]}`;
  return `time.Date(${c.year}, ${month}, ${c.day}, ${c.hour}, ${c.minute}, ${c.second}, ${time.nanos}, ${zone})`;
}
