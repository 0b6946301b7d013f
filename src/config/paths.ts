// Paths of files named in the configuration, joined to the folder that the configuration itself is in.

import { posix } from 'node:path';
import type { FieldSpec, Schema } from '../model/schema.ts';
import type { Values } from './absent.ts';

/** Go's `filepath.Join(folder of the file, path)`; absolute paths and empty ones stay as they are. */
export function besideFile(file: string, path: string): string {
  if (path === '' || path.startsWith('/')) return path;
  const joined = posix.join(posix.dirname(file), path);
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined;
}

/**
 * A section with its paths resolved: with `printed`, those that Alertmanager resolves before it prints the configuration;
 * without, all the others, which it takes from its own working directory; with `all`, every one.
 */
export function resolvePaths(
  schema: Schema<unknown>,
  values: Values,
  file: string,
  printed: boolean,
  all = false,
): Values {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  const resolved: Values = { ...values };
  for (const [key, spec] of Object.entries(fields)) {
    if (holdsPaths(spec)) resolved[key] = resolveValue(spec, values[key], file, printed, all);
  }
  return resolved;
}

function resolveValue(spec: FieldSpec, value: unknown, file: string, printed: boolean, all: boolean): unknown {
  if (value === undefined) return undefined;
  switch (spec.is) {
    case 'section':
      if (spec.unresolvedInPrint !== true) return resolvePaths(spec.of, value as Values, file, printed, all);
      return printed ? value : resolvePaths(spec.of, value as Values, file, false, true);
    case 'list':
      return (value as readonly unknown[]).map((item) => resolveValue(spec.of, item, file, printed, all));
    case 'map': {
      const map: Record<string, unknown> = Object.create(null);
      for (const [name, item] of Object.entries(value as object))
        map[name] = resolveValue(spec.of, item, file, printed, all);
      return map;
    }
    default:
      // What is printed as the file has it has no path yet.
      if (typeof value !== 'string') return value;
      return all || (spec.resolvedInPrint === true) === printed ? besideFile(file, value) : value;
  }
}

const known = new WeakMap<FieldSpec, boolean>();

function holdsPaths(spec: FieldSpec): boolean {
  const answer = known.get(spec);
  if (answer !== undefined) return answer;
  // A schema that contains itself holds no paths on account of that.
  known.set(spec, false);
  const holds = looksForPaths(spec);
  known.set(spec, holds);
  return holds;
}

function looksForPaths(spec: FieldSpec): boolean {
  switch (spec.is) {
    case 'scalar':
      return spec.kind === 'file';
    case 'list':
    case 'map':
      return holdsPaths(spec.of);
    case 'section':
      return Object.values<FieldSpec>(spec.of.fields).some(holdsPaths);
    default:
      return false;
  }
}
