// One place for HTTP: how a request is made under an `http_config`, and the rule that turns answers and errors into
// outcomes. Every receiver that speaks HTTP goes through here, so that all retry alike and none leaks a secret.

import type { FailureReason, Outcome } from '../model/notification.ts';
import { readAtEase, readBody } from './answer-body.ts';
import { configuredHeaders, type Headers } from './authorize.ts';
import { dispatcherFor } from './connections.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import { describeError } from './explain.ts';
import type { Incoming } from './http2.ts';
import { forgetToken, tokenAtHand } from './oauth2.ts';
import { type Watcher, watcher } from './observe.ts';
import { proxySecrets } from './proxy.ts';
import type { Failure, ReceiverIO } from './receiver.ts';
import { Redactor } from './redact.ts';
import type { HttpClientSettings } from './settings/http.ts';
import { loginIn } from './url-login.ts';

export { closeConnections } from './connections.ts';
export { describeError } from './explain.ts';

/** What we call ourselves. */
export const USER_AGENT = 'Tocsin/0.1.0';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** http or https, with a host. A user and a password in it are sent as basic authorization. */
  readonly url: string;
  /** Beyond those of the `http_config`; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the body holds of secrets: kept out of what is shown of the answer. */
  readonly secrets?: readonly string[];
  /** The receiver's own `timeout` in milliseconds; 0 or nothing leaves it to the attempt's deadline. */
  readonly timeoutMs?: number;
  /** How much of the answer's body is kept, in bytes, where 64 kB are too little: up to a megabyte. */
  readonly keptBytes?: number;
  /** A 2xx says it all: what follows it is not waited for for long, nor need it be whole. */
  readonly statusDecides?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The first 64 kB, or as much as the request asks for; the rest is dropped. */
  readonly body: string;
  /** What to say of the redirects on the way, where the message was perhaps not told at their end. */
  readonly redirected?: string;
  /** The text without what the request holds of secrets: for whatever is shown of an answer. */
  clean(text: string): string;
}

/** Either the server answered, whatever it said, or the failure says why not. */
export type Exchange =
  | { readonly answer: HttpAnswer; readonly failure?: undefined }
  | { readonly answer?: undefined; readonly failure: Failure };

/** Where a receiver departs from the shared rule. */
export interface Verdict {
  /** Statuses beyond 429 by which this server says that there are too many requests. */
  readonly rateLimits?: readonly number[];
  /** What the body says, for the message; its beginning otherwise. */
  describe?(answer: HttpAnswer): string;
  /** How the body says that the message is too large, where the server has other words for it than status 413. */
  readonly tooLarge?: RegExp;
}

/** How much of an answer is kept, bytes. */
const KEPT = 65_536;
/** How much of an answer a message quotes. */
const QUOTED = 400;
const REDIRECTS = 10;
const UNREADABLE = /[^\P{Cc}\s]|\ufffd/u;

export type JsonPost = Pick<HttpRequest, 'url' | 'secrets' | 'timeoutMs'> & { readonly body: string };

/** A POST of JSON and the shared rule: all that most receivers need. */
export async function postJson(
  post: JsonPost,
  client: HttpClientSettings,
  io: ReceiverIO,
  verdict: Verdict = {},
): Promise<Outcome> {
  const { answer, failure } = await exchange({ ...jsonRequest(post), statusDecides: true }, client, io);
  return failure ?? judge(answer, io, verdict);
}

/** A POST with `Content-Type: application/json`, as Alertmanager writes it. */
export function jsonRequest(post: JsonPost): HttpRequest {
  return { ...post, method: 'POST', headers: { 'content-type': 'application/json' } };
}

/** One request, with the redirects that the client's settings allow. Never rejects. */
export async function exchange(request: HttpRequest, client: HttpClientSettings, io: ReceiverIO): Promise<Exchange> {
  const redactor = new Redactor();
  const watch = watcher(io, redactor);
  const deadline = deadlineOf(io.signal, request.timeoutMs ?? 0);
  const once = () => orAborted(follow(request, client, io, deadline, redactor, watch), deadline.signal);
  try {
    const { oauth2 } = client;
    const token = oauth2 === undefined ? undefined : tokenAtHand(oauth2, io.now);
    const answer = await once();
    if (oauth2 === undefined || token === undefined || answer.status !== 401) return { answer };
    // It may have been revoked, and nothing was done under it.
    forgetToken(oauth2, token);
    return { answer: await once() };
  } catch (error) {
    const late = deadline.explain();
    const { reason, message } = late ?? { reason: 'other' as const, message: describeError(error) };
    watch.failed(message);
    const maybeTold = late !== undefined || brokeOff(error);
    const failure: Failure = { ok: false, retry: true, reason, message: redactor.clean(message) };
    return { failure: maybeTold ? { ...failure, maybeTold } : failure };
  } finally {
    deadline.release();
  }
}

/**
 * The shared rule: 2xx is success; 429 and 5xx are worth another attempt, not before `Retry-After` says; everything
 * else is final. The reasons are those of Alertmanager's `GetFailureReasonFromStatusCode`. 413 means that a shorter message
 * may get through.
 */
