// Go's Sprintf, Sprint and Sprintln: how format strings are read, and what is said when operands and verbs do not match.

import type { Budget } from '../exec/budget.ts';
import { Int, TypedString, typeOf, unbox, type Value } from '../value/value.ts';
import { Flags } from './flags.ts';
import { Printer } from './print.ts';

/** Widths and precisions beyond it are refused. */
const LARGEST = 1_000_000;

interface Parsed {
  /** Undefined when there is no number, or one that is too large. */
  readonly number: number | undefined;
  readonly next: number;
}

function parseNumber(format: string, start: number, end: number): Parsed {
  let number: number | undefined;
  let i = start;
  for (; i < end; i++) {
    const digit = format.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    if (number !== undefined && number > LARGEST) return { number: undefined, next: end };
    number = (number ?? 0) * 10 + digit;
  }
  return { number, next: i };
}

class Formatter {
  private readonly printer: Printer;
  private readonly format: string;
  private readonly args: readonly Value[];
  private at = 0;
  private argument = 0;
  /** Whether an index such as `[2]` named the argument to come. */
  private indexed = false;
  private goodIndex = true;
  private reordered = false;

  constructor(printer: Printer, format: string, args: readonly Value[]) {
    this.printer = printer;
    this.format = format;
    this.args = args;
  }

  run(): void {
    const { format, printer } = this;
    while (this.at < format.length) {
      const percent = format.indexOf('%', this.at);
      const end = percent < 0 ? format.length : percent;
      if (end > this.at) printer.write(format.slice(this.at, end));
      if (percent < 0) break;
      this.at = percent + 1;
      printer.flags = new Flags();
      this.goodIndex = true;
      this.directive();
    }
    if (!this.reordered && this.argument < this.args.length) this.extra();
  }

  private char(): string {
    return this.format.charAt(this.at);
  }

  private readFlags(flags: Flags): void {
    for (; ; this.at++) {
      const char = this.char();
      if (char === '#') flags.sharp = true;
      else if (char === '0') flags.zero = true;
      else if (char === '+') flags.plus = true;
      else if (char === '-') flags.minus = true;
      else if (char === ' ') flags.space = true;
      else return;
    }
  }

  private directive(): void {
    const { flags } = this.printer;
    this.readFlags(flags);
    this.indexed = false;
    this.readIndex();
    this.readWidth(flags);
    if (this.char() === '.') this.readPrecision(flags);
    if (!this.indexed) this.readIndex();
    if (this.at >= this.format.length) {
      this.printer.write('%!(NOVERB)');
      return;
    }
    const verb = String.fromCodePoint(this.format.codePointAt(this.at)!);
    this.at += verb.length;
    if (verb === '%') this.printer.write('%');
    else if (!this.goodIndex) this.printer.write(`%!${verb}(BADINDEX)`);
    else if (this.argument >= this.args.length) this.printer.write(`%!${verb}(MISSING)`);
    else {
      // `%w` is for errors only, but takes its flags as `%v` does.
      if (verb === 'v' || verb === 'w') {
        flags.sharpV = flags.sharp;
        flags.plusV = flags.plus;
        flags.sharp = false;
        flags.plus = false;
      }
      this.printer.operand(this.args[this.argument++], verb);
    }
  }

  /** `[n]`: the next operand is the n-th, from 1. */
  private readIndex(): void {
    this.indexed = false;
    if (this.char() !== '[') return;
    this.reordered = true;
    const close = this.format.indexOf(']', this.at + 1);
    if (close < 0) {
      this.goodIndex = false;
      this.at += 1;
      return;
    }
    const { number, next } = parseNumber(this.format, this.at + 1, close);
    this.at = close + 1;
    const well = number !== undefined && next === close;
    this.indexed = well;
    if (well && number >= 1 && number <= this.args.length) this.argument = number - 1;
    else this.goodIndex = false;
  }

  /** The operand that `*` takes; undefined when it is no integer, or too large. */
  private starred(): number | undefined {
    if (this.argument >= this.args.length) return undefined;
    const arg = unbox(this.args[this.argument++]);
    if (!(arg instanceof Int)) return undefined;
    const number = Number(arg.value);
    return Math.abs(number) > LARGEST ? undefined : number;
  }

  private readWidth(flags: Flags): void {
    if (this.char() === '*') {
      this.at++;
      const width = this.starred();
      if (width === undefined) this.printer.write('%!(BADWIDTH)');
      else if (width < 0) flags.minus = true;
      flags.width = width === undefined ? -1 : Math.abs(width);
      this.indexed = false;
      return;
    }
    const { number, next } = parseNumber(this.format, this.at, this.format.length);
    this.at = next;
    flags.width = number ?? -1;
    if (this.indexed && number !== undefined) this.goodIndex = false;
  }

  private readPrecision(flags: Flags): void {
    this.at++;
    if (this.indexed) this.goodIndex = false;
    this.readIndex();
    if (this.char() === '*') {
      this.at++;
      const precision = this.starred();
      if (precision === undefined || precision < 0) this.printer.write('%!(BADPREC)');
      flags.precision = precision === undefined || precision < 0 ? -1 : precision;
      this.indexed = false;
      return;
    }
    const { number, next } = parseNumber(this.format, this.at, this.format.length);
    this.at = next;
    flags.precision = number ?? 0;
  }

  private extra(): void {
    const { printer } = this;
    printer.flags = new Flags();
    printer.write('%!(EXTRA ');
    for (let i = this.argument; i < this.args.length; i++) {
      if (i > this.argument) printer.write(', ');
      const arg = unbox(this.args[i]);
      if (arg === undefined) printer.write('<nil>');
      else {
        printer.write(`${typeOf(arg).name}=`);
        printer.operand(arg, 'v');
      }
    }
    printer.write(')');
  }
}

/** Go's `fmt.Sprintf`. Throws `LimitError`. */
export function sprintf(format: string, args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget);
  new Formatter(printer, format, args).run();
  return printer.out;
}

/** Go's `fmt.Sprint`: blanks between operands neither of which is a string. Throws `LimitError`. */
export function sprint(args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget);
  let afterString = false;
  for (const [i, arg] of args.entries()) {
    const solid = unbox(arg);
    const isString = typeof solid === 'string' || solid instanceof TypedString;
    if (i > 0 && !isString && !afterString) printer.write(' ');
    printer.operand(solid, 'v');
    afterString = isString;
  }
  return printer.out;
}

/** Go's `fmt.Sprintln`. Throws `LimitError`. */
export function sprintln(args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget);
  for (const [i, arg] of args.entries()) {
    if (i > 0) printer.write(' ');
    printer.operand(arg, 'v');
  }
  printer.write('\n');
  return printer.out;
}
