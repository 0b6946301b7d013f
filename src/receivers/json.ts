// JSON bodies as Go's encoding/json writes them. Apart from JSON.stringify because Go escapes `<`, `>` and `&`, sorts
// the keys of maps (though not of structs), and has integers of 64 bits.

import { compareStrings } from '../model/labels.ts';
import { jsonString } from '../template/json.ts';

/** What can be encoded. Records are Go's structs: in their own order, `undefined` left out. Maps are Go's maps: sorted. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | { readonly [key: string]: Json | undefined };

/** The text, without a line break at its end. Numbers must be finite. */
export function encodeJson(value: Json): string {
  if (typeof value === 'string') return jsonString(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(encodeJson).join(',')}]`;
  if (value instanceof Map) {
    const names = [...value.keys()].sort(compareStrings);
    return encodeMembers(names.map((name) => [name, value.get(name)]));
  }
  return encodeMembers(Object.entries(value));
}

function encodeMembers(members: readonly (readonly [string, Json | undefined])[]): string {
  const parts: string[] = [];
  for (const [name, value] of members) {
    if (value !== undefined) parts.push(`${jsonString(name)}:${encodeJson(value)}`);
  }
  return `{${parts.join(',')}}`;
}

/** The body as Alertmanager sends it: Go's encoder ends a value with a line break. */
export function encodeBody(value: Json): string {
  return `${encodeJson(value)}\n`;
}

/** For `omitempty`: the text, or nothing when it is empty. */
export function orNone(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether the whole text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
