// OAuth 2.0 for machines: tokens for an `http_config`, by client credentials (RFC 6749) or a signed assertion (RFC 7523),
// kept until they expire.

import { createSign, randomUUID } from 'node:crypto';
import { readBody } from './answer-body.ts';
import { dispatcherFor } from './connections.ts';
import { type Watcher, watcher } from './observe.ts';
import { proxySecrets } from './proxy.ts';
import type { ReceiverIO } from './receiver.ts';
import { Redactor } from './redact.ts';
import { fromConfig } from './secrets.ts';
import type { OAuth2Settings } from './settings/http.ts';
import { loginIn } from './url-login.ts';

interface TokenAnswer {
  readonly status: number;
  readonly body: string;
  /** The text without the secrets that the server was told. */
  clean(text: string): string;
}

interface Token {
  readonly text: string;
  readonly expiresAt: number;
}

/** How long before its end a token is no longer used, in milliseconds. */
const EARLY_MS = 10_000;
/** How long an assertion is good for, in seconds. */
const ASSERTION_S = 3600;
/** How long a token server may take, in milliseconds: one question that hangs must not fail all notifications for long. */
const ASK_MS = 15_000;
/** How much of a token server's answer is read. */
const ANSWER_BYTES = 65_536;
/** How much of what it complains of is told. */
const COMPLAINT = 300;
/** As Go follows them. */
const REDIRECTS = 10;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const tokens = new WeakMap<OAuth2Settings, Token>();
/** Requests for a token that are under way: a burst of notifications asks for one. */
const asked = new WeakMap<OAuth2Settings, Promise<Token>>();

/** The token that is there and should be good. */
export function tokenAtHand(settings: OAuth2Settings, now: number): string | undefined {
  const known = tokens.get(settings);
  return known !== undefined && now < known.expiresAt - EARLY_MS ? known.text : undefined;
}

/** A server does not take that token: the next one to need one asks for another. */
export function forgetToken(settings: OAuth2Settings, text: string): void {
  if (tokens.get(settings)?.text === text) tokens.delete(settings);
}

/**
 * A token that is good now. Rejects with an error that names what went wrong, and no secret.
 *
 * @param askMs how long the token server may take, milliseconds
 */
export async function bearerToken(settings: OAuth2Settings, io: ReceiverIO, askMs = ASK_MS): Promise<string> {
  const known = tokenAtHand(settings, io.now);
  if (known !== undefined) return known;
  let asking = asked.get(settings);
  if (asking === undefined) {
    asking = ask(settings, io, askMs);
    asked.set(settings, asking);
  }
  return (await asking).text;
}

async function ask(settings: OAuth2Settings, io: ReceiverIO, askMs: number): Promise<Token> {
  try {
    const late = AbortSignal.timeout(askMs);
    // Not the attempt's own deadline: others wait for the same answer.
    const own = { ...io, signal: late };
    const asking = settings.grant_type === JWT_BEARER ? byAssertion(settings, own) : byCredentials(settings, own);
    const token = await orLate(asking, late, askMs);
    tokens.set(settings, token);
    return token;
  } finally {
    asked.delete(settings);
  }
}

/** What waits for a connection to be opened hears no signal. */
function orLate<T>(work: Promise<T>, late: AbortSignal, askMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error(`oauth2: the token server did not answer within ${askMs / 1000}s`));
    late.addEventListener('abort', stop, { once: true });
    const release = () => late.removeEventListener('abort', stop);
    work.then(resolve, reject).then(release, release);
  });
}

async function byCredentials(settings: OAuth2Settings, io: ReceiverIO): Promise<Token> {
  const { client_secret, client_secret_file, client_secret_ref } = settings;
  const secret = await fromConfig(client_secret, client_secret_file, client_secret_ref, io);
  const form = { grant_type: 'client_credentials', ...scopeOf(settings) };
  const login = Buffer.from(`${formEncoded(settings.client_id)}:${formEncoded(secret)}`).toString('base64');
  const secrets = [secret, formEncoded(secret), login];
  const first = await request(settings, form, { authorization: `Basic ${login}` }, secrets, io);
  // Servers differ in where they look for the secret, and say so with all sorts of errors: Go tries both as well.
  const answer = isGood(first.status)
    ? first
    : await request(settings, { ...form, client_id: settings.client_id, client_secret: secret }, {}, secrets, io);
  return tokenOf(answer, io.now);
}

