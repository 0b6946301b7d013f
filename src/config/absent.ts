// What a key holds that the file does not give, and what a section is that it does not mention.

import type { FieldSpec, Schema } from '../model/schema.ts';
import { zeroOf } from './kinds.ts';

/** A section's values by key. */
export type Values = Record<string, unknown>;

/** A section as it is when the file does not mention it. */
export function defaultsOf(schema: Schema<unknown>): Values {
  const values: Values = {};
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  for (const [key, spec] of Object.entries(fields)) {
    values[key] = spec.is === 'scalar' || spec.is === 'choice' ? spec.default : absent(spec);
  }
  return values;
}

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
      return spec.optional === true ? undefined : [];
    case 'map':
      return Object.create(null);
    case 'section':
      return spec.optional ? undefined : defaultsOf(spec.of);
  }
}
