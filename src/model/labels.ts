// Label sets, their order and their fingerprint: the identity of an alert. Kept apart because every other file
// depends on both the byte order and the hash being exactly Prometheus's.

/**
 * Names to values. Never read one with a name that came from a user (`labels[name]`): use `labelValue`, which is safe
 * for names such as `constructor`.
 */
export type LabelSet = Readonly<Record<string, string>>;

/** The value of a label, or the empty string: Prometheus does not tell a missing label from an empty one. */
export function labelValue(labels: LabelSet, name: string): string {
  const value: unknown = labels[name];
  return typeof value === 'string' ? value : '';
}

export function hasLabel(labels: LabelSet, name: string): boolean {
  return typeof labels[name] === 'string';
}

/** Orders strings as Go does: by their UTF-8 bytes. Differs from `<` only where surrogate pairs meet U+E000..U+FFFF. */
export function compareStrings(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      // Surrogates sort above the rest of the basic plane, as the four-byte sequences that they stand for.
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}

/** The label names in byte order. */
export function sortedNames(labels: LabelSet): string[] {
  const names = Object.keys(labels);
  for (let i = 1; i < names.length; i++) {
    if (compareStrings(names[i - 1]!, names[i]!) > 0) return names.sort(compareStrings);
  }
  return names;
}

const encoder = new TextEncoder();

/**
 * 64-bit FNV-1a over four limbs of sixteen bits, the lowest first: the products stay small integers, which is twice as
 * fast as two halves and sixty times as fast as BigInt. The prime is 2^40 + 435.
 */
class Fnv1a {
  private a = 0x2325;
  private b = 0x8422;
  private c = 0x9ce4;
  private d = 0xcbf2;

  /** Takes in the text and the byte 0xff after it. */
  text(s: string): void {
    let { a, b, c, d } = this;
    const ascii = asciiLength(s);
    const rest = ascii === s.length ? undefined : encoder.encode(s.slice(ascii));
    const size = ascii + (rest === undefined ? 0 : rest.length);
    for (let i = 0; i <= size; i++) {
      a ^= i < ascii ? s.charCodeAt(i) : i < size ? rest![i - ascii]! : 0xff;
      const a2 = a * 435;
      const b2 = b * 435 + (a2 >>> 16);
      const c2 = c * 435 + (b2 >>> 16) + (a << 8);
      d = (d * 435 + (c2 >>> 16) + (b << 8)) & 0xffff;
      a = a2 & 0xffff;
      b = b2 & 0xffff;
      c = c2 & 0xffff;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  hex(): string {
    return hex16(this.d) + hex16(this.c) + hex16(this.b) + hex16(this.a);
  }
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

function hex16(n: number): string {
  return HEX[n >> 8]! + HEX[n & 0xff]!;
}

/** How many characters there are before the first that is not ASCII. */
function asciiLength(s: string): number {
  let i = 0;
  while (i < s.length && s.charCodeAt(i) < 0x80) i++;
  return i;
}

/**
 * The fingerprint as Prometheus computes it (`model.LabelSet.Fingerprint`): FNV-1a 64 over the names and values in
 * byte order, each followed by 0xff, as sixteen hexadecimal digits.
 */
export function fingerprint(labels: LabelSet): string {
  const hash = new Fnv1a();
  for (const name of sortedNames(labels)) {
    hash.text(name);
    hash.text(labels[name]!);
  }
  return hash.hex();
}

/** Whether both hold the same pairs. */
export function sameLabels(a: LabelSet, b: LabelSet): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => a[name] === b[name] && hasLabel(b, name));
}

/** Orders label sets as Prometheus does (`LabelSet.Before`): by the first name, in order, whose presence or value differs. */
export function compareLabels(a: LabelSet, b: LabelSet): number {
  const x = sortedNames(a);
  const y = sortedNames(b);
  const sizes = x.length - y.length;
  if (sizes !== 0) return sizes;
  if (x.every((name, i) => name === y[i])) {
    for (const name of x) {
      const order = a[name] === b[name] ? 0 : compareStrings(a[name]!, b[name]!);
      if (order !== 0) return order;
    }
    return 0;
  }
  const names = [...new Set([...x, ...y])].sort(compareStrings);
  for (const name of names) {
    const inA = hasLabel(a, name);
    const inB = hasLabel(b, name);
    if (inA !== inB) return inA ? 1 : -1;
    const order = compareStrings(labelValue(a, name), labelValue(b, name));
    if (order !== 0) return order;
  }
  return 0;
}
