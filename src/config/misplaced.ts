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
  const foreign = title === root.title ? FOREIGN.find(([keys]) => keys.includes(key))?.[1] : undefined;
  if (foreign !== undefined) return `${what}: ${foreign}`;
  const own = title === root.title ? root : below.find(({ schema }) => schema.title === title)?.schema;
  if (own === undefined || nearest(key, new Set(Object.keys(own.fields))) !== undefined) return undefined;
  if (own === root) {
    const home = below.find(({ schema }) => has(schema, key));
    return home === undefined ? undefined : `${what}: it belongs to ${home.name}, so indent it below that`;
  }
  return has(root, key) ? `${what}: it belongs to the top of the file, so indent it less` : undefined;
}

/** Keys at the top of other programs' files, which are taken for ours. */
const FOREIGN: readonly (readonly [readonly string[], string])[] = [
  [['groups'], "it belongs to a file of Prometheus's rules, which is read by Prometheus"],
  [
    ['scrape_configs', 'rule_files', 'alerting', 'remote_write', 'remote_read', 'storage'],
    "it belongs to Prometheus's own configuration",
  ],
  [
    ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'stringData'],
    'it belongs to an object of Kubernetes, and here belongs the configuration that stands in it',
  ],
  [
    ['config', 'alertmanager', 'alertmanagerConfig', 'alertmanager_config'],
    'what is below it belongs at the top of the file, without it',
  ],
];

function has(schema: Schema<unknown>, key: string): boolean {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  return Object.hasOwn(fields, key);
}
