// What to say about a key that a section does not have and another one has, or that Alertmanager had once. Apart from the
// decoder, which knows kinds and no keys.

import type { FieldSpec, Schema } from '../model/schema.ts';
import { quoted } from './node.ts';
import { nearest } from './suggest.ts';

/** What stands at the top of a file, and the sections whose keys are seen there when they are not indented. */
export interface Homes {
  readonly root: Schema<unknown>;
  readonly below: readonly { readonly name: string; readonly schema: Schema<unknown> }[];
}

/** A message about the key, or `undefined` when there is nothing more to say than that it is unknown. */
export function misplaced(homes: Homes, title: string, key: string): string | undefined {
  const what = `${title} has no key ${quoted(key)}`;
  if (key.startsWith('hipchat_')) return `${what} any more: HipChat is gone, so remove it`;
  const { root, below } = homes;
  const own = title === root.title ? root : below.find(({ schema }) => schema.title === title)?.schema;
  if (own === undefined || nearest(key, new Set(Object.keys(own.fields))) !== undefined) return undefined;
  if (own === root) {
    const home = below.find(({ schema }) => has(schema, key));
    return home === undefined ? undefined : `${what}: it belongs to ${home.name}, so indent it below that`;
  }
  return has(root, key) ? `${what}: it belongs to the top of the file, so indent it less` : undefined;
}

function has(schema: Schema<unknown>, key: string): boolean {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  return Object.hasOwn(fields, key);
}