export function judge(answer: HttpAnswer, io: Pick<ReceiverIO, 'now'>, verdict: Verdict = {}): Outcome {
  const { status } = answer;
  if (isGood(status)) return answer.redirected === undefined ? { ok: true } : { ok: true, warning: answer.redirected };
  const limited = status === 429 || (verdict.rateLimits ?? []).includes(status);
  const retry = limited || Math.floor(status / 100) === 5;
  const retryAfterMs = retry ? retryAfter(answer.headers['retry-after'], io.now) : undefined;
  const details = verdict.describe?.(answer) ?? quote(answer.body);
  return {
    ok: false,
    retry,
    reason: limited ? 'rateLimited' : reasonOf(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === 413 || (!retry && verdict.tooLarge?.test(answer.body) === true) ? { tooLarge: true } : {}),
    message: answer.clean(`the server answered ${status}${details === '' ? '' : `: ${details}`}`),
  };
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (Math.floor(status / 100) === 4) return 'clientError';
  return Math.floor(status / 100) === 5 ? 'serverError' : 'other';
}

/** The wait that a `Retry-After` header asks for, in seconds or until an HTTP date; milliseconds, never negative. */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = (typeof header === 'string' ? header : (header?.[0] ?? '')).trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse understands much that is no HTTP date: `-5`, for one.
  const at = /^[A-Za-z]+,? .*\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** A failure that no further attempt mends, or one that does. */
export function failed(message: string, reason: FailureReason = 'other', retry = false): Failure {
  return { ok: false, retry, reason, message };
}

/** Whether a connection ended after it had been opened: perhaps the message had gone by then. */
function brokeOff(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(?:ECONNRESET|EPIPE|HPE_|UND_ERR_(?:SOCKET|HEADERS|BODY|RES))/.test(code);
}

/** The work's end or the signal, whichever comes first: what waits for a connection to be opened hears no signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // What the reason is the deadline tells.
    const abort = () => reject(new Error('the attempt was ended'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const release = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).then(release, release);
  });
}

async function follow(
  request: HttpRequest,
  client: HttpClientSettings,
  io: ReceiverIO,
  deadline: Deadline,
  redactor: Redactor,
  watch: Watcher,
): Promise<HttpAnswer> {
  let url = parseUrl(request.url);
  let { method, body } = request;
  let headers: Headers = { ...(await configuredHeaders(client, io, redactor)), ...request.headers };
  for (const secret of request.secrets ?? []) redactor.add(secret);
  for (const word of (request.headers?.['authorization'] ?? '').split(' ')) redactor.add(word);
  let redirected: string | undefined;
  for (let redirects = 0; ; redirects++) {
    redactor.addUrl(url);
    watch.asks(method, url);
    for (const secret of proxySecrets(url, client, process.env)) redactor.add(secret);
    const dispatcher = await dispatcherFor(url, client, io);
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': USER_AGENT, ...withLogin(headers, url, redactor) },
      body: body ?? null,
      signal: deadline.signal,
    });
    const target = client.follow_redirects ? redirectOf(response, url) : undefined;
    if (target === undefined) {
      const kept = request.keptBytes ?? KEPT;
      const enough = request.statusDecides === true && isGood(response.statusCode);
      const body = await (enough ? readAtEase(response, kept) : readBody(response, kept));
      watch.answered(response.statusCode, response.headers, body);
      return {
        status: response.statusCode,
        headers: response.headers,
        body,
        ...(redirected === undefined ? {} : { redirected }),
        clean: (text) => redactor.clean(text),
      };
    }
    await response.body.dump();
    watch.answered(response.statusCode, response.headers);
    if (redirects === REDIRECTS) throw new Error(`there are more than ${REDIRECTS} redirects`);
    if (response.statusCode < 307 && method !== 'GET') {
      // After 303, and often 302, the message has been taken. Where something has moved it was not.
      if (response.statusCode === 301 || target.protocol !== url.protocol) {
        redirected = `the server answered with a redirect (${response.statusCode}) to ${target.origin}, where the message itself was not sent: put the new address into the configuration`;
      }
      method = 'GET';
      body = undefined;
      headers = filtered(headers, (name) => name !== 'content-type');
    }
    // What is meant for one host is not told to another, nor over a line that has become readable.
    if (target.hostname !== url.hostname || (url.protocol === 'https:' && target.protocol === 'http:')) {
      headers = filtered(headers, (name) => name === 'content-type');
    }
    url = target;
  }
}

function filtered(headers: Headers, keep: (name: string) => boolean): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => keep(name)));
}

/** Go prefers what the URL says over what the configuration says. */
function withLogin(headers: Headers, url: URL, redactor: Redactor): Headers {
  const login = loginIn(url);
  if (login === undefined) return headers;
  for (const secret of login.secrets) redactor.add(secret);
  return { ...headers, authorization: login.header };
}

function redirectOf(response: Incoming, from: URL): URL | undefined {
  const location = response.headers['location'];
  if (![301, 302, 303, 307, 308].includes(response.statusCode) || typeof location !== 'string') return undefined;
  if (!URL.canParse(location, from.href)) throw new Error('the server redirects to something that is no URL');
  return parseUrl(new URL(location, from).href);
}

function parseUrl(text: string): URL {
  const url = parsed(text);
  if (url === undefined || url.hostname === '' || !/^https?:$/.test(url.protocol)) {
    throw new Error('the URL is not one of http or https');
  }
  return url;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function quote(body: string): string {
  // Compressed, although nobody asked for that.
  if (UNREADABLE.test(body)) return `${body.length} characters that are no text`;
  const line = body.trim().replace(/\s+/g, ' ');
  return line.length <= QUOTED ? line : `${line.slice(0, QUOTED)}…`;
}
