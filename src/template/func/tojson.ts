// `toJson`: Go's `json.Marshal` of a template's values.

import { type Budget, Enough } from '../exec/budget.ts';
import { formatFloat } from '../fmt/float.ts';
import { jsonString, jsonTime } from '../json.ts';
import { formatRfc3339 } from '../time/format.ts';
import { Time } from '../time/time.ts';
import { UTC } from '../time/zone.ts';
import { wellFormed } from '../value/bytes.ts';
import { ALERT, BYTES, DATA, type Type } from '../value/type.ts';
import {
  Float,
  Int,
  MapValue,
  Pointer,
  Slice,
  type Solid,
  Struct,
  textOf,
  typeOf,
  unbox,
  type Value,
} from '../value/value.ts';

const YEAR_ZERO = Date.parse('0000-01-01T00:00:00Z');
const YEAR_10000 = Date.UTC(10_000, 0, 1);

/** Names of fields in JSON, where they differ from the field's own. */
const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['NotificationReason', 'notification_reason'],
  ['GeneratorURL', 'generatorURL'],
  ['ExternalURL', 'externalURL'],
]);

/** For each field that shows: its name, and the beginning of its member in JSON. */
const members = new Map<Type, readonly (readonly [field: string, start: string])[]>();

function membersOf(type: Type): readonly (readonly [field: string, start: string])[] {
  let known = members.get(type);
  if (known === undefined) {
    const shown = type.fields!.map(([name]) => name).filter((name) => /^[A-Z]/.test(name));
    known = shown.map((name, i) => [name, `${i === 0 ? '' : ','}"${jsonName(type, name)}":`]);
    members.set(type, known);
  }
  return known;
}

function jsonName(type: Type, field: string): string {
  if (type !== DATA && type !== ALERT) return field;
  return FIELD_NAMES.get(field) ?? field.charAt(0).toLowerCase() + field.slice(1);
}

/** A number as Go writes it in JSON: as JavaScript does, but for the exponent's leading zero. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

interface Written {
  readonly text: string;
  /** What it adds to `Encoder.length`, and to the steps. */
  readonly length: number;
  readonly steps: number;
}

/** The JSON of alerts, at the same price each time: what a template does must not depend on those before it. */
const written = new WeakMap<Struct, Written>();

class Encoder {
  private out = '';
  /** Of the texts in it, and of all brackets. */
  private length = 0;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  finish(): string {
    return this.out;
  }

  encode(boxed: Value): void {
    this.budget.spend(1);
    const value = unbox(boxed);
    const text = textOf(value);
    if (text !== undefined) this.string(text);
    else if (value instanceof Slice) this.slice(value);
    else if (value instanceof MapValue) this.map(value);
    else if (value instanceof Struct) this.struct(value);
    else if (value instanceof Pointer) this.struct(value.to);
    else this.out += jsonOf(value);
  }

  private string(text: string): void {
    this.put(jsonString(wellFormed(text)));
  }

  private put(text: string, length = text.length): void {
    this.out += text;
    this.length += length;
    this.budget.spend(length / 16);
    this.check();
  }

  private check(): void {
    if (this.out.length > this.budget.wanted) throw new Enough(this.out);
    if (this.length > this.budget.limits.outputLength) throw this.budget.tooLong();
  }

  private slice(value: Slice): void {
    if (value.type === BYTES && !value.isNil) {
      this.put(JSON.stringify(btoa(String.fromCharCode(...value.items.map(byteOf)))));
      return;
    }
    this.put(value.isNil ? 'null' : '[', value.isNil ? 0 : 2);
    let separator = '';
    for (const item of value.items) {
      this.out += separator;
      separator = ',';
      this.encode(item);
    }
    if (!value.isNil) this.out += ']';
  }

  private map(value: MapValue): void {
    this.put('{', 2);
    let separator = '';
    for (const name of value.names()) {
      this.out += separator;
      separator = ',';
      this.string(name);
      this.out += ':';
      this.encode(value.entries.get(name));
    }
    this.out += '}';
  }

  private struct(value: Struct): void {
    if (value.type === ALERT) this.alert(value);
    else this.members(value);
  }

  private alert(value: Struct): void {
    const known = written.get(value);
    if (known === undefined) {
      const { length, out } = this;
      const spent = this.budget.spent();
      this.members(value);
      const text = this.out.slice(out.length);
      written.set(value, { text, length: this.length - length, steps: this.budget.spent() - spent });
      return;
    }
    this.budget.spend(known.steps);
    this.out += known.text;
    this.length += known.length;
    this.check();
  }

  private members(value: Struct): void {
    this.out += '{';
    for (const [name, start] of membersOf(value.type)) {
      this.out += start;
      this.encode(value.field(name));
    }
    this.out += '}';
  }
}

/** What is no text, and holds no other values. */
function jsonOf(value: Solid | undefined): string {
  if (value === undefined) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Int) return value.value.toString();
  if (value instanceof Float) return jsonNumber(value.value);
  if (value instanceof Time) return jsonOfTime(value);
  if (typeOf(value).kind === 'complex') throw new Error('json: unsupported type: complex128');
  // A location has no fields that show.
  return '{}';
}

function byteOf(item: Value): number {
  return Number((item as Int).value);
}

function jsonOfTime(time: Time): string {
  // The times of alerts: as much of the calendar as JavaScript knows.
  if (time.location === UTC && time.nanos % 1_000_000 === 0) {
    const ms = time.seconds * 1000 + time.nanos / 1_000_000;
    if (ms >= YEAR_ZERO && ms < YEAR_10000) return jsonTime(ms);
  }
  const { year } = time.civil();
  if (year < 0 || year > 9999) {
    throw new Error(
      'json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]',
    );
  }
  return `"${formatRfc3339(time)}"`;
}

/** Go's `json.Marshal`. Throws an Error with Go's words, or `Enough` where no more of it is wanted. */
export function toJson(value: Value, budget: Budget): string {
  const encoder = new Encoder(budget);
  encoder.encode(value);
  return encoder.finish();
}
