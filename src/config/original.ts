// The configuration as Alertmanager prints it: in the order of the schemas, complete with defaults and with what was
// inherited, secrets masked. What `/api/v2/status` answers and `amtool config show` prints.

import type { FieldSpec, Schema, Tree } from '../model/schema.ts';
import { fieldsOf, type Values } from './absent.ts';
import { emitYaml, type Out } from './emit.ts';
import { compareKeys } from './keyorder.ts';
import { printScalar } from './kinds.ts';
import { resolvePlain } from './scalar.ts';
import { withoutPasswords } from './url.ts';
import { writtenText } from './written.ts';

/** The YAML text of a section. */
export function printSection(schema: Schema<unknown>, values: Values): string {
  return emitYaml(new Printer().section(schema, values));
}

const NULL: Out = { is: 'scalar', text: 'null', style: 'plain' };

class Printer {
  /**
   * Whether the next list or map goes on one line. As in yaml.v2 it stays set when what follows a flow field is neither,
   * so that an interval after one with a location is printed on one line.
   */
  #flow = false;
  readonly #keys = new Map<string, Out>();

  section(schema: Schema<unknown>, values: Values): Out {
    const flow = this.#takeFlow();
    const pairs: [Out, Out][] = [];
    for (const [key, spec] of fieldsOf(schema)) {
      const value = values[key];
      if (spec.always !== true && isZero(spec, value)) continue;
      this.#flow = spec.flow === true;
      pairs.push([this.#key(key), this.#value(spec, value)]);
    }
    return { is: 'map', flow, pairs };
  }

  #value(spec: FieldSpec, value: unknown): Out {
    if (value === undefined) return NULL;
    const written = writtenText(value);
    if (written !== undefined) return stringOut(withoutPasswords(written));
    switch (spec.is) {
      case 'section':
        return this.section(spec.of, value as Values);
      case 'list': {
        const flow = this.#takeFlow();
        const items = value as readonly unknown[];
        const together = items.every((item) => writtenText(item) === undefined);
        const printed = together ? spec.printAll?.(items).map(stringOut) : undefined;
        return { is: 'list', flow, items: printed ?? items.map((item) => this.#value(spec.of, item)) };
      }
      case 'map': {
        const flow = this.#takeFlow();
        const map = value as Readonly<Record<string, unknown>>;
        const keys = Object.keys(map).sort(compareKeys);
        return { is: 'map', flow, pairs: keys.map((key) => [stringOut(key), this.#value(spec.of, map[key])]) };
      }
      case 'parsed': {
        const text = spec.print(value);
        return text === null ? NULL : stringOut(text);
      }
      case 'choice':
        return stringOut(value as string);
      case 'scalar':
        if (spec.kind === 'tree') return this.#tree(value as Tree);
        if (typeof value === 'boolean' || spec.kind === 'count' || spec.kind === 'integer')
          return plainOut(String(value));
        if (spec.kind === 'url' && value === '') return NULL;
        if (spec.kind === 'number') return plainOut(printFloat(value as number));
        return stringOut(printScalar(spec.kind, value));
    }
  }

  #tree(value: Tree): Out {
    if (value === null) return NULL;
    if (typeof value === 'string') return stringOut(withoutPasswords(value));
    if (typeof value === 'boolean') return plainOut(String(value));
    if (typeof value === 'number')
      return plainOut(Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : printFloat(value));
    const flow = this.#takeFlow();
    if (isTreeList(value)) return { is: 'list', flow, items: value.map((item) => this.#tree(item)) };
    const keys = Object.keys(value).sort(compareTreeKeys);
    return { is: 'map', flow, pairs: keys.map((key) => [treeKeyOut(key), this.#tree(value[key]!)]) };
  }

  #key(name: string): Out {
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = stringOut(name);
      this.#keys.set(name, key);
    }
    return key;
  }

  #takeFlow(): boolean {
    const flow = this.#flow;
    this.#flow = false;
    return flow;
  }
}

function isTreeList(value: Tree): value is readonly Tree[] {
  return Array.isArray(value);
}

/** Whether Go's `omitempty` leaves the value out. */
function isZero(spec: FieldSpec, value: unknown): boolean {
  if (value === undefined) return true;
  if (spec.is === 'scalar' && spec.kind === 'tree') return false;
  if (value === '') return true;
  if (value === 0) return spec.is !== 'parsed';
  if (value === false) return spec.is === 'scalar' && spec.kind !== 'maybe';
  if (spec.is === 'list') {
    const items = value as readonly unknown[];
    return (spec.printAll?.(items) ?? items).length === 0;
  }
  if (spec.is === 'map') return Object.keys(value as object).length === 0;
  if (spec.is !== 'section' || spec.optional) return false;
  return fieldsOf(spec.of).every(([key, inner]) => isZero(inner, (value as Values)[key]));
}

function plainOut(text: string): Out {
  return { is: 'scalar', text, style: 'plain' };
}

/** A string, quoted where it would be read as something else. */
function stringOut(text: string): Out {
  if (text.includes('\n')) return { is: 'scalar', text, style: 'literal' };
  const resolved = resolvePlain(text);
  const isText = resolved.type === 'string' && resolved.date !== true && !isBase60(text);
  return { is: 'scalar', text, style: isText ? 'plain' : 'double' };
}

/** `1:30` is a number of minutes in YAML 1.1. */
function isBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}

/** Keys of an operator's own tree were resolved when they were read, so those that look like numbers were numbers. */
function treeKeyOut(key: string): Out {
  return isTypedKey(key) ? plainOut(key) : stringOut(key);
}

function isTypedKey(key: string): boolean {
  return /^(true|false|-?[0-9]+)$/.test(key);
}

/** Booleans and numbers come before names, by their value. */
function compareTreeKeys(a: string, b: string): number {
  const [left, right] = [isTypedKey(a), isTypedKey(b)];
  if (left !== right) return left ? -1 : 1;
  return left ? keyNumber(a) - keyNumber(b) || b.length - a.length : compareKeys(a, b);
}

function keyNumber(key: string): number {
  return key === 'true' ? 1 : key === 'false' ? 0 : Number(key);
}

/** Go's `FormatFloat(value, 'g', -1, 64)`. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
