// Keeps secrets out of what operators read: a server's answer or an error may well repeat the address it was asked for,
// and the address of an incoming webhook is its password.

/** What stands in place of what is not shown. */
const REDACTED = '<redacted>';

/** Shorter ones are words that occur anyway, and would only make the text unreadable. */
const SHORTEST = 6;

export class Redactor {
  readonly #secrets = new Set<string>();

  /** Never shows that text again. */
  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#secrets.add(secret);
  }

  /** Never shows what tells that URL from others on its host: path, query, user and password, whole or in parts. */
  addUrl(url: URL): void {
    this.add(url.href);
    this.add(url.pathname + url.search);
    for (const part of [url.pathname, url.search.slice(1), url.username, url.password]) {
      this.add(part);
      this.add(decoded(part));
    }
    for (const segment of url.pathname.split('/')) if (segment.length >= 16) this.add(segment);
    for (const value of url.searchParams.values()) this.add(value);
  }

  /** The text without the secrets. */
  clean(text: string): string {
    let clean = text;
    // The longest first, so that no part of one is left over by a shorter one within it.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      clean = clean.replaceAll(secret, REDACTED);
    }
    return clean;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
