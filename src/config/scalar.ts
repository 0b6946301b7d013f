// What an unquoted scalar stands for where the configuration does not fix its type, and whether it may stand for a
// boolean or a number where it does: by the rules of gopkg.in/yaml.v2, which are YAML 1.1 with omissions.

import type { ScalarNode } from './node.ts';

export type Resolved =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  /** Also dates: where no type is asked for they stay the text that they are. */
  | { readonly type: 'string'; readonly value: string; readonly date?: boolean };

const STANDARD = 'tag:yaml.org,2002:';
const words: ReadonlyMap<string, Resolved> = new Map(wordList());

function* wordList(): Generator<[string, Resolved]> {
  for (const text of 'y Y yes Yes YES true True TRUE on On ON'.split(' ')) yield [text, { type: 'bool', value: true }];
  for (const text of 'n N no No NO false False FALSE off Off OFF'.split(' ')) {
    yield [text, { type: 'bool', value: false }];
  }
  for (const text of ['', '~', 'null', 'Null', 'NULL']) yield [text, { type: 'null' }];
  for (const text of ['.nan', '.NaN', '.NAN']) yield [text, { type: 'float', value: Number.NaN }];
  for (const text of ['.inf', '.Inf', '.INF']) {
    yield [text, { type: 'float', value: Number.POSITIVE_INFINITY }];
    yield [`+${text}`, { type: 'float', value: Number.POSITIVE_INFINITY }];
    yield [`-${text}`, { type: 'float', value: Number.NEGATIVE_INFINITY }];
  }
}

/**
 * What the scalar stands for. Throws an Error when an explicit tag says otherwise (`!!int x`). A tag of the operator's own
 * (`!secret x`) leaves the text as it is.
 */
export function resolveScalar(node: ScalarNode): Resolved {
  const text: Resolved = { type: 'string', value: node.text };
  if (node.tag === '') return node.plain ? resolvePlain(node.text) : text;
  if (!node.tag.startsWith(STANDARD)) return text;
  const wanted = node.tag.slice(STANDARD.length);
  if (wanted === 'binary') return { type: 'string', value: decodeBinary(node.text) };
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(wanted)) return text;
  const found = resolvePlain(node.text, wanted === 'timestamp');
  if (wanted === 'float' && found.type === 'int') return { type: 'float', value: Number(found.value) };
  if (found.type === wanted || (wanted === 'timestamp' && found.type === 'string' && found.date)) return found;
  throw new Error(`this cannot be read as !!${wanted}: mend it, or remove the tag`);
}

/** What a text stands for when it is written without quotes and without a tag. */
export function resolvePlain(text: string, dates = true): Resolved {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^[-+0-9]/.test(text)) {
    if (dates && isDate(text)) return { type: 'string', value: text, date: true };
    const plain = text.replaceAll('_', '');
    const int = parseInteger(plain);
    if (int !== undefined) return { type: 'int', value: int };
    if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) return finite(plain, text);
  } else if (/^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(text)) {
    return finite(text, text);
  }
  return { type: 'string', value: text };
}

/** Go refuses floats that overflow, so that they stay text. */
function finite(digits: string, text: string): Resolved {
  const value = Number(digits);
  return Number.isFinite(value) ? { type: 'float', value } : { type: 'string', value: text };
}

const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/** Go's `ParseInt` with base 0, and `ParseUint` after it: decimal, 0x, 0o, 0b and the old octal with a leading 0. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null || text.length > 80) return undefined;
  const digits = match[2]!;
  const octal = /^0[0-7]+$/.test(digits);
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === '-' ? -size : size;
  // ParseUint, which takes what is left above 2^63, knows no signs.
  const most = match[1] === '' ? MAX_UINT : 2n ** 63n - 1n;
  return value >= MIN_INT && value <= most ? value : undefined;
}

const dateShapes = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)$/,
  /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?$/,
];

function isDate(text: string): boolean {
  const match = dateShapes.map((shape) => shape.exec(text)).find((found) => found !== null);
  if (!match) return false;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const last = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= last && hour < 24 && minute < 60 && second < 60;
}

function decodeBinary(text: string): string {
  const compact = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new Error('!!binary holds text that is not base64');
  }
  return new TextDecoder().decode(Uint8Array.from(atob(compact), (char) => char.charCodeAt(0)));
}
