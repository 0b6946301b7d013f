// Requests to the API, version 2, of Tocsin or an Alertmanager. Failures are worded as amtool words them, whose words
// scripts look for.

import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { type GoUrl, parseUrl, printUrl, UrlError } from '../config/url.ts';
import { isJson } from '../receivers/json.ts';
import { type Answer, exchange, type Link, type Method } from './exchange.ts';
import { connectionTrouble, readAsPath, refusedHint, statusHint, withScheme } from './hints.ts';
import { printable } from './table.ts';
import { CommandError, type Session } from './terminal.ts';

const API = '/api/v2';
const OWN_API = '/api/tocsin/v1';

/** What the server can be asked: in Alertmanager's API by the names of its description, and in Tocsin's own. */
const OPERATIONS = {
  getStatus: ['GET', '/status', {}],
  getAlerts: ['GET', '/alerts', { 400: 'BadRequest', 500: 'InternalServerError' }],
  getAlertGroups: ['GET', '/alerts/groups', { 400: 'BadRequest', 500: 'InternalServerError' }],
  postAlerts: ['POST', '/alerts', { 400: 'BadRequest', 500: 'InternalServerError' }],
  getSilences: ['GET', '/silences', { 400: 'BadRequest', 500: 'InternalServerError' }],
  postSilences: ['POST', '/silences', { 400: 'BadRequest', 404: 'NotFound' }],
  getSilence: ['GET', '/silence/{silenceID}', { 404: 'NotFound', 500: 'InternalServerError' }],
  deleteSilence: ['DELETE', '/silence/{silenceID}', { 404: 'NotFound', 500: 'InternalServerError' }],
  testReceiver: ['POST', '/receivers/test', {}, OWN_API],
} as const satisfies Record<string, Operation>;

/** Method, path, what its documented refusals are called, and the API if it is not Alertmanager's. */
type Operation = readonly [Method, string, Readonly<Record<number, string>>, string?];

export interface Call {
  /** In the place of `{silenceID}`. */
  readonly id?: string;
  /** A name with several values is sent several times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

/** The server answered, and refused. */
export class Refusal extends CommandError {
  readonly status: number;

