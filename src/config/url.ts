// URLs as Go reads and prints them (package net/url): what it refuses is refused in the configuration, and what it prints
// is what operators see. The URL class of the web has other rules for nearly all of it.

export interface GoUrl {
  /** In lower case, '' for none. */
  readonly scheme: string;
  /** What follows the colon when no slash does, as in `mailto:a@b`. */
  readonly opaque: string;
  /** As written, `undefined` for none: a name, or a name and a password. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Whether `//` is there, with a host after it or without. */
  readonly authority: boolean;
  /** With the port. */
  readonly host: string;
  /** Not escaped. */
  readonly path: string;
  /** As written, where that is not how `path` would be escaped. */
  readonly rawPath: string;
  /** What follows `?`, as written; `undefined` when there is no `?`. */
  readonly query: string | undefined;
  readonly fragment: string;
  readonly rawFragment: string;
}

/** Text that is no URL. The message does not repeat the text, which may be secret. */
export class UrlError extends Error {
  override readonly name = 'UrlError';
}

type Part = 'path' | 'host' | 'user' | 'fragment';

// Inside, texts are strings of bytes: escapes stand for bytes, and what they yield need not be UTF-8.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function toBytes(text: string): string {
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

function toText(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** Go's `url.Parse`. Throws a `UrlError`. */
export function parseUrl(text: string): GoUrl {
  const [before, fragment = ''] = cut(toBytes(text), '#');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that Go refuses.
  if (/[\x00-\x1f\x7f]/.test(before)) throw new UrlError('it holds a control character');
  const { scheme, rest: afterScheme } = splitScheme(before);
  const [hierarchy, query] = cut(afterScheme, '?');
  const nobody = { user: undefined, password: undefined, host: '', authority: false };
  const url = { scheme, query, opaque: '', ...nobody, path: '', rawPath: '' };
  const end = { fragment: unescaped(fragment, 'fragment'), rawFragment: '' };
  if (toEscaped(end.fragment, 'fragment') !== fragment) end.rawFragment = fragment;
  if (!hierarchy.startsWith('/')) {
    if (scheme !== '') return { ...url, opaque: hierarchy, ...end };
    if (cut(hierarchy, '/')[0].includes(':')) throw new UrlError('its first path segment holds a colon');
  }
  let path = hierarchy;
  let authority = {};
  if ((scheme !== '' || !hierarchy.startsWith('///')) && hierarchy.startsWith('//')) {
    const slash = hierarchy.indexOf('/', 2);
    path = slash < 0 ? '' : hierarchy.slice(slash);
    authority = { authority: true, ...parseAuthority(hierarchy.slice(2, slash < 0 ? undefined : slash)) };
  }
  const plain = unescaped(path, 'path');
  const rawPath = toEscaped(plain, 'path') === path ? '' : path;
  return { ...url, ...authority, path: plain, rawPath, ...end };
}

/** Go's `URL.String`; with `masked`, the password is `xxxxx`. */
export function printUrl(url: GoUrl, masked = false): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') {
    text += masked ? url.opaque.replace(/^[^/]*@/, 'xxxxx@') : url.opaque;
  } else {
    const rooted = url.scheme !== '' && url.authority && url.path !== '';
    if (url.host !== '' || url.user !== undefined || rooted) text += '//';
    if (url.user !== undefined) text += `${userText(url, masked)}@`;
    text += toEscaped(url.host, 'host');
    const path = escaped(url.path, url.rawPath, 'path');
    if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
    text += path;
  }
  if (url.query !== undefined) text += `?${url.query}`;
  if (url.fragment !== '') text += `#${escaped(url.fragment, url.rawFragment, 'fragment')}`;
  return toText(text);
}

