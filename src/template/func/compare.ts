// The comparisons: eq ne lt le gt ge. Go compares only what has the same kind of type, so that `eq 1 1.0` is an error.

import type { Budget } from '../exec/budget.ts';
import { sprintf } from '../fmt/sprintf.ts';
import { Time } from '../time/time.ts';
import { compareBytes } from '../value/bytes.ts';
import { ANY_VALUE, isComparable } from '../value/type.ts';
import { Complex, Float, Int, Slice, type Solid, Struct, textOf, typeOf, unbox, type Value } from '../value/value.ts';
import { type Env, type Func, type FuncMap, func, variadic } from './func.ts';

type BasicKind = 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string' | undefined;

function basicKind(value: Solid | undefined): BasicKind {
  if (value === undefined) return undefined;
  const { kind } = typeOf(value);
  return ['bool', 'int', 'uint', 'float', 'complex', 'string'].includes(kind) ? (kind as BasicKind) : undefined;
}

function isInteger(kind: BasicKind): boolean {
  return kind === 'int' || kind === 'uint';
}

function incompatible(a: Solid, b: Solid): Error {
  return new Error(`incompatible types for comparison: ${typeOf(a).name} and ${typeOf(b).name}`);
}

function isNil(value: Solid | undefined): boolean {
  return value === undefined || (value instanceof Slice && value.isNil);
}

/** Whether two values of one basic kind are the same. */
function sameBasic(a: Solid, b: Solid): boolean {
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.re === b.re && a.im === b.im;
  if (typeof a === 'boolean') return a === b;
  return textOf(a) === textOf(b);
}

/** Whether two values that are neither numbers nor texts are the same. Throws when Go cannot tell. */
function sameOther(a: Solid | undefined, b: Solid | undefined, budget: Budget): boolean {
  const show = (value: Solid): string => sprintf('%s', [value], budget);
  if (a !== undefined && b !== undefined && typeOf(a).kind !== typeOf(b).kind) {
    throw new Error(
      `non-comparable types ${show(a)}: ${typeOf(a).name}, ${typeOf(b).name}: ${sprintf('%v', [b], budget)}`,
    );
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(typeOf(b!))) throw new Error(`non-comparable type ${show(b!)}: ${typeOf(b!).name}`);
  if (a instanceof Time && b instanceof Time) return a.compare(b) === 0 && a.location === b.location;
  if (a instanceof Struct && b instanceof Struct) {
    return (
      a.type === b.type && a.type.fields!.every(([name]) => same(unbox(a.field(name)), unbox(b.field(name)), budget))
    );
  }
  return a === b;
}

function same(a: Solid | undefined, b: Solid | undefined, budget: Budget): boolean {
  if (a instanceof Int && b instanceof Int) return a.value === b.value;
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA !== kindB) {
    if (a !== undefined && b !== undefined) throw incompatible(a, b);
    return false;
  }
  if (kindA === undefined) return sameOther(a, b, budget);
  spendOn(a!, budget);
  return sameBasic(a!, b!);
}

/** Go's `eq`: whether the first equals any of the others. */
function equal(args: readonly Value[], { budget }: Env): boolean {
  if (args.length < 2) throw new Error('missing argument for comparison');
  const first = unbox(args[0]);
  return args.slice(1).some((arg) => same(first, unbox(arg), budget));
}

/** Counts the comparison of a text. */
function spendOn(value: Solid, budget: Budget): void {
  budget.spendBytes(textOf(value)?.length ?? 0);
}

/** Go's `lt`. */
function less(x: Value, y: Value, { budget }: Env): boolean {
  const a = unbox(x);
  const b = unbox(y);
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA === undefined || kindB === undefined) throw new Error('invalid type for comparison');
  if (kindA !== kindB && !(isInteger(kindA) && isInteger(kindB))) throw incompatible(a!, b!);
  if (a instanceof Int && b instanceof Int) return a.value < b.value;
  if (a instanceof Float && b instanceof Float) return a.value < b.value;
  spendOn(a!, budget);
  if (kindA === 'string') return compareBytes(textOf(a)!, textOf(b)!) < 0;
  throw new Error('invalid type for comparison');
}

function binary(compare: (a: Value, b: Value, env: Env) => boolean): Func {
  return func([ANY_VALUE, ANY_VALUE], ([a, b], env) => compare(a, b, env));
}

export const COMPARISONS: FuncMap = new Map([
  ['eq', variadic([ANY_VALUE], ANY_VALUE, equal)],
  ['ne', binary((a, b, env) => !equal([a, b], env))],
  ['lt', binary(less)],
  ['le', binary((a, b, env) => less(a, b, env) || equal([a, b], env))],
  ['gt', binary((a, b, env) => !(less(a, b, env) || equal([a, b], env)))],
  ['ge', binary((a, b, env) => !less(a, b, env))],
]);
