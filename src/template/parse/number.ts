// Number constants: Go's literals with their prefixes and underscores, and every type that each of them fits.

import { quote, unquoteChar } from './quote.ts';

/** What a constant may be used as. */
interface NumberValue {
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: { readonly re: number; readonly im: number } | undefined;
}

const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);
const MAX_UINT64 = (1n << 64n) - 1n;

const PREFIXED = /^(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+)$/;
const LEADING_ZERO = /^0(?:_?[0-7])+$/;
const DECIMAL = /^(?:0|[1-9](?:_?[0-9])*)$/;

/** The integer that an unsigned literal stands for, or undefined when it is none (`strconv.ParseUint` with base 0). */
function parseMagnitude(text: string): bigint | undefined {
  const digits = text.replaceAll('_', '');
  if (PREFIXED.test(text)) return BigInt(digits.toLowerCase());
  if (DECIMAL.test(text)) return BigInt(digits);
  if (LEADING_ZERO.test(text)) return BigInt(`0o${digits.slice(1)}`);
  return undefined;
}

const DECIMAL_FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const UNDERSCORE = /(?<=[0-9])_(?=[0-9])/g;
const HEX_UNDERSCORE = /(?<=[0-9a-fA-FxX])_(?=[0-9a-fA-F])/g;
const HEX_START = /^[+-]?0[xX]/;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;

/** The number that a text stands for in Go (`strconv.ParseFloat`), or why it does not: the words of its errors. */
export function parseFloat64(text: string): number | 'invalid syntax' | 'value out of range' {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : 'invalid syntax';
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const plain = text.replace(HEX_START.test(text) ? HEX_UNDERSCORE : UNDERSCORE, '');
  let value: number;
  const hex = HEX_FLOAT.exec(plain);
  if (hex !== null) {
    const [, sign, whole, fraction, exponent] = hex;
    if (whole === '' && fraction === '') return 'invalid syntax';
    const mantissa = Number(BigInt(`0x0${whole}${fraction}`));
    value = scale(mantissa, Number(exponent) - 4 * fraction!.length);
    if (sign === '-') value = -value;
  } else {
    if (!DECIMAL_FLOAT.test(plain)) return 'invalid syntax';
    value = Number(plain);
  }
  return Number.isFinite(value) ? value : 'value out of range';
}

/** `mantissa * 2 ** exponent`, also where the power alone is not representable. */
function scale(mantissa: number, exponent: number): number {
  let value = mantissa;
  let left = Math.max(-3000, Math.min(3000, exponent));
  while (left !== 0) {
    const step = Math.max(-1000, Math.min(1000, left));
    value *= 2 ** step;
    left -= step;
  }
  return value;
}

function fromFloat(float: number): NumberValue {
  const whole = Number.isInteger(float);
  const int = whole && float >= -(2 ** 63) && float < 2 ** 63 ? BigInt(float) : undefined;
  const uint = whole && float >= 0 && float < 2 ** 64 ? BigInt(float) : undefined;
  return { int, uint, float, complex: undefined };
}

function fromComplex(re: number, im: number): NumberValue {
  const simple = im === 0 ? fromFloat(re) : { int: undefined, uint: undefined, float: undefined };
  return { ...simple, complex: { re, im } };
}

const COMPLEX = /^(.*[^eEpP])([+-].*)i$/;
/** What Go's scanner takes for a float, however its underscores and digits stand. */
const SCANNED =
  /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eEpP][+-]?[0-9_]*)?)$/;

/** One part of a complex constant. */
function scanned(part: string): number {
  const value = parseFloat64(part);
  if (typeof value === 'string') throw new Error(`strconv.ParseFloat: parsing ${quote(part)}: ${value}`);
  return value;
}

/** Reads a constant as the lexer cut it out. Throws an Error with Go's words. */
export function parseNumber(text: string, form: 'number' | 'complex' | 'char'): NumberValue {
  if (form === 'char') return parseChar(text);
  if (form === 'complex') {
    const [, real = '', imaginary = ''] = COMPLEX.exec(text) ?? [];
    if (!SCANNED.test(real) || !SCANNED.test(imaginary) || imaginary.length < 2) {
      throw new Error('syntax error scanning complex number');
    }
    return fromComplex(scanned(real), scanned(imaginary));
  }
  if (text.endsWith('i')) {
    const im = parseFloat64(text.slice(0, -1));
    if (typeof im === 'number') return fromComplex(0, im);
  }
  const signed = text.startsWith('-') || text.startsWith('+');
  const magnitude = parseMagnitude(signed ? text.slice(1) : text);
  if (magnitude !== undefined) {
    const value = text.startsWith('-') ? -magnitude : magnitude;
    const int = value >= MIN_INT64 && value <= MAX_INT64 ? value : undefined;
    const uint = (!signed || value === 0n) && value <= MAX_UINT64 ? value : undefined;
    if (int !== undefined || uint !== undefined) return { int, uint, float: Number(value), complex: undefined };
  }
  const float = parseFloat64(text);
  if (typeof float === 'string') throw new Error(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new Error(`integer overflow: ${quote(text)}`);
  return fromFloat(float);
}

function parseChar(text: string): NumberValue {
  const { code, rest } = unquoteChar(text);
  if (rest !== "'") throw new Error(`malformed character constant: ${text}`);
  return { int: BigInt(code), uint: BigInt(code), float: code, complex: undefined };
}