/** `mailto:` and its like name somebody before the `@`, and no password. */
const ADDRESSES = /^(?:acct|im|mailto|sips?|xmpp):/i;
/** Scheme and name, joined as a path perhaps; then a password up to the `@`, in which a slash is not escaped unless that colon begins a port. */
const PASSWORD =
  /([A-Za-z][A-Za-z0-9+.-]*:\/\/?(?:\{\{[^}]{0,500}\}\}|\$\{[^}]{0,500}\}|[^\s/?#@:"'<>{]){0,500}:)(?:[^\s/?#"'<>]{0,2000}@|(?!\d*(?:[/?#]|$))[^\s"'<>]{0,2000}@)/g;

/** A text that need not be a URL, without the passwords of those in it, for operators to see. */
export function withoutPasswords(text: string): string {
  if (!text.includes('@')) return text;
  if (!ADDRESSES.test(text)) {
    const bare = /^([^\s/?#@:"'<>{]+:)[^\s/?#"'<>{]+(@[^\s@]+)$/.exec(text);
    if (bare !== null) return `${bare[1]}xxxxx${bare[2]}`;
  }
  return text.replace(PASSWORD, '$1xxxxx@');
}

/** A URL for requests, as Alertmanager's `ParseURL` wants it, in Go's print. Throws a `UrlError`. */
export function httpUrl(text: string): string {
  // What is missing most often, before what Go would say of it.
  if (/^[A-Za-z0-9.-]+(:[0-9]+)?(\/|$)/.test(text)) throw new UrlError('it must begin with http:// or https://');
  const url = parseUrl(text);
  if (url.scheme !== 'http' && url.scheme !== 'https') throw new UrlError('it must begin with http:// or https://');
  if (url.host === '') throw new UrlError('it names no host');
  return printUrl(url);
}

function userText(url: GoUrl, masked: boolean): string {
  const name = toEscaped(url.user ?? '', 'user');
  if (url.password === undefined) return name;
  return `${name}:${masked ? 'xxxxx' : toEscaped(url.password, 'user')}`;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function splitScheme(text: string): { scheme: string; rest: string } {
  if (text.startsWith(':')) throw new UrlError('it has no scheme before its colon');
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  return match === null
    ? { scheme: '', rest: text }
    : { scheme: match[1]!.toLowerCase(), rest: text.slice(match[0].length) };
}

function parseAuthority(text: string): Pick<GoUrl, 'user' | 'password' | 'host'> {
  const at = text.lastIndexOf('@');
  const host = parseHost(text.slice(at + 1));
  if (at < 0) return { user: undefined, password: undefined, host };
  const credentials = text.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(credentials)) {
    throw new UrlError('its user name or password holds a sign that must be escaped');
  }
  const [user, password] = cut(credentials, ':');
  return {
    user: unescaped(user, 'user'),
    password: password === undefined ? undefined : unescaped(password, 'user'),
    host,
  };
}

function parseHost(text: string): string {
  if (text.lastIndexOf('[') > 0) throw new UrlError('it holds a [ that does not begin its host');
  const bracket = text.startsWith('[') ? text.lastIndexOf(']') : -1;
  if (text.startsWith('[') && bracket < 0) throw new UrlError('the ] after its address is missing');
  const [name, port] = bracket < 0 ? splitPort(text) : [text.slice(0, bracket + 1), text.slice(bracket + 1)];
  if (!/^(:[0-9]*)?$/.test(port)) throw new UrlError('its port is not a number');
  if (bracket >= 0 && !URL.canParse(`http://${name.replace(/%25.+\]$/, ']')}/`)) {
    throw new UrlError('its address in brackets is not an IPv6 address');
  }
  return unescaped(name, 'host') + port;
}

/** Without brackets too, only what follows the last colon is the port. */
function splitPort(text: string): [string, string] {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon)];
}

function unescaped(bytes: string, part: Part): string {
  if (part === 'host') {
    for (const sign of bytes) {
      if (sign !== '%' && sign < '\x80' && mustEscape(sign, part)) {
        throw new UrlError('its host name holds a sign that no host name has');
      }
    }
  }
  return bytes.replace(/%(..?)?/g, (escapeText, digits: string | undefined) => {
    if (!/^[0-9A-Fa-f]{2}$/.test(digits ?? '')) throw new UrlError('it holds a % that begins no escape such as %20');
    if (part === 'host' && /^[0-7]/.test(digits!) && escapeText !== '%25') {
      throw new UrlError('its host name holds an escape that is not allowed there');
    }
    return String.fromCharCode(Number.parseInt(digits!, 16));
  });
}

function toEscaped(bytes: string, part: Part): string {
  return bytes.replace(/[^A-Za-z0-9]/g, (sign) =>
    mustEscape(sign, part) ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : sign,
  );
}

/** The text as it was written where that is a valid escaping of it, otherwise Go's own escaping. */
function escaped(plain: string, raw: string, part: Part): string {
  const valid = raw !== '' && [...raw].every((sign) => "!$&'()*+,;=:@[]%".includes(sign) || !mustEscape(sign, part));
  return valid ? raw : toEscaped(plain, part);
}

function mustEscape(sign: string, part: Part): boolean {
  if (/[A-Za-z0-9\-_.~]/.test(sign)) return false;
  switch (part) {
    case 'host':
      return !'!$&\'()*+,;=:[]<>"'.includes(sign);
    case 'path':
      return !'$&+,/:;=@'.includes(sign);
    case 'user':
      return !'$&+,;='.includes(sign);
    case 'fragment':
      return !'$&+,/:;=?@!()*'.includes(sign);
  }
}
