// JSON as Go's encoding/json writes it. Apart from JSON.stringify because Go escapes `<`, `>`, `&` and the two line
// separators, sorts the keys of maps, and cuts the trailing zeros of times.

import { type LabelSet, sortedNames } from '../model/labels.ts';

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
  let out = '';
  for (const name of sortedNames(labels)) {
    out += `${out === '' ? '{' : ','}${jsonString(name)}:${jsonString(labels[name]!)}`;
  }
  return out === '' ? '{}' : `${out}}`;
}

/** An instant (milliseconds since 1970) as a quoted RFC 3339 time in UTC, without trailing zeros. */
export function jsonTime(at: number): string {
  return `"${rfc3339(at)}"`;
}

/** An instant (milliseconds since 1970) as RFC 3339 in UTC with as many digits as needed (Go's `time.RFC3339Nano`). */
export function rfc3339(at: number): string {
  const text = new Date(at).toISOString();
  if (text.endsWith('.000Z')) return `${text.slice(0, -5)}Z`;
  if (!text.endsWith('0Z')) return text;
  return `${text.slice(0, text.endsWith('00Z') ? -3 : -2)}Z`;
}