  constructor(message: string, status: number, hint?: string) {
    super(message, hint);
    this.status = status;
  }
}

/** No server answered, or not in time: it may later. */
export class NoAnswer extends CommandError {}

/** How much of an answer that is not the API's a message quotes. */
const QUOTED = 300;

interface Server {
  readonly base: GoUrl;
  readonly link: Link;
}

const servers = new WeakMap<Session, Server>();

/** The answer's JSON, undefined when it is empty. Rejects with a `CommandError`, which shows no password. */
export async function callApi(session: Session, name: keyof typeof OPERATIONS, call: Call = {}): Promise<unknown> {
  const [method, template, , api = API]: Operation = OPERATIONS[name];
  const { base, link } = await serverOf(session);
  const path = template.replace('{silenceID}', () => escapedSegment(call.id ?? ''));
  const url = addressOf(base, api, path, call);
  if (session.verbose) session.terminal.err(`${method} ${url}\n`);
  const asked = `${method[0]}${method.slice(1).toLowerCase()} "${url}"`;
  if (!/^https?:\/\//.test(url)) {
    throw new CommandError(`${asked}: unsupported protocol scheme "${base.scheme}"`, withScheme(session.url));
  }
  if (!URL.canParse(url)) throw new CommandError(`${asked}: invalid host or port`, 'Look at --alertmanager.url.');
  let answer: Answer;
  try {
    answer = await exchange(link, method, url, call.body);
  } catch (error) {
    const { words, hint } = connectionTrouble(error, new URL(url), link.io.signal.aborted, session.timeoutMs);
    throw new NoAnswer(`${asked}: ${words}`, readAsPath(session.url) ?? hint);
  }
  const { status, text } = answer;
  if (status < 200 || status > 299) {
    throw new Refusal(refusal(name, status, text), status, refusalHint(name, answer, call.id, base, session));
  }
  return text.trim() === '' ? undefined : parse(text, url);
}

/** Without user and password. */
function printed(base: GoUrl): string {
  return printUrl({ ...base, user: undefined, fragment: '' });
}

async function serverOf(session: Session): Promise<Server> {
  const known = servers.get(session);
  if (known !== undefined) return known;
  const base = baseOf(session.url);
  const { httpConfigFile, now } = session;
  if (base.user !== undefined && httpConfigFile !== '') {
    throw new CommandError('basic authentication and http.config.file are mutually exclusive');
  }
  // What reads such a file is loaded for it alone.
  const client = httpConfigFile === '' ? undefined : (await import('./http-config.ts')).readHttpConfig(httpConfigFile);
  const login = base.user === undefined ? undefined : basic(base.user, base.password ?? '');
  const io = {
    signal: deadline(session),
    now,
    readFile: (path: string) => readFile(path, 'utf8'),
  };
  const server = { base, link: { client, login, io } };
  servers.set(session, server);
  return server;
}

/** The end of the command's time, in whole milliseconds; timers know no more than this many. */
function deadline({ timeoutMs, now }: Session): AbortSignal {
  const left = Math.floor(Math.min(timeoutMs - (Date.now() - now), 2 ** 31 - 1));
  return left > 0 ? AbortSignal.timeout(left) : AbortSignal.abort();
}

/** What is missing is amtool's: http, and localhost:9093. */
function baseOf(text: string): GoUrl {
  try {
    const url = parseUrl(text);
    return { ...url, scheme: url.scheme || 'http', host: url.host || 'localhost:9093', query: undefined };
  } catch (error) {
    if (error instanceof UrlError) {
      const login = text.includes('@')
        ? 'In a user or a password / is written %2F, @ %40, # %23, ? %3F and % %25.'
        : '';
      const hint = text.includes('://') ? login : withScheme(text);
      throw new CommandError(`invalid URL in --alertmanager.url: ${error.message}`, hint);
    }
    throw error;
  }
}

function addressOf(base: GoUrl, api: string, path: string, { query = {} }: Call): string {
  const text = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${escaped(value)}`))
    .join('&');
  const plain = { ...base, user: undefined, opaque: '', authority: true, fragment: '', rawPath: '' };
  const prefix = printUrl({ ...plain, path: posix.join('/', base.path, api) });
  return `${prefix}${path}${text === '' ? '' : `?${text}`}`;
}

/** As Go escapes, since addresses are part of what errors say: in queries, and in a part of a path. */
function escaped(value: string): string {
  return percent(value).replaceAll('%20', '+');
}

function escapedSegment(value: string): string {
  return percent(value).replace(/%(?:2[46B]|3[AD]|40)/g, decodeURIComponent);
}

function percent(value: string): string {
  // Half a surrogate pair, which is no URI, becomes what it is in UTF-8.
  return encodeURIComponent(Buffer.from(value).toString()).replace(
    /[!*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A login as it is in the URL, of which each character is a byte. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'latin1').toString('base64')}`;
}

/** What to do about it, where the answer itself does not say it. */
function refusalHint(
  name: keyof typeof OPERATIONS,
  { status, text, location }: Answer,
  id: string | undefined,
  base: GoUrl,
  session: Session,
): string | undefined {
  const [, , known, api]: Operation = OPERATIONS[name];
  const hint = (): string | undefined => readAsPath(session.url) ?? statusHint(status, printed(base), location);
  if (api === undefined)
    return refusedHint(status, text, id) ?? (status in known && status !== 404 ? undefined : hint());
  if (isJson(text)) return undefined;
  return status === 404 ? 'A Tocsin can do that; an Alertmanager cannot.' : hint();
}

function refusal(name: keyof typeof OPERATIONS, status: number, text: string): string {
  const [method, template, known, api]: Operation = OPERATIONS[name];
  if (api !== undefined) return `[${method} ${template}][${status}] ${quoted(text)}`;
  const documented = known[status];
  if (documented === undefined) return `[${method} ${template}] ${name} (status ${status}): ${quoted(text)}`;
  // Errors come as a JSON string, which is shown as it came. That there is no such silence needs no words.
  const payload = documented === 'NotFound' && template.includes('{') ? '' : ` ${text.trim() || '""'}`;
  return `[${method} ${template}][${status}] ${name}${documented}${payload}`;
}

/** What our own API says, or what validates requests, or the beginning of whatever a proxy has to say. */
function quoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // Not JSON.
  }
  return readable(text).slice(0, QUOTED) || '{}';
}

/** What a page of a proxy says, without its markup, on one line. */
function readable(text: string): string {
  const isPage = /^\s*<(?:!doctype|html|\?xml)/i.test(text);
  const bare = isPage ? text.replace(/<(?:script|style)\b[\s\S]*?<\/(?:script|style)>|<[^>]*>/gi, ' ') : text;
  return printable(bare.replace(/\s+/g, ' ').trim());
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(
      `${url} answers something that is no JSON: is it an Alertmanager?`,
      `It begins with ${JSON.stringify(readable(text).slice(0, 80))}. Is that a login page, or another server? Look at --alertmanager.url.`,
    );
  }
}
