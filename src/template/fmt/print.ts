// Prints values by their Go types, in the manner of one verb: the part of Go's fmt that knows maps, slices, structs and
// methods. The reading of format strings is in sprintf.ts.

import type { Budget } from '../exec/budget.ts';
import { ZERO_SECONDS } from '../time/civil.ts';
import { timeToGo } from '../time/format.ts';
import { Time } from '../time/time.ts';
import { Location } from '../time/zone.ts';
import { fromBytes } from '../value/bytes.ts';
import { BYTES, INT64, LOCATION_POINTER, type Type, UINT64 } from '../value/type.ts';
import {
  Boxed,
  Complex,
  Float,
  Int,
  MapValue,
  Pointer,
  Slice,
  type Solid,
  Struct,
  TypedString,
  typeOf,
  unbox,
  type Value,
} from '../value/value.ts';
import { Flags } from './flags.ts';
import { stringOf } from './stringer.ts';

/** What stands for an address: templates must not depend on one. */
const ADDRESS = 0xc000010000n;

const STRINGER_VERBS = 'vsxXq';

export class Printer {
  out = '';
  flags = new Flags();
  private readonly budget: Budget;
  /** While a complaint about a verb shows the value: it must not complain in turn. */
  private erroring = false;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Throws `LimitError` when the text gets longer than it may be. */
  write(text: string): void {
    this.out += text;
    if (this.out.length > this.budget.limits.outputLength) throw this.budget.tooLong();
  }

  /** One operand, as `%verb` prints it. */
  operand(value: Value, verb: string): void {
    const solid = unbox(value);
    if (solid === undefined) {
      this.write(verb === 'T' || verb === 'v' ? this.flags.pad('<nil>') : `%!${verb}(<nil>)`);
      return;
    }
    if (verb === 'T') this.write(this.flags.text(typeOf(solid).name));
    else if (verb === 'p') this.pointer(solid, verb);
    else if (!this.byMethod(solid, verb)) this.value(solid, verb, 0);
  }

  private badVerb(verb: string, value: Solid): void {
    this.complain(verb, typeOf(value), () => this.value(value, 'v', 0));
  }

  private complain(verb: string, type: Type, show: () => void): void {
    this.erroring = true;
    this.write(`%!${verb}(${type.name}=`);
    show();
    this.write(')');
    this.erroring = false;
  }

  /** Values that can write themselves do so for the verbs that print texts, and for `%#v`. */
  private byMethod(value: Solid, verb: string): boolean {
    if (this.erroring) return false;
    if (verb === 'w') {
      this.badVerb(verb, value);
      return true;
    }
    if (this.flags.sharpV) {
      if (!(value instanceof Time)) return false;
      this.write(this.flags.text(timeToGo(value)));
      return true;
    }
    if (!STRINGER_VERBS.includes(verb)) return false;
    const text = stringOf(value);
    if (text === undefined) return false;
    this.text(text, verb, value);
    return true;
  }

  private value(value: Value, verb: string, depth: number): void {
    this.budget.spend(1);
    if (value instanceof Boxed) {
      if (value.inner !== null) this.value(value.inner, verb, depth + 1);
      else this.write(this.flags.sharpV ? `${value.type.name}(nil)` : '<nil>');
      return;
    }
    if (value === undefined) return;
    if (depth === 0 || !this.byMethod(value, verb)) this.plain(value, verb, depth);
  }

  private plain(value: Solid, verb: string, depth: number): void {
    if (typeof value === 'string') this.text(value, verb, value);
    else if (value instanceof TypedString) this.text(value.text, verb, value);
    else if (typeof value === 'boolean') {
      if (verb === 't' || verb === 'v') this.write(this.flags.pad(String(value)));
      else this.badVerb(verb, value);
    } else if (value instanceof Int) this.integer(value, verb);
    else if (value instanceof Float) this.float(value.value, verb, value);
    else if (value instanceof Complex) this.complex(value, verb);
    else if (value instanceof Slice) this.slice(value, verb, depth);
    else if (value instanceof MapValue) this.map(value, verb, depth);
    else if (value instanceof Struct) this.struct(value, verb, depth);
    else if (value instanceof Time) this.timeFields(value, verb);
    else if (value instanceof Pointer && depth === 0) {
      this.write('&');
      this.value(value.to, verb, depth + 1);
    } else this.pointer(value, verb);
  }

  private text(text: string, verb: string, value: Solid): void {
    const { flags } = this;
    // Letter by letter, unlike the others.
    if (flags.sharpV || (verb !== 'v' && verb !== 's')) this.budget.spend(text.length / 8);
    if (verb === 'v') this.write(flags.sharpV ? flags.quoted(text) : flags.text(text));
    else if (verb === 's') this.write(flags.text(text));
    else if (verb === 'x' || verb === 'X') this.write(flags.hex(text, verb === 'X'));
    else if (verb === 'q') this.write(flags.quoted(text));
    else this.badVerb(verb, value);
  }

