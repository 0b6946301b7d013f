// The escapers for addresses: which schemes may be linked to, and how the rest is encoded.

import { percentEncode } from '../func/url.ts';
import { type Content, FAILSAFE } from './content.ts';

/** Whether an address has no scheme, or one that runs nothing. */
function isSafeUrl(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon < 0) return true;
  const scheme = text.slice(0, colon);
  return scheme.includes('/') || /^(?:https?|mailto)$/i.test(scheme);
}

export function urlFilter({ text, kind }: Content): string {
  return kind === 'url' || isSafeUrl(text) ? text : `#${FAILSAFE}`;
}

const UNRESERVED = /[A-Za-z0-9._~-]/;
const RESERVED = /[A-Za-z0-9._~!#$&*+,/:;=?@[\]-]/;
const ESCAPED = /(%[0-9a-fA-F]{2})/;

/** Percent-encodes in lower case, as html/template does. */
function encode(text: string, keep: RegExp): string {
  const encoded = percentEncode(text, keep);
  return encoded.includes('%') ? encoded.replace(/%[0-9A-F]{2}/g, (pair) => pair.toLowerCase()) : encoded;
}

/** Encodes what an address cannot contain, and leaves what has a meaning in it or is encoded already. */
function normalizeUrl(text: string): string {
  if (!text.includes('%')) return encode(text, RESERVED);
  return text
    .split(ESCAPED)
    .map((part, i) => (i % 2 === 1 ? part : encode(part, RESERVED)))
    .join('');
}

/** For a part of a query: everything with a meaning is encoded. */
export function urlEscaper({ text, kind }: Content): string {
  return kind === 'url' ? normalizeUrl(text) : encode(text, UNRESERVED);
}

export function urlNormalizer({ text }: Content): string {
  return normalizeUrl(text);
}

const SRCSET_ITEM = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/;

function srcsetItem(item: string): string {
  const [, before, url, metadata] = SRCSET_ITEM.exec(item)!;
  if (!isSafeUrl(url!) || !/^[\t\n\f\r A-Za-z0-9]*$/.test(metadata!)) return `#${FAILSAFE}`;
  return before! + normalizeUrl(url!) + metadata!;
}

/** Several addresses with their sizes. */
export function srcsetEscaper({ text, kind }: Content): string {
  if (kind === 'url') return normalizeUrl(text).replaceAll(',', '%2c');
  return text.split(',').map(srcsetItem).join(',');
}
