// What is defined and used nowhere, and secrets that need not be in the file. Hints only.

import type { Config, RouteConfig } from '../model/config.ts';
import type { FieldSpec, Schema } from '../model/schema.ts';
import { MASK, Secret } from '../model/secret.ts';
import type { Values } from './absent.ts';
import type { NamedIntervals } from './intervals.ts';
import { quoted } from './node.ts';
import type { Path, Report } from './report.ts';
import { isVariable } from './wording.ts';

/** Hints about receivers and time intervals to which no route refers. */
export function lintUnused(
  config: Pick<Config, 'route' | 'receivers'>,
  intervals: Readonly<Record<string, readonly NamedIntervals[]>>,
  report: Report,
): void {
  const receivers = usedReceivers(config.route);
  const times = new Set<string>();
  visitRoutes(config.route, (route) => {
    for (const name of [...route.muteTimeIntervals, ...route.activeTimeIntervals]) times.add(name);
  });
  config.receivers.forEach(({ name }, i) => {
    if (receivers.has(name)) return;
    const message = `no route refers to the receiver ${quoted(name)}: route to it, or remove it`;
    report.hintAt(['receivers', i, 'name'], message, 'unused-receiver');
  });
  for (const [section, list] of Object.entries(intervals)) {
    list.forEach(({ name }, i) => {
      if (times.has(name)) return;
      const message = `no route refers to the time interval ${quoted(name)}: use it, or remove it`;
      report.hintAt([section, i, 'name'], message, 'unused-time-interval');
    });
  }
}

/** The names of the receivers to which routes refer. */
export function usedReceivers(root: RouteConfig): ReadonlySet<string> {
  const names = new Set<string>();
  visitRoutes(root, (route) => {
    names.add(route.receiver);
  });
  return names;
}

function visitRoutes(route: RouteConfig, visit: (route: RouteConfig) => void): void {
  visit(route);
  for (const child of route.routes) visitRoutes(child, visit);
}

/** One hint, at the first of them, for all secrets that stand in the file and have a key that names a file instead. */
export function lintSecrets(schema: Schema<unknown>, values: Values, report: Report): void {
  const found: { readonly path: Path; readonly at: number }[] = [];
  visitSections(schema, values, [], (section, given, path) => {
    const fields: Readonly<Record<string, FieldSpec>> = section.fields;
    for (const [key, spec] of Object.entries(fields)) {
      const value = given[key];
      if (!(value instanceof Secret) || !(`${key}_file` in fields) || !isSecretInFact(spec, value)) continue;
      const own = [...path, key];
      found.push({ path: own, at: report.place(own).at });
    }
  });
  const [first] = found.sort((a, b) => a.at - b.at);
  if (first === undefined) return;
  const instead = `${first.path.at(-1)}_file`;
  const message =
    found.length === 1
      ? `a secret stands in this file: ${instead} can name a file that holds it`
      : `${found.length} secrets stand in this file, this is the first: ${instead} and its like can name files that hold them`;
  report.hintAt(first.path, message, 'inline-secrets');
}

/** What stands where a secret is to be filled in, as in `<token>`. */
const PLACEHOLDER = /^<[^<>]*>$/;

/** A webhook's URL counts as a secret and mostly is none, unless it has credentials or parameters. */
function isSecretInFact(spec: FieldSpec, secret: Secret): boolean {
  const text = secret.reveal();
  if (text === MASK || isVariable(text) || PLACEHOLDER.test(text)) return false;
  return !(spec.is === 'scalar' && spec.kind === 'secretTemplateUrl') || /[@?]/.test(text);
}

function visitSections(
  schema: Schema<unknown>,
  values: Values,
  path: Path,
  visit: (schema: Schema<unknown>, values: Values, path: Path) => void,
): void {
  visit(schema, values, path);
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  for (const [key, spec] of Object.entries(fields)) visitValue(spec, values[key], [...path, key]);

  function visitValue(spec: FieldSpec, value: unknown, own: Path): void {
    if (value === undefined) return;
    if (spec.is === 'section') visitSections(spec.of, value as Values, own, visit);
    if (spec.is === 'list') {
      for (const [i, item] of (value as readonly unknown[]).entries()) visitValue(spec.of, item, [...own, i]);
    }
    if (spec.is === 'map') {
      for (const [name, item] of Object.entries(value as object)) visitValue(spec.of, item, [...own, name]);
    }
  }
}
