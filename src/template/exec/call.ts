// The builtin function `call`. There are no function values in templates here, so that it can only say so.

import { typeOf, unbox, type Value } from '../value/value.ts';

/** Throws an Error with Go's words: what is to be called is no function. */
export function callCall(value: Value, name: string): never {
  const solid = unbox(value);
  if (solid === undefined) throw new Error('call of nil');
  throw new Error(`non-function ${name} of type ${typeOf(solid).name}`);
}
