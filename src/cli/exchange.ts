// One request to a server and its answer, with redirects. What most servers are, plain HTTP and no proxy, is reached with
// Node's own client: the other one takes longer to load than such a request takes.

import { request as plainRequest } from 'node:http';
import { proxyFor } from '../receivers/proxy.ts';
import type { ReceiverIO } from '../receivers/receiver.ts';
import type { HttpClientSettings } from '../receivers/settings/http.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Link {
  /** Of a file; nothing where there is none. */
  readonly client: HttpClientSettings | undefined;
  /** The value of the `Authorization` header when the URL has a login. */
  readonly login: string | undefined;
  readonly io: ReceiverIO;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Where a redirect leads. */
  readonly location: string | undefined;
}

type Headers = Readonly<Record<string, string | string[]>>;

interface Request {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | null;
}

const REDIRECTS = 10;

/** Where no file says more: proxies are those of the environment. */
export const PLAIN: HttpClientSettings = {
  basic_auth: undefined,
  authorization: undefined,
  oauth2: undefined,
  bearer_token: undefined,
  bearer_token_file: '',
  tls_config: {
    ca: '',
    ca_file: '',
    ca_ref: '',
    cert: '',
    cert_file: '',
    cert_ref: '',
    key: undefined,
    key_file: '',
    key_ref: '',
    server_name: '',
    insecure_skip_verify: false,
    min_version: '',
    max_version: '',
  },
  proxy_url: '',
  no_proxy: '',
  proxy_from_environment: true,
  proxy_connect_header: {},
  follow_redirects: true,
  enable_http2: true,
  http_headers: {},
};

/** `body` is sent as JSON. Rejects with the error of the connection. */
export async function exchange(link: Link, method: Method, address: string, body: unknown): Promise<Answer> {
  let url = new URL(address);
  let headers: Headers = {
    ...(await headersOf(link)),
    accept: 'application/json',
    'user-agent': 'tocsinctl',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const text = body === undefined ? null : JSON.stringify(body);
  for (let redirects = 0; ; redirects++) {
    const reply = await send(link, { method, url, headers, body: text });
    const target = (link.client ?? PLAIN).follow_redirects ? redirectOf(reply, method, url) : undefined;
    if (target === undefined) return reply;
    if (redirects === REDIRECTS) throw new Error(`stopped after ${REDIRECTS} redirects`);
    // What is meant for one host is not told to another, nor over a line that has become readable.
    if (target.host !== url.host || (url.protocol === 'https:' && target.protocol === 'http:')) {
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.has(name)));
    }
    url = target;
  }
}

const KEPT = new Set(['accept', 'content-type', 'user-agent']);

async function headersOf({ client, login, io }: Link): Promise<Headers> {
  if (login !== undefined) return { authorization: login };
  if (client === undefined) return {};
  const [{ configuredHeaders }, { Redactor }] = await Promise.all([
    import('../receivers/authorize.ts'),
    import('../receivers/redact.ts'),
  ]);
  return configuredHeaders(client, io, new Redactor());
}

async function send({ client, io }: Link, request: Request): Promise<Answer> {
  const { url, method, headers, body } = request;
  if (client === undefined && url.protocol === 'http:' && proxyFor(url, PLAIN, process.env) === undefined) {
    return sendPlainly(request, io.signal);
  }
  const { dispatcherFor } = await import('../receivers/connections.ts');
  const dispatcher = await dispatcherFor(url, client ?? PLAIN, io);
  const { origin, pathname, search } = url;
  const response = await dispatcher.request({
    origin,
    path: pathname + search,
    method,
    headers,
    body,
    signal: io.signal,
  });
  const location = [response.headers['location'] ?? []].flat()[0];
  return { status: response.statusCode, location, text: await response.body.text() };
}

function sendPlainly({ url, method, headers, body }: Request, signal: AbortSignal): Promise<Answer> {
  return new Promise((done, fail) => {
    const request = plainRequest(url, { method, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', fail);
      response.once('end', () => {
        const { location } = response.headers;
        done({ status: response.statusCode ?? 0, location, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.once('error', fail);
    request.end(body ?? undefined);
  });
}

/** What would turn a POST into a GET is not followed: it would seem to have been done. */
function redirectOf({ status, location }: Answer, method: Method, from: URL): URL | undefined {
  const isFollowed = [307, 308].includes(status) || (method === 'GET' && [301, 302, 303].includes(status));
  if (!isFollowed || typeof location !== 'string' || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return /^https?:$/.test(target.protocol) ? target : undefined;
}
