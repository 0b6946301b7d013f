// What an escaper gets: the text of its arguments, and whether it is of a type that is known to be safe somewhere.

import { sprint } from '../fmt/sprintf.ts';
import type { Env } from '../func/func.ts';
import { HTML, URL } from '../value/type.ts';
import { Pointer, type Solid, TypedString, unbox, type Value } from '../value/value.ts';

/** What is emitted in place of a value that is not safe where it stands. */
export const FAILSAFE = 'ZgotmplZ';

export interface Content {
  readonly text: string;
  readonly kind: 'plain' | 'html' | 'url';
}

/** Prints values as fmt's Sprint. */
export function printAll(values: readonly Value[], env: Env): string {
  return sprint(values, env.budget);
}

/** The arguments' text. Missing ones print nothing. */
export function contentOf(args: readonly Value[], env: Env): Content {
  if (args.length === 1 && typeof args[0] === 'string') return { text: args[0], kind: 'plain' };
  const values = args.map(unbox).filter((value): value is Solid => value !== undefined);
  const first = values[0];
  if (args.length === 1 && typeof first === 'string') return { text: first, kind: 'plain' };
  if (args.length === 1 && first instanceof TypedString) {
    return { text: first.text, kind: first.type === HTML ? 'html' : first.type === URL ? 'url' : 'plain' };
  }
  const shown = values.map((value) => (value instanceof Pointer ? value.to : value));
  return { text: printAll(shown, env), kind: 'plain' };
}