async function byAssertion(settings: OAuth2Settings, io: ReceiverIO): Promise<Token> {
  const key = await fromConfig(
    settings.client_certificate_key,
    settings.client_certificate_key_file,
    settings.client_certificate_key_ref,
    io,
  );
  const algorithm = settings.signature_algorithm || 'RS256';
  const id = settings.client_certificate_key_id;
  const at = Math.floor(io.now / 1000);
  const claims = {
    ...settings.claims,
    iss: settings.iss || settings.client_id,
    sub: settings.client_id,
    aud: settings.audience || settings.token_url,
    ...scopeOf(settings),
    iat: at,
    exp: at + ASSERTION_S,
    jti: randomUUID(),
  };
  const signed = [{ alg: algorithm, typ: 'JWT', ...(id === '' ? {} : { kid: id }) }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign(`RSA-SHA${algorithm.slice(2)}`)
    .update(signed)
    .sign(key, 'base64url');
  const assertion = `${signed}.${signature}`;
  return tokenOf(await request(settings, { grant_type: JWT_BEARER, assertion }, {}, [assertion], io), io.now);
}

function scopeOf(settings: OAuth2Settings): { scope?: string } {
  return settings.scopes.length === 0 ? {} : { scope: settings.scopes.join(' ') };
}

async function request(
  settings: OAuth2Settings,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
  io: ReceiverIO,
): Promise<TokenAnswer> {
  const url = URL.canParse(settings.token_url) ? new URL(settings.token_url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Error('oauth2: token_url is no URL of http or https');
  const fields = { ...settings.endpoint_params, ...form };
  const redactor = new Redactor();
  redactor.addUrl(url);
  for (const secret of [...secrets, ...Object.values(settings.endpoint_params)]) redactor.add(secret);
  for (const secret of proxySecrets(url, settings, process.env)) redactor.add(secret);
  const login = loginIn(url);
  for (const secret of login?.secrets ?? []) redactor.add(secret);
  const watch = watcher(io, redactor);
  const sent = {
    'content-type': 'application/x-www-form-urlencoded',
    // Go sends what the URL says where nothing else does.
    ...(login === undefined ? {} : { authorization: login.header }),
    ...headers,
  };
  try {
    const asking = { url, headers: sent, body: new URLSearchParams(fields).toString() };
    const answer = await follow(asking, settings, io, redactor, watch);
    return { ...answer, clean: (text) => redactor.clean(text) };
  } catch (error) {
    watch.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface Asking {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function follow(
  asking: Asking,
  settings: OAuth2Settings,
  io: ReceiverIO,
  redactor: Redactor,
  watch: Watcher,
): Promise<Pick<TokenAnswer, 'status' | 'body'>> {
  let { url } = asking;
  for (let redirects = 0; ; redirects++) {
    const dispatcher = await dispatcherFor(url, settings, io);
    watch.asks('POST', url);
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: asking.headers,
      body: asking.body,
      signal: io.signal,
    });
    const { statusCode: status } = response;
    const body = await readBody(response, ANSWER_BYTES);
    // A good answer is a secret as a whole.
    watch.answered(status, response.headers, isGood(status) ? '' : body);
    const { location } = response.headers;
    if ((status !== 307 && status !== 308) || typeof location !== 'string') return { status, body };
    if (redirects === REDIRECTS) throw new Error(`oauth2: there are more than ${REDIRECTS} redirects`);
    url = redirected(location, url);
    redactor.addUrl(url);
  }
}

/** The client's secret is told to nobody but the host that it is for, and not over a line that has become readable. */
function redirected(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error('oauth2: the token server redirects to something that is no URL');
  }
  if (url.hostname !== from.hostname || (from.protocol === 'https:' && url.protocol === 'http:')) {
    throw new Error(
      'oauth2: the token server redirects to another host, or to http: write where it leads as token_url',
    );
  }
  return url;
}

function tokenOf({ status, body, clean }: TokenAnswer, now: number): Token {
  const fields = parseFields(body);
  if (!isGood(status)) throw new Error(clean(`oauth2: the token server answered ${status}${complaintIn(fields)}`));
  const text = fields['access_token'];
  if (typeof text !== 'string' || text === '') {
    throw new Error(`oauth2: the token server answered ${status} without a token: look at token_url`);
  }
  const seconds = Number(fields['expires_in'] ?? 0);
  // Without a time it is good until somebody does not take it.
  return { text, expiresAt: seconds === 0 || Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : now + seconds * 1000 };
}

/** RFC 6749, 5.2. */
function complaintIn(fields: Readonly<Record<string, unknown>>): string {
  const said = [fields['error'], fields['error_description']].filter((text) => typeof text === 'string' && text !== '');
  return said.length === 0 ? '' : `: ${said.join(', ').replace(/\s+/g, ' ').slice(0, COMPLAINT)}`;
}

/** JSON as the standard wants it, or a form, as some servers answer. */
function parseFields(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** As a value in a form, which RFC 6749 wants of both halves of the login. */
function formEncoded(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}
