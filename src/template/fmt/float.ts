// Floating point numbers as text: Go's `strconv.FormatFloat`. JavaScript's toFixed and toPrecision round halves up where
// Go, which computes exactly, rounds them to even.

/** The decimal digits of a number without leading zeros, and where the point is: `0.d1d2d3... * 10 ** point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The mantissa and the exponent of two of a finite number: `mantissa * 2 ** exponent`. */
function binaryOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** All digits of a number that is finite and not zero. */
function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = binaryOf(value);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return { digits, point: digits.length };
  }
  // A division by two moves the point and multiplies by five.
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, point: digits.length + exponent };
}

/** The fewest digits that still mean this number. */
function shortestDecimal(value: number): Decimal {
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa!.replace('.', ''), point: Number(exponent) + 1 };
}

/** Keeps so many digits, halves to even. */
function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point };
  const next = digits.charCodeAt(count) - 48;
  const tie = next === 5 && /^0*$/.test(digits.slice(count + 1));
  const odd = count > 0 && (digits.charCodeAt(count - 1) - 48) % 2 === 1;
  const kept = digits.slice(0, count);
  if (next < 5 || (tie && !odd)) return { digits: kept, point };
  const up = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0');
  return { digits: up, point: up.length > count ? point + 1 : point };
}

/** The digits, with zeros where there are no more, from one place to another. */
function cut(digits: string, from: number, to: number): string {
  if (to <= from) return '';
  const before = '0'.repeat(Math.max(0, Math.min(to, 0) - from));
  return (before + digits.slice(Math.max(from, 0), Math.max(to, 0))).padEnd(to - from, '0');
}

function exponential(decimal: Decimal, precision: number, mark: string): string {
  const exponent = decimal.digits === '' ? 0 : decimal.point - 1;
  const fraction = precision > 0 ? `.${cut(decimal.digits, 1, precision + 1)}` : '';
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${cut(decimal.digits, 0, 1)}${fraction}${mark}${exponent < 0 ? '-' : '+'}${digits}`;
}

function fixed(decimal: Decimal, precision: number): string {
  const { digits, point } = decimal;
  const whole = point > 0 ? cut(digits, 0, point) : '0';
  return precision > 0 ? `${whole}.${cut(digits, point, point + precision)}` : whole;
}

/** `0x1.8p+01`. */
function hexadecimal(value: number, precision: number, upper: boolean): string {
  let { mantissa, exponent } = binaryOf(value);
  if (mantissa === 0n) exponent = 0;
  else {
    while (mantissa < 1n << 60n) {
      mantissa <<= 1n;
      exponent--;
    }
    exponent += 60;
  }
  if (precision >= 0 && precision < 15) {
    const shift = BigInt(60 - precision * 4);
    const half = 1n << (shift - 1n);
    const rest = mantissa & ((1n << shift) - 1n);
    mantissa >>= shift;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= shift;
    if (mantissa >= 1n << 61n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.padEnd(precision, '0').slice(0, precision);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  const lead = (mantissa >> 60n).toString();
  const text = `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${power}`;
  return upper ? text.toUpperCase() : text;
}

/** A number that is not negative, finite, in a format of strconv's: one of `e E f g G b x X`. */
function formatMagnitude(value: number, format: string, precision: number): string {
  if (format === 'b') {
    const { mantissa, exponent } = binaryOf(value);
    return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
  }
  if (format === 'x' || format === 'X') return hexadecimal(value, precision, format === 'X');
  const shortest = precision < 0;
  const zero: Decimal = { digits: '', point: 0 };
  const full = value === 0 ? zero : shortest ? shortestDecimal(value) : exactDecimal(value);
  switch (format) {
    case 'e':
    case 'E': {
      const rounded = shortest ? full : round(full, precision + 1);
      return exponential(rounded, shortest ? Math.max(full.digits.length - 1, 0) : precision, format);
    }
    case 'f': {
      const rounded = shortest ? full : round(full, full.point + precision);
      return fixed(rounded, shortest ? Math.max(full.digits.length - full.point, 0) : precision);
    }
    default: {
      const wanted = shortest ? 6 : Math.max(precision, 1);
      const rounded = shortest ? full : round(full, wanted);
      const digits = rounded.digits.replace(/0+$/, '');
      // Small exponents are written out; so are large ones where the digits reach as far.
      let limit = wanted;
      if (limit > digits.length && digits.length >= rounded.point) limit = digits.length;
      if (shortest) limit = 6;
      const exponent = digits === '' ? 0 : rounded.point - 1;
      const decimal = { digits, point: digits === '' ? 1 : rounded.point };
      if (digits !== '' && (exponent < -4 || exponent >= limit)) {
        return exponential(decimal, digits.length - 1, format === 'G' ? 'E' : 'e');
      }
      return fixed(decimal, Math.max(digits.length - decimal.point, 0));
    }
  }
}

/**
 * Go's `strconv.FormatFloat(value, format, precision, 64)`: `format` is one of `e E f g G b x X`, a precision of -1 asks
 * for the fewest digits.
 */
export function formatFloat(value: number, format: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return sign === '' ? '+Inf' : '-Inf';
  return sign + formatMagnitude(Math.abs(value), format, precision);
}
