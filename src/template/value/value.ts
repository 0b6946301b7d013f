// The values that templates compute with. Strings, booleans and nil are JavaScript's own; whatever needs its Go type
// beside it is an object.

import type { Location, Time } from '../time/time.ts';
import { byteLength, compareBytes } from './bytes.ts';
import {
  ANY,
  ANY_SLICE,
  BOOL,
  COMPLEX128,
  FLOAT64,
  INT,
  INT64,
  STRING,
  STRING_SLICE,
  type Type,
  UINT8,
} from './type.ts';

/** An integer of any of Go's integer types, named ones such as time.Duration included. */
export class Int {
  readonly type: Type;
  readonly value: bigint;

  constructor(value: bigint, type: Type = INT) {
    this.type = type;
    this.value = value;
  }
}

export class Float {
  readonly type = FLOAT64;
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export class Complex {
  readonly type = COMPLEX128;
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A string of a named type, such as html/template's HTML. */
export class TypedString {
  readonly type: Type;
  readonly text: string;

  constructor(type: Type, text: string) {
    this.type = type;
    this.text = text;
  }
}

export class Slice {
  readonly type: Type;
  readonly items: readonly Value[];
  /** A nil slice has no items and prints as `nil` in Go syntax. */
  readonly isNil: boolean;

  constructor(type: Type, items: readonly Value[], isNil = false) {
    this.type = type;
    this.items = items;
    this.isNil = isNil;
  }
}

/** A map with string keys, the only kind there is here. */
export class MapValue {
  readonly type: Type;
  readonly entries: ReadonlyMap<string, Value>;

  constructor(type: Type, entries: ReadonlyMap<string, Value>) {
    this.type = type;
    this.entries = entries;
  }

  /** The keys, sorted as Go ranges over maps and prints them. */
  names(): string[] {
    const names = [...this.entries.keys()];
    for (let i = 1; i < names.length; i++) {
      if (compareBytes(names[i - 1]!, names[i]!) > 0) return names.sort(compareBytes);
    }
    return names;
  }

  /** Sorted by key. */
  sorted(): [string, Value][] {
    return this.names().map((name) => [name, this.entries.get(name)]);
  }
}

/** A struct; its fields are made when they are asked for, each but the texts once. */
export class Struct {
  readonly type: Type;
  private readonly make: (name: string) => Value;
  private made: Map<string, Value> | undefined;

  constructor(type: Type, make: (name: string) => Value) {
    this.type = type;
    this.make = make;
  }

  /** The field's value. The name must be one of the type's. */
  field(name: string): Value {
    const known = this.made?.get(name);
    if (known !== undefined) return known;
    const value = this.make(name);
    if (typeof value === 'string') return value;
    this.made ??= new Map();
    this.made.set(name, value);
    return value;
  }
}

export class Pointer {
  readonly type: Type;
  readonly to: Struct;

  constructor(type: Type, to: Struct) {
    this.type = type;
    this.to = to;
  }
}

/**
 * A value whose place has the type `interface {}`, such as an element of a `[]interface {}`: messages name that type
 * until the value is used. `null` inside is a nil interface.
 */
export class Boxed {
  readonly type = ANY;
  readonly inner: Solid | null;

  constructor(inner: Solid | null) {
    this.inner = inner;
  }
}

/** A value that is certainly one. */
export type Solid =
  | string
  | boolean
  | Int
  | Float
  | Complex
  | TypedString
  | Slice
  | MapValue
  | Struct
  | Pointer
  | Time
  | Location;

/** `undefined` is the lack of a value (Go's invalid reflect.Value), which prints as `<no value>`. */
export type Value = Solid | Boxed | undefined;

export function typeOf(value: Solid | Boxed): Type {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  return value.type;
}

/** The value in the box, if it is in one; a nil interface becomes no value. */
export function unbox(value: Value): Solid | undefined {
  return value instanceof Boxed ? (value.inner ?? undefined) : value;
}

/** The value as it is stored in a place of type `interface {}`. */
export function box(value: Value): Boxed {
  return value instanceof Boxed ? value : new Boxed(value ?? null);
}

/** Follows interfaces and pointers to what they hold. */
export function indirect(value: Value): Solid | undefined {
  const solid = unbox(value);
  return solid instanceof Pointer ? solid.to : solid;
}

export function int(value: number | bigint): Int {
  return new Int(BigInt(value));
}

export function int64(value: number | bigint): Int {
  return new Int(BigInt(value), INT64);
}

export function byte(value: number): Int {
  return new Int(BigInt(value), UINT8);
}

export function strings(items: readonly string[], type: Type = STRING_SLICE): Slice {
  return new Slice(type, items);
}

export function anySlice(items: readonly Value[]): Slice {
  return new Slice(ANY_SLICE, items.map(box));
}

/** What Go calls the zero value of the type. Structs other than times are never asked for. */
export function zero(type: Type): Value {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int':
    case 'uint':
      return new Int(0n, type);
    case 'float':
      return new Float(0);
    case 'string':
      return type === STRING ? '' : new TypedString(type, '');
    case 'slice':
      return new Slice(type, [], true);
    case 'interface':
      return new Boxed(null);
    default:
      return undefined;
  }
}

/** The text of a string of whatever type, or undefined. */
export function textOf(value: Solid | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof TypedString ? value.text : undefined;
}

/** Go's `len`, or undefined for what has no length. */
export function lengthOf(value: Solid): number | undefined {
  const text = textOf(value);
  if (text !== undefined) return byteLength(text);
  if (value instanceof Slice) return value.items.length;
  return value instanceof MapValue ? value.entries.size : undefined;
}

/** Whether `if` takes the value for true. */
export function isTrue(boxed: Value): boolean {
  const value = unbox(boxed);
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (value instanceof Int) return value.value !== 0n;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Complex) return value.re !== 0 || value.im !== 0;
  const length = lengthOf(value);
  return length === undefined || length > 0;
}
