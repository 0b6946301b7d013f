// Keeps secrets out of what operators read: a server's answer or an error may well repeat the address it was asked for,
// and the address of an incoming webhook is its password.

import { jsonString } from '../template/json.ts';
import { withoutSpellings } from './spellings.ts';

/** What stands in place of what is not shown. */
export const REDACTED = '<redacted>';

/** Shorter ones are words that occur anyway, and would only make the text unreadable. */
const SHORTEST = 6;

export class Redactor {
  readonly #given: (string | URL)[] = [];

  /** Never shows that text again. */
  add(secret: string): void {
    this.#given.push(secret);
  }

  /** Never shows what tells that URL from others on its host: path, query, user and password, whole or in parts. */
  addUrl(url: URL): void {
    this.#given.push(url);
  }

  /** The text without the secrets. Their forms are only thought of here: most requests succeed, and show nothing. */
  clean(text: string): string {
    const parts = this.#given.flatMap((given) => (typeof given === 'string' ? formsIn(given) : partsOf(given)));
    const wholes = this.#given.flatMap((given) => (typeof given === 'string' ? [] : wholesOf(given)));
    const secrets = new Set([...parts, ...wholes].filter((form) => form.length >= SHORTEST));
    let clean = text;
    // The longest first, so that no part of one is left over by a shorter one within it.
    for (const secret of [...secrets].sort((a, b) => b.length - a.length))
      clean = withoutSpellings(clean, secret, REDACTED);
    return withoutBeginning(clean, new Set(parts));
  }
}

/** The text without the beginning of a secret at its end: what is quoted of an answer may have been cut off there. */
function withoutBeginning(text: string, secrets: Iterable<string>): string {
  const cut = text.endsWith('…') ? '…' : '';
  const end = text.length - cut.length;
  let least = end;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, end); length >= SHORTEST; length--) {
      if (!text.startsWith(secret.slice(0, length), end - length)) continue;
      least = Math.min(least, end - length);
      break;
    }
  }
  return least === end ? text : text.slice(0, least) + REDACTED + cut;
}

/** A text as servers repeat it: as it is, in JSON as others write it and as we do, in JSON within JSON, in a URL or a form. */
function formsIn(text: string): string[] {
  const written = jsonString(text).slice(1, -1);
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    written,
    JSON.stringify(written).slice(1, -1),
    encodeURIComponent(text),
    new URLSearchParams([['', text]]).toString().slice(1),
  ];
}

/** What of a URL a server may repeat that is no secret where it begins. */
function wholesOf(url: URL): string[] {
  const query = url.search.slice(1);
  return [url.href, query, decoded(query)];
}

/** What else of a URL a server may repeat. */
function partsOf(url: URL): string[] {
  const parts = [url.pathname, url.username, url.password];
  return [
    url.pathname + url.search,
    ...parts,
    ...parts.map(decoded),
    ...url.pathname.split('/').filter((segment) => segment.length >= 16),
    ...url.searchParams.values(),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
