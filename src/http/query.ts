// The query of a request as Go reads it, because clients have been written against Go: what is broken is left out
// instead of refused, and a boolean is any of the words that go-openapi takes for true.

const TRUE = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

export class Query {
  readonly #values = new Map<string, string[]>();

  /** @param url a request's path with its query */
  constructor(url: string) {
    const mark = url.indexOf('?');
    if (mark < 0) return;
    for (const part of url.slice(mark + 1).split('&')) {
      if (part === '' || part.includes(';')) continue;
      const equals = part.indexOf('=');
      const name = unescape(equals < 0 ? part : part.slice(0, equals));
      const value = equals < 0 ? '' : decoded(part.slice(equals + 1));
      if (name === undefined || value === undefined) continue;
      const known = this.#values.get(name);
      if (known === undefined) this.#values.set(name, [value]);
      else known.push(value);
    }
  }

  /** Every value of the parameter, empty ones too. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The last value of the parameter; `undefined` when it is missing or empty. */
  last(name: string): string | undefined {
    const value = this.all(name).at(-1);
    return value === '' ? undefined : value;
  }

  /** Whether the parameter's last value is a word for true; true when it is missing or empty. */
  flag(name: string): boolean {
    const value = this.last(name);
    return value === undefined || TRUE.has(value.toLowerCase());
  }
}

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;

/** Undefined when a `%` is not followed by two hexadecimal digits. Bytes that are not UTF-8 become U+FFFD. */
function decoded(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  if (BROKEN_ESCAPE.test(spaced)) return undefined;
  try {
    return decodeURIComponent(spaced);
  } catch {
    const bytes = spaced.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
}
