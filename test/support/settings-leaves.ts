// The keys of a section of the configuration, down to those that hold a value, and settings in which one of them has
// another value: for tests that try every key there is.

import type { FieldSpec, Schema } from '../../src/model/schema.ts';
import { settingsOf } from './receiving.ts';

export interface Leaf {
  /** Such as `actions[].headers{}`. */
  readonly path: string;
  readonly kind: string;
}

/** The keys of a section and of those in it, but for those of the HTTP client and of TLS. */
export function leavesOf(schema: Schema<unknown>, above = ''): Leaf[] {
  return fieldsIn(schema)
    .filter(([name]) => name !== 'http_config' && name !== 'tls_config')
    .flatMap(([name, field]) => leavesIn(field, `${above}${name}`));
}

/** The settings with that value at that path. What is not there on the way has an `x` in all its texts. */
export function withLeaf(schema: Schema<unknown>, settings: unknown, path: string, value: unknown): unknown {
  const parts = path.split(/\.|(?=\[\])|(?=\{\})/);
  return inSection(schema, settings, parts, value);
}

function inSection(schema: Schema<unknown>, given: unknown, [name = '', ...rest]: string[], value: unknown): object {
  const section = (given ?? filled(schema)) as Readonly<Record<string, unknown>>;
  const field = fieldsIn(schema).find(([key]) => key === name)?.[1];
  if (field === undefined) throw new Error(`there is no key ${name} in ${schema.title}`);
  return { ...section, [name]: inField(field, section[name], rest, value) };
}

function inField(field: FieldSpec, given: unknown, rest: string[], value: unknown): unknown {
  if (rest.length === 0) return value;
  if (field.is === 'section') return inSection(field.of, given, rest, value);
  if (field.is === 'list')
    return [inField(field.of, (given as readonly unknown[] | undefined)?.[0], rest.slice(1), value)];
  if (field.is === 'map') return { key: inField(field.of, undefined, rest.slice(1), value) };
  throw new Error(`nothing is below ${rest.join('.')}`);
}

function filled(schema: Schema<unknown>): object {
  const texts = fieldsIn(schema).filter(([, { is }]) => is === 'scalar');
  const given = texts.flatMap(([name, field]) => (isText(field) ? [[name, 'x'] as const] : []));
  return settingsOf(schema as Schema<object>, Object.fromEntries(given));
}

function isText(field: FieldSpec): boolean {
  return field.is === 'scalar' && (field.kind === 'template' || field.kind === 'string');
}

function leavesIn(field: FieldSpec, path: string): Leaf[] {
  if (field.is === 'section') return leavesOf(field.of, `${path}.`);
  if (field.is === 'list') return leavesIn(field.of, `${path}[]`);
  if (field.is === 'map') return leavesIn(field.of, `${path}{}`);
  return [{ path, kind: field.is === 'scalar' ? field.kind : field.is }];
}

function fieldsIn(schema: Schema<unknown>): [string, FieldSpec][] {
  return Object.entries(schema.fields);
}
