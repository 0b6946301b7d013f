// JSON as Go's encoding/json writes it. Apart from JSON.stringify because Go escapes `<`, `>`, `&` and the two line
// separators, sorts the keys of maps, and cuts the trailing zeros of times.

import { type LabelSet, sortedNames } from '../model/labels.ts';
import { ZERO_TIME } from '../model/notification.ts';

const ESCAPED = /[<>&\u2028\u2029\ud800-\udfff]/;
const ESCAPE = /[<>&\u2028\u2029]/g;
/** In Unicode mode whole pairs are one character, so that this finds halves only. */
const HALF_PAIR = /[\ud800-\udfff]/gu;

/** Printable ASCII that stands for itself: nearly every label and annotation. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

/** A string with its quotes. Half surrogate pairs become U+FFFD, as they have no UTF-8. */
export function jsonString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!ESCAPED.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.replace(HALF_PAIR, '\ufffd')).replace(
    ESCAPE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A set of labels: sorted by name. */
export function jsonKV(labels: LabelSet): string {
  const parts: string[] = [];
  pushKV(parts, labels);
  return parts.join('');
}

/** The same, added to the pieces of a longer text: to join many at once is faster than to join them one by one. */
export function pushKV(parts: string[], labels: LabelSet): void {
  let before = '{';
  for (const name of sortedNames(labels)) {
    parts.push(`${before}${jsonString(name)}:${jsonString(labels[name]!)}`);
    before = ',';
  }
  parts.push(before === '{' ? '{}' : '}');
}

/** An instant (milliseconds since 1970) as a quoted RFC 3339 time in UTC, without trailing zeros. */
export function jsonTime(at: number): string {
  return `"${rfc3339(at)}"`;
}

const MINUTE = 60_000;

/** The minute that was written last, and its text: alerts begin at about the same time. */
let minute = Number.NaN;
let minuteText = '';

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** An instant (milliseconds since 1970) as RFC 3339 in UTC with as many digits as needed (Go's `time.RFC3339Nano`). */
export function rfc3339(at: number): string {
  // What has not ended.
  if (at === ZERO_TIME) return '0001-01-01T00:00:00Z';
  const began = Math.floor(at / MINUTE);
  if (began !== minute) {
    minuteText = new Date(began * MINUTE).toISOString().slice(0, -':00.000Z'.length);
    minute = began;
  }
  const ms = Math.trunc(at) - began * MINUTE;
  const seconds = Math.floor(ms / 1000);
  const thousandths = ms - seconds * 1000;
  const fraction =
    thousandths === 0
      ? ''
      : `.${String(1000 + thousandths)
          .slice(1)
          .replace(/0+$/, '')}`;
  return `${minuteText}:${TWO_DIGITS[seconds]!}${fraction}Z`;
}