  private integer(value: Int, verb: string): void {
    const { flags } = this;
    const number = value.value;
    switch (verb) {
      case 'v':
        if (flags.sharpV && value.type.kind === 'uint') this.address(number, true);
        else this.write(flags.integer(number, 10, verb));
        return;
      case 'd':
        this.write(flags.integer(number, 10, verb));
        return;
      case 'b':
        this.write(flags.integer(number, 2, verb));
        return;
      case 'o':
      case 'O':
        this.write(flags.integer(number, 8, verb));
        return;
      case 'x':
      case 'X':
        this.write(flags.integer(number, 16, verb));
        return;
      case 'c':
        this.write(flags.char(number));
        return;
      case 'q':
        this.write(flags.quotedChar(number));
        return;
      case 'U':
        this.write(flags.unicode(number));
        return;
      default:
        this.badVerb(verb, value);
    }
  }

  /** A number as an address is written. */
  private address(value: bigint, prefixed: boolean): void {
    const { sharp } = this.flags;
    this.flags.sharp = prefixed;
    this.write(this.flags.integer(value, 16, 'v'));
    this.flags.sharp = sharp;
  }

  private float(value: number, verb: string, whole: Solid): void {
    const { flags } = this;
    if (verb === 'v') this.write(flags.float(value, 'g', -1));
    else if ('bgGxX'.includes(verb)) this.write(flags.float(value, verb, -1));
    else if ('feEF'.includes(verb)) this.write(flags.float(value, verb === 'F' ? 'f' : verb, 6));
    else this.badVerb(verb, whole);
  }

  private complex(value: Complex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.badVerb(verb, value);
      return;
    }
    const { plus } = this.flags;
    this.write('(');
    this.float(value.re, verb, value);
    this.flags.plus = true;
    this.float(value.im, verb, value);
    this.write('i)');
    this.flags.plus = plus;
  }

  /** Items in brackets or, in Go syntax, in braces after the type. */
  private group(type: Type, isNil: boolean, open: string, close: string, items: readonly (() => void)[]): void {
    const { sharpV } = this.flags;
    if (sharpV && isNil) {
      this.write(`${type.name}(nil)`);
      return;
    }
    this.write(sharpV ? `${type.name}{` : open);
    for (const [i, print] of items.entries()) {
      if (i > 0) this.write(sharpV ? ', ' : ' ');
      print();
    }
    this.write(sharpV ? '}' : close);
  }

  private slice(value: Slice, verb: string, depth: number): void {
    if (value.type.elem!.name === 'uint8' && (depth === 0 || 'sqxX'.includes(verb))) {
      if ('sqxX'.includes(verb)) {
        this.text(fromBytes(Uint8Array.from(value.items, (item) => Number((item as Int).value))), verb, value);
        return;
      }
      if (verb !== 'v' && verb !== 'd') depth++;
    }
    const elements = value.items.map((item) => () => this.element(value, item, verb, depth));
    this.group(value.type, value.isNil, '[', ']', elements);
  }

  private element(slice: Slice, item: Value, verb: string, depth: number): void {
    if (slice.type === BYTES && depth === 0 && this.flags.sharpV) this.address((item as Int).value, true);
    else this.value(item, verb, depth + 1);
  }

  private map(value: MapValue, verb: string, depth: number): void {
    const pairs = value.sorted().map(([key, item]) => () => {
      this.value(key, verb, depth + 1);
      this.write(':');
      this.value(item, verb, depth + 1);
    });
    this.group(value.type, false, 'map[', ']', pairs);
  }

  private fields(type: Type, print: (name: string) => void): void {
    const named = this.flags.plusV || this.flags.sharpV;
    const fields = type.fields!.map(([name]) => () => {
      if (named) this.write(`${name}:`);
      print(name);
    });
    this.group(type, false, '{', '}', fields);
  }

  private struct(value: Struct, verb: string, depth: number): void {
    this.fields(value.type, (name) => {
      const field = value.field(name);
      // An unexported field is looked at, but its methods are not called.
      if (/^[a-z]/.test(name) && field !== undefined && !(field instanceof Boxed)) this.plain(field, verb, depth + 1);
      else this.value(field, verb, depth + 1);
    });
  }

  /** What a time is made of, for the verbs that its method does not serve. */
  private timeFields(time: Time, verb: string): void {
    const utc = time.location.name === 'UTC';
    this.fields(time.type, (name) => {
      if (name === 'wall') this.plain(new Int(BigInt(time.nanos), UINT64), verb, 1);
      else if (name === 'ext') this.plain(new Int(BigInt(time.seconds - ZERO_SECONDS), INT64), verb, 1);
      else this.pointerBits(utc ? 0n : ADDRESS, LOCATION_POINTER, verb);
    });
  }

  private pointer(value: Solid, verb: string): void {
    const points = value instanceof Pointer || value instanceof Location;
    const refers = points || value instanceof Slice || value instanceof MapValue;
    if (!refers) this.badVerb(verb, value);
    else this.pointerBits(value instanceof Slice && value.isNil ? 0n : ADDRESS, typeOf(value), verb);
  }

  private pointerBits(bits: bigint, type: Type, verb: string): void {
    const { flags } = this;
    if (verb === 'v' && flags.sharpV) {
      this.write(`(${type.name})(`);
      if (bits === 0n) this.write('nil');
      else this.address(bits, true);
      this.write(')');
    } else if (verb === 'v' && bits === 0n) this.write(flags.pad('<nil>'));
    else if (verb === 'v' || verb === 'p') this.address(bits, !flags.sharp);
    else if ('bodxX'.includes(verb)) this.integer(new Int(bits, UINT64), verb);
    else this.complain(verb, type, () => this.pointerBits(bits, type, 'v'));
  }
}
