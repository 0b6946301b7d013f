// The functions that every Go template has, comparisons apart.

import { sprint, sprintf, sprintln } from '../fmt/sprintf.ts';
import { isPrint } from '../parse/quote.ts';
import { byteLength, rawByte, sliceBytes, toBytes } from '../value/bytes.ts';
import { ANY, ANY_VALUE, STRING } from '../value/type.ts';
import {
  Boxed,
  byte,
  Int,
  indirect,
  int,
  isTrue,
  lengthOf,
  MapValue,
  Pointer,
  Slice,
  type Solid,
  TypedString,
  textOf,
  typeOf,
  unbox,
  type Value,
  zero,
} from '../value/value.ts';
import { COMPARISONS } from './compare.ts';
import { type Env, type Func, type FuncMap, func, variadic } from './func.ts';
import { queryEscape } from './url.ts';

/** The type's name, of pointers the one that they point to. */
function nameBehind(item: Solid): string {
  const type = typeOf(item);
  return (type.kind === 'pointer' ? type.elem! : type).name;
}

function indexArgument(index: Value, length: number): number {
  if (index === undefined) throw new Error('cannot index slice/array with nil');
  if (!(index instanceof Int)) throw new Error(`cannot index slice/array with type ${typeOf(index).name}`);
  if (index.value < 0n || index.value > BigInt(length)) throw new Error(`index out of range: ${index.value}`);
  return Number(index.value);
}

/** One item of a slice, a map or a string. */
function indexOne(item: Solid, index: Solid | undefined): Value {
  if (item instanceof MapValue) {
    if (index === undefined) throw new Error('value is nil; should be of type string');
    if (typeof index !== 'string') throw new Error(`value has type ${typeOf(index).name}; should be string`);
    return item.entries.get(index) ?? zero(item.type.elem!);
  }
  const text = textOf(item);
  if (!(item instanceof Slice) && text === undefined) throw new Error(`can't index item of type ${nameBehind(item)}`);
  const length = lengthOf(item)!;
  const at = indexArgument(index, length);
  if (at === length) throw new Error(`reflect: ${text === undefined ? 'slice' : 'string'} index out of range`);
  return text === undefined ? (item as Slice).items[at] : byte(toBytes(text)[at]!);
}

function index([first, ...indexes]: readonly Value[], env: Env): Value {
  if (unbox(first) === undefined) throw new Error('index of untyped nil');
  let item: Value = first;
  for (const boxed of indexes) {
    const solid = indirect(item);
    if (solid === undefined) throw new Error('index of nil pointer');
    const text = textOf(solid);
    if (text !== undefined) env.budget.spendBytes(text.length);
    item = indexOne(solid, unbox(boxed));
  }
  return item;
}

function slice([first, ...indexes]: readonly Value[], env: Env): Value {
  const item = indirect(first);
  if (item === undefined) throw new Error('slice of untyped nil');
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  const text = textOf(item);
  if (text !== undefined && indexes.length === 3) throw new Error('cannot 3-index slice a string');
  if (text === undefined && !(item instanceof Slice)) throw new Error(`can't slice item of type ${nameBehind(item)}`);
  const length = lengthOf(item)!;
  env.budget.spendBytes(length);
  const bounds = indexes.map((bound) => indexArgument(bound, length));
  const from = bounds[0] ?? 0;
  const to = bounds[1] ?? length;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (bounds[2] !== undefined && to > bounds[2]) throw new Error(`invalid slice index: ${to} > ${bounds[2]}`);
  if (item instanceof Slice) return new Slice(item.type, item.items.slice(from, to));
  const cut = sliceBytes(text!, from, to);
  return item instanceof TypedString ? new TypedString(item.type, cut) : cut;
}

function length([boxed]: readonly Value[], env: Env): Value {
  const item = indirect(boxed);
  if (item === undefined) {
    const what = boxed instanceof Boxed ? 'len of nil pointer' : 'reflect: call of reflect.Value.Type on zero Value';
    throw new Error(what);
  }
  const text = textOf(item);
  if (text !== undefined) {
    env.budget.spendBytes(text.length);
    return int(byteLength(text));
  }
  const n = lengthOf(item);
  if (n === undefined) throw new Error(`len of type ${nameBehind(item)}`);
  return int(n);
}

/** The arguments as one text, as they would print in a template. */
function textOfAll(args: readonly Value[], env: Env): string {
  const solids = args.map(unbox);
  if (solids.length === 1 && typeof solids[0] === 'string') return solids[0];
  const shown = solids.map((solid) => (solid instanceof Pointer ? solid.to : (solid ?? '<no value>')));
  return sprint(shown, env.budget);
}

const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Go's `HTMLEscapeString` of text/template. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML_ESCAPES.get(char)!);
}

/** Go's `JSEscapeString` of text/template. */
function escapeJs(text: string): string {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0)!;
    if (code < 0x80 ? code >= 0x20 && !'<>&='.includes(char) : rawByte(code) >= 0 || isPrint(code)) {
      return '\\\'"'.includes(char) ? `\\${char}` : char;
    }
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }).join('');
}

function texts(convert: (text: string) => string): Func {
  return variadic([], ANY, (args, env) => {
    const text = textOfAll(args, env);
    env.budget.spend(1 + text.length / 8);
    return convert(text);
  });
}

/** Never called: the evaluator handles them. Their signatures are what is used. */
const handled: Func = variadic([ANY_VALUE], ANY_VALUE, ([value]) => value);

export const BUILTINS: FuncMap = new Map<string, Func>([
  ['and', handled],
  ['or', handled],
  ['call', handled],
  ['html', texts(escapeHtml)],
  ['js', texts(escapeJs)],
  ['urlquery', texts(queryEscape)],
  ['index', variadic([ANY_VALUE], ANY_VALUE, index)],
  ['slice', variadic([ANY_VALUE], ANY_VALUE, slice)],
  ['len', func([ANY_VALUE], length)],
  ['not', func([ANY_VALUE], ([value]) => !isTrue(value))],
  ['print', variadic([], ANY, (args, env) => sprint(args, env.budget))],
  ['printf', variadic([STRING], ANY, ([format, ...args], env) => sprintf(format as string, args, env.budget))],
  ['println', variadic([], ANY, (args, env) => sprintln(args, env.budget))],
  ...COMPARISONS,
]);
