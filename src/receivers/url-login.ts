// The login that a URL carries, as Go sends it. Apart because servers and proxies get it alike, and because the escapes in
// it stand for bytes, which need not be text.

/** What `Authorization` says, and each part of it that is to be shown to nobody. */
export interface UrlLogin {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** Name and password as bytes. */
interface Credentials {
  readonly user: Buffer;
  readonly password: Buffer;
}

/** `undefined` when the URL names nobody; either part may be empty. */
export function credentialsIn(url: URL): Credentials | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return { user: bytesOf(url.username), password: bytesOf(url.password) };
}

/** For `Authorization` or `Proxy-Authorization`; `undefined` when the URL names nobody. */
export function loginIn(url: URL): UrlLogin | undefined {
  const credentials = credentialsIn(url);
  if (credentials === undefined) return undefined;
  const { user, password } = credentials;
  const encoded = Buffer.concat([user, Buffer.from(':'), password]).toString('base64');
  return { header: `Basic ${encoded}`, secrets: [password.toString(), encoded] };
}

/** A `%` that begins no escape stands for itself. */
function bytesOf(escaped: string): Buffer {
  const parts = escaped.split(/(%[0-9A-Fa-f]{2})/);
  return Buffer.concat(parts.map((part, i) => (i % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))));
}
