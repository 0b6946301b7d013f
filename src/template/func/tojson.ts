// `toJson`: Go's `json.Marshal` of a template's values.

import type { Budget } from '../exec/budget.ts';
import { formatFloat } from '../fmt/float.ts';
import { jsonString } from '../json.ts';
import { formatRfc3339 } from '../time/format.ts';
import { Time } from '../time/time.ts';
import { wellFormed } from '../value/bytes.ts';
import { ALERT, BYTES, DATA } from '../value/type.ts';
import { Float, Int, MapValue, Pointer, Slice, Struct, textOf, typeOf, unbox, type Value } from '../value/value.ts';

/** Names of fields in JSON, where they differ from the field's own. */
const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['NotificationReason', 'notification_reason'],
  ['GeneratorURL', 'generatorURL'],
  ['ExternalURL', 'externalURL'],
]);

function jsonName(struct: Struct, field: string): string {
  if (struct.type !== DATA && struct.type !== ALERT) return field;
  return FIELD_NAMES.get(field) ?? field.charAt(0).toLowerCase() + field.slice(1);
}

/** A number as Go writes it in JSON: as JavaScript does, but for the exponent's leading zero. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

class Encoder {
  private length = 0;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  encode(boxed: Value): string {
    this.budget.spend(1);
    const value = unbox(boxed);
    if (value === undefined) return 'null';
    const text = textOf(value);
    if (text !== undefined) return this.count(jsonString(wellFormed(text)));
    if (typeof value === 'boolean') return String(value);
    if (value instanceof Int) return value.value.toString();
    if (value instanceof Float) return jsonNumber(value.value);
    if (value instanceof Time) return jsonOfTime(value);
    if (value instanceof Slice) return this.slice(value);
    if (value instanceof MapValue) return this.map(value);
    if (value instanceof Struct) return this.struct(value);
    if (value instanceof Pointer) return this.struct(value.to);
    if (typeOf(value).kind === 'complex') throw new Error('json: unsupported type: complex128');
    // A location has no fields that show.
    return '{}';
  }

  private count(text: string): string {
    this.length += text.length;
    this.budget.spend(text.length / 16);
    if (this.length > this.budget.limits.outputLength) throw this.budget.tooLong();
    return text;
  }

  private slice(value: Slice): string {
    if (value.isNil) return 'null';
    if (value.type === BYTES) return JSON.stringify(btoa(String.fromCharCode(...value.items.map(byteOf))));
    this.count('[]');
    return `[${value.items.map((item) => this.encode(item)).join(',')}]`;
  }

  private map(value: MapValue): string {
    this.count('{}');
    const pairs = value
      .sorted()
      .map(([key, item]) => `${this.count(jsonString(wellFormed(key)))}:${this.encode(item)}`);
    return `{${pairs.join(',')}}`;
  }

  private struct(value: Struct): string {
    const pairs = value.type
      .fields!.filter(([name]) => /^[A-Z]/.test(name))
      .map(([name]) => `"${jsonName(value, name)}":${this.encode(value.field(name))}`);
    return `{${pairs.join(',')}}`;
  }
}

function byteOf(item: Value): number {
  return Number((item as Int).value);
}

function jsonOfTime(time: Time): string {
  const { year } = time.civil();
  if (year < 0 || year > 9999) {
    throw new Error(
      'json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]',
    );
  }
  return `"${formatRfc3339(time)}"`;
}

/** Go's `json.Marshal`. Throws an Error with Go's words. */
export function toJson(value: Value, budget: Budget): string {
  return new Encoder(budget).encode(value);
}
