// Requests to the API, version 2, of Tocsin or an Alertmanager.

import { request } from 'undici';
import { CommandError, type Session } from './terminal.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below /api/v2, or below `api`, such as `/alerts`. */
  readonly path: string;
  /** Another API than Alertmanager's, such as `/api/tocsin/v1`. */
  readonly api?: string;
  /** A name with several values is sent several times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

/** The answer's JSON, undefined when it is empty. Rejects with a `CommandError`, which shows no password. */
export async function callApi(session: Session, call: Call): Promise<unknown> {
  const url = new URL(session.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${call.api ?? '/api/v2'}${call.path}`;
  for (const [name, values] of Object.entries(call.query ?? {})) {
    for (const value of [values].flat()) url.searchParams.append(name, value);
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (username !== '' || password !== '') headers['authorization'] = basic(username, password);
  if (session.verbose) session.terminal.err(`${call.method} ${url.href}\n`);
  let status: number;
  let text: string;
  try {
    const response = await request(url, {
      method: call.method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: AbortSignal.timeout(session.timeoutMs),
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    throw new CommandError(`${call.method} ${url.href}: ${reason(error, session.timeoutMs)}`);
  }
  if (status < 200 || status > 299) {
    throw new CommandError(`[${call.method} ${call.path}][${status}] ${messageOf(text)}`.trimEnd());
  }
  return text.trim() === '' ? undefined : parse(text, url);
}

function basic(username: string, password: string): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function reason(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  // Of a name with several addresses each has its own error.
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return inner instanceof Error ? inner.message : String(inner);
}

/** Errors come as a JSON string, from proxies as anything. */
function messageOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text.slice(0, 500);
  }
}

function parse(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${url.href} answers something that is no JSON: is it an Alertmanager?`);
  }
}
