// The flags, width and precision of one verb, and how single numbers and texts are laid out by them.

import { canBackquote, isPrint, quote, quoteRune } from '../parse/quote.ts';
import { toBytes } from '../value/bytes.ts';
import { formatFloat } from './float.ts';

export class Flags {
  plus = false;
  minus = false;
  sharp = false;
  space = false;
  zero = false;
  /** `%+v` and `%#v`, which mean something else than the flags on other verbs. */
  plusV = false;
  sharpV = false;
  /** -1 when there is none. */
  width = -1;
  precision = -1;

  private padding(missing: number): string {
    if (missing <= 0) return '';
    return (this.zero && !this.minus ? '0' : ' ').repeat(missing);
  }

  /** Fills up to the width, which counts characters. */
  pad(text: string): string {
    if (this.width < 0 || text.length >= 2 * this.width) return text;
    const missing = this.width - [...text].length;
    return this.minus ? text + this.padding(missing) : this.padding(missing) + text;
  }

  private padBlank(text: string): string {
    const { zero } = this;
    this.zero = false;
    const padded = this.pad(text);
    this.zero = zero;
    return padded;
  }

  private cut(text: string): string {
    if (this.precision < 0 || text.length <= this.precision) return text;
    return [...text.slice(0, 2 * this.precision)].slice(0, this.precision).join('');
  }

  text(text: string): string {
    return this.pad(this.cut(text));
  }

  quoted(text: string): string {
    const cut = this.cut(text);
    if (this.sharp && canBackquote(cut)) return this.pad(`\`${cut}\``);
    return this.pad(quote(cut, this.plus));
  }

  char(code: bigint): string {
    return this.pad(code > 0x10ffffn || code < 0n ? '\ufffd' : String.fromCodePoint(Number(code)));
  }

  quotedChar(code: bigint): string {
    return this.pad(quoteRune(code > 0x10ffffn || code < 0n ? 0xfffd : Number(code), this.plus));
  }

  /** `U+0041`, with `#` also the character. */
  unicode(code: bigint): string {
    const value = BigInt.asUintN(64, code);
    let text = `U+${value.toString(16).toUpperCase().padStart(Math.max(4, this.precision), '0')}`;
    if (this.sharp && value <= 0x10ffffn && isPrint(Number(value))) text += ` '${String.fromCodePoint(Number(value))}'`;
    return this.padBlank(text);
  }

  /** An integer in base 2, 8, 10 or 16. */
  integer(value: bigint, base: number, verb: string): string {
    const negative = value < 0n;
    const abs = negative ? -value : value;
    const signed = negative || this.plus || this.space;
    let digits = abs.toString(base);
    if (verb === 'X') digits = digits.toUpperCase();
    if (this.precision === 0 && abs === 0n) return this.padBlank('');
    let least = this.precision;
    if (least < 0 && this.zero && !this.minus && this.width >= 0) least = this.width - (signed ? 1 : 0);
    digits = digits.padStart(least, '0');
    if (this.sharp) {
      if (base === 2) digits = `0b${digits}`;
      else if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
      else if (base === 16) digits = (verb === 'X' ? '0X' : '0x') + digits;
    }
    if (verb === 'O') digits = `0o${digits}`;
    const sign = negative ? '-' : this.plus ? '+' : this.space ? ' ' : '';
    return this.padBlank(sign + digits);
  }

  /** The bytes of a text in hexadecimal. */
  hex(text: string, upper: boolean): string {
    let bytes = toBytes(text);
    if (this.precision >= 0) bytes = bytes.subarray(0, this.precision);
    const prefix = this.sharp ? (upper ? '0X' : '0x') : '';
    const digits = Array.from(bytes, (b) => {
      const pair = b.toString(16).padStart(2, '0');
      return upper ? pair.toUpperCase() : pair;
    });
    if (digits.length === 0) return this.pad('');
    const joined = this.space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('');
    return this.pad(joined);
  }

  /** A number in one of strconv's formats; `usual` is the precision where none is given. */
  float(value: number, format: string, usual: number): string {
    const precision = this.precision >= 0 ? this.precision : usual;
    let text = formatFloat(value, format, precision);
    if (!text.startsWith('-') && !text.startsWith('+')) text = `+${text}`;
    if (this.space && text.startsWith('+') && !this.plus) text = ` ${text.slice(1)}`;
    if (!Number.isFinite(value)) {
      const bare = Number.isNaN(value) && !this.space && !this.plus;
      return this.padBlank(bare ? text.slice(1) : text);
    }
    if (this.sharp && format !== 'b') text = withPoint(text, format, precision);
    if (!this.plus && text.startsWith('+')) return this.pad(text.slice(1));
    if (this.zero && !this.minus && this.width > text.length) {
      return text.charAt(0) + '0'.repeat(this.width - text.length) + text.slice(1);
    }
    return this.pad(text);
  }
}

/** What `#` does to a number: a point in any case, and the zeros that the `g` formats leave away. */
function withPoint(text: string, format: string, precision: number): string {
  let missing = 0;
  if (format === 'g' || format === 'G' || format === 'x') missing = precision < 0 ? 6 : precision;
  const hex = format === 'x' || format === 'X';
  const tailAt = text.slice(1).search(hex ? /[pP]/ : /[eE]/);
  const head = tailAt < 0 ? text : text.slice(0, tailAt + 1);
  const tail = tailAt < 0 ? '' : text.slice(tailAt + 1);
  const significant = head.slice(1).replace('.', '').replace(/^0+/, '');
  missing -= significant.length;
  let out = head;
  if (!head.includes('.')) {
    if (head.length === 2 && head.charAt(1) === '0') missing--;
    out += '.';
  }
  return out + '0'.repeat(Math.max(0, missing)) + tail;
}
