// JSON text as Go's encoder writes it: sorted names, and `<`, `>`, `&` escaped.

import { type LabelSet, sortedNames } from '../model/labels.ts';

/** The text as a JSON string. */
export function jsonString(text: string): string {
  return escapeHtml(JSON.stringify(text));
}

export function jsonStrings(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `[${texts.map(jsonString).join(',')}]`;
}

/** The label set as a JSON object, its names in byte order. */
export function labelsJson(labels: LabelSet): string {
  const keys = Object.keys(labels);
  const names = sortedNames(labels);
  const inOrder = names.every((name, i) => name === keys[i]);
  return inOrder
    ? escapeHtml(JSON.stringify(labels))
    : `{${names.map((name) => `${jsonString(name)}:${jsonString(labels[name]!)}`).join(',')}}`;
}

const SPECIAL = /[<>&\u2028\u2029]/;
const SPECIALS = /[<>&\u2028\u2029]/g;

/** None of these occurs in JSON outside of strings. */
function escapeHtml(json: string): string {
  if (!SPECIAL.test(json)) return json;
  return json.replace(SPECIALS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
