// What a key holds that the file does not give, and what a section is that it does not mention.

import type { FieldSpec, Schema } from '../model/schema.ts';
import { zeroOf } from './kinds.ts';

/** A section's values by key. */
export type Values = Record<string, unknown>;

/** A section as it is when the file does not mention it. */
export function defaultsOf(schema: Schema<unknown>): Values {
  const values: Values = {};
  for (const [key, spec] of fieldsOf(schema)) {
    values[key] = spec.is === 'scalar' || spec.is === 'choice' ? spec.default : absent(spec);
  }
  return values;
}

const known = new WeakMap<object, readonly (readonly [string, FieldSpec])[]>();

/** The keys of a section and what they are, in their order. Listed once for all the sections that a large file has. */
export function fieldsOf(schema: Schema<unknown>): readonly (readonly [string, FieldSpec])[] {
  let fields = known.get(schema.fields);
  if (fields === undefined) {
    fields = Object.entries<FieldSpec>(schema.fields);
    known.set(schema.fields, fields);
  }
  return fields;
}

/** One for all: a map without a prototype takes much memory, and a route has several that are empty. */
const EMPTY_MAP = Object.freeze(Object.create(null) as Record<string, never>);
const EMPTY_LIST: readonly never[] = Object.freeze([]);

/** What a key holds that is written and left empty: not its default, but the zero value of its kind, as in Go. */
export function absent(spec: FieldSpec): unknown {
  switch (spec.is) {
    case 'scalar':
      return zeroOf(spec.kind);
    case 'choice':
      return spec.default;
    case 'parsed':
      return undefined;
    case 'list':
      return spec.optional === true ? undefined : EMPTY_LIST;
    case 'map':
      return EMPTY_MAP;
    case 'section':
      return spec.optional ? undefined : defaultsOf(spec.of);
  }
}
