// What a function is to a template: its Go signature, which decides what may be passed, and what it does.

import type { Budget } from '../exec/budget.ts';
import type { Location } from '../time/zone.ts';
import type { Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/** What functions know of the rendering that calls them. */
export interface Env {
  /** The present, in milliseconds since 1970. */
  readonly at: number;
  /** What `Local` means. */
  readonly local: Location;
  readonly budget: Budget;
  /** The rendered value of a route label. Throws when it cannot be rendered. */
  routeLabel(name: string): string;
}

/** The arguments have been checked against the signature. What is thrown becomes `error calling name: message`. */
export interface Func {
  readonly params: readonly Type[];
  /** The type of any number of further arguments. */
  readonly rest?: Type;
  /** Why Go refuses to call it from a template. */
  readonly refusal?: string;
  call(args: readonly Value[], env: Env): Value;
}

/** Of a method the first argument is the receiver, which is not among the parameters. */
export type Method = Func;

export type FuncMap = ReadonlyMap<string, Func>;

export function func(params: readonly Type[], call: Func['call']): Func {
  return { params, call };
}

export function variadic(params: readonly Type[], rest: Type, call: Func['call']): Func {
  return { params, rest, call };
}

/** A function that exists in Go, but has results that templates cannot take. */
export function refused(params: readonly Type[], refusal: string): Func {
  return {
    params,
    refusal,
    call: () => {
      throw new Error(refusal);
    },
  };
}
