// The builtin function `call`. There are no function values in templates here, so that it can only say so.

import { textOf, typeOf, unbox, type Value } from '../value/value.ts';

/** Throws an Error with Go's words: what is to be called is no function. */
export function callCall(value: Value, name: string): never {
  const solid = unbox(value);
  if (solid === undefined) throw new Error('call of nil');
  throw new Error(`non-function ${name} of type ${typeOf(solid).name}`);
}

/** What a value that is called without a name is called in the message: Go's `reflect.Value.String`. */
export function nameOfValue(value: Value): string {
  const solid = unbox(value);
  if (solid === undefined) return '<invalid Value>';
  return textOf(solid) ?? `<${typeOf(solid).name} Value>`;
}
