// A configuration with every receiver that there is and a stand-in for each of their providers, for tests of the whole
// program. Every secret in it begins with the same marker, whatever it is and wherever it stands.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority } from '../support/certificates.ts';
import { type Answerer, HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { JiraSink } from '../support/jira-sink.ts';
import { scratch } from '../support/process.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { CORE, type Stands, secret, table } from '../support/receiver-table.ts';
import { SmtpSink } from '../support/smtp-sink.ts';

/** All there are. */
export const types: readonly string[] = Object.keys(table);
/** Those that are not told over HTTP. */
const BY_MAIL = 'email';

/** A receiver and what it has of its only type. */
export interface Entries {
  readonly name: string;
  readonly entries: readonly object[];
}

export interface Intervals {
  readonly wait: string;
  readonly interval: string;
  readonly repeat: string;
}

/** One provider: in the clear, and by the names of providers whose addresses are fixed. */
interface Provider {
  readonly plain: HttpSink;
  readonly fixed: HttpSink;
  readonly proxy: ProxySink;
  /** What it answers from now on; nothing leaves that to what such a provider says. */
  answer(answerer: Answerer | undefined): void;
}

export class World {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly mail: SmtpSink;
  readonly dir = scratch();
  readonly authority: Authority;

  private constructor(providers: ReadonlyMap<string, Provider>, mail: SmtpSink, authority: Authority) {
    this.providers = providers;
    this.mail = mail;
    this.authority = authority;
  }

  static async open(): Promise<World> {
    const authority = new Authority();
    const certificate = authority.issue('DNS:api.pushover.net,DNS:events.pagerduty.com', 'IP:127.0.0.1');
    const mail = await SmtpSink.start({
      onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
      password: '',
    });
    const providers = new Map<string, Provider>();
    for (const type of types) {
      if (type === BY_MAIL) continue;
      const fixed = await HttpSink.start(accepting(type), certificate);
      const proxy = await ProxySink.start(fixed.port);
      if (type === 'jira') {
        // The one that has to remember.
        const jira = await JiraSink.start();
        const answer = (answerer: Answerer | undefined) =>
          jira.instead(answerer && ((request) => answerer(request, 0)));
        providers.set(type, { plain: jira.http, fixed, proxy, answer });
        continue;
      }
      const plain = await HttpSink.start(accepting(type));
      const answer = (answerer: Answerer | undefined) => {
        for (const sink of [plain, fixed]) sink.answer(answerer ?? accepting(type));
      };
      providers.set(type, { plain, fixed, proxy, answer });
    }
    return new World(providers, mail, authority);
  }

  of(type: string): Provider {
    const provider = this.providers.get(type);
    if (provider === undefined) throw new Error(`${type} is not told over HTTP`);
    return provider;
  }

  /** What a type was told, by its texts, in order. Questions that tell nothing are left out. */
  told(type: string): readonly string[] {
    if (type === BY_MAIL) return this.mail.mails.map(({ raw }) => raw);
    return this.requests(type)
      .filter(tells)
      .map(({ path, body }) => `${decoded(path)} ${decoded(body)}`);
  }

  requests(type: string): readonly SinkRequest[] {
    const { plain, fixed } = this.of(type);
    return [...plain.requests, ...fixed.requests];
  }

  stands(type: string): Stands {
    const smarthost = `127.0.0.1:${this.mail.port}`;
    if (type === BY_MAIL) return { url: (path) => `http://127.0.0.1:9${path ?? ''}`, smarthost, detour: {} };
    const { plain, proxy } = this.of(type);
    const login = `user:${encodeURIComponent(secret())}`;
    return {
      url: (path) => plain.url(path),
      smarthost,
      detour: { proxy_url: proxy.url(login), tls_config: { ca_file: this.authority.file } },
    };
  }

  /** A receiver for each type, with the first of its entries or with all of them. */
  receivers(which: 'first' | 'all'): readonly Entries[] {
    return types.map((type) => {
      const entries = table[type]!.entries(this.stands(type));
      const used = JSON.stringify(which === 'all' ? entries : entries.slice(0, 1));
      const written = JSON.parse(used, (_key, value: unknown) => this.inFile(type, value)) as object[];
      return { name: type, entries: written.map((entry) => ({ send_resolved: true, ...entry })) };
    });
  }

  /** Alerts go to all receivers, each alert name and each `group` for itself. */
  configuration(receivers: readonly Entries[], times: Intervals, more: object = {}): string {
    return JSON.stringify({
      route: {
        receiver: 'none',
        group_by: ['alertname', 'group'],
        group_wait: times.wait,
        group_interval: times.interval,
        repeat_interval: times.repeat,
        routes: types.map((type) => ({ receiver: type, continue: true })),
      },
      receivers: [{ name: 'none' }, ...receivers.map(({ name, entries }) => ({ name, [`${name}_configs`]: entries }))],
      ...more,
    });
  }

  /** The path of a file that holds that text. */
  file(text: string): string {
    const path = join(this.dir, `file-${++this.#files}`);
    writeFileSync(path, text);
    return path;
  }

  async close(): Promise<void> {
    await this.mail.close();
    for (const { plain, fixed, proxy } of this.providers.values()) {
      await Promise.all([plain.close(), fixed.close(), proxy.close()]);
    }
    this.authority.remove();
  }

  #files = 0;

  /** The paths that the table of receivers makes up become files. */
  private inFile(type: string, value: unknown): unknown {
    if (value !== '/a/file' && value !== '/a/url') return value;
    return this.file(value === '/a/file' ? secret() : this.of(type).plain.url(`/hooks/${CORE}-fr0m-4-f1l3`));
  }
}

/** As such a provider says yes. */
function accepting(type: string): Answerer {
  const { accepts = () => ({}) } = table[type]!;
  const token = { access_token: secret(), token_type: 'Bearer' };
  const json = { 'content-type': 'application/json' };
  return (request) => (request.path === '/token' ? { headers: json, body: JSON.stringify(token) } : accepts(request));
}

function tells({ method, path }: SinkRequest): boolean {
  return method !== 'GET' && !/\/search|^\/token$|\/cancel\.json/.test(path);
}

function decoded(body: string): string {
  try {
    return decodeURIComponent(body.replaceAll('+', ' '));
  } catch {
    return body;
  }
}

/** How servers repeat what they were sent. */
export const ECHOES: Readonly<Record<string, (text: string) => string>> = {
  'as it was': (text) => text,
  'in HTML': (text) =>
    text.replace(/[&<>"'/=+]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`),
  'with what is encoded in lower case': (text) => text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
};

/** An answer that repeats the whole request, in the words of every provider when it is JSON. */
export function echo(
  { method, path, headers, body }: SinkRequest,
  write: (text: string) => string,
  json: boolean,
): SinkAnswer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  const text = write([`${method} ${path}`, ...lines, '', body].join('\n'));
  const words = ['message', 'msg', 'error', 'description', 'errmsg', 'errorDescription', 'detailed_error', 'code'];
  return {
    status: 400,
    headers: { 'content-type': json ? 'application/json' : 'text/html', location: path, 'x-request-id': path },
    body: json
      ? JSON.stringify({
          ...Object.fromEntries(words.map((word) => [word, text])),
          errors: [text],
          errorMessages: [text],
        })
      : text,
  };
}

/** Where a text holds the marker, in the clear or as the beginning of a login. */
export function leaks(text: string): string[] {
  const users = ['user', 'client', 'bot@example.org', 'AC1', 'SK1', '\u0000user\u0000'];
  const logins = users.map((user) => Buffer.from(`${user}:${CORE}`).toString('base64').slice(0, -3));
  return [...text.matchAll(new RegExp(`.{0,80}(?:${[CORE, ...logins].join('|')}).{0,40}`, 'g'))].map(
    ([found]) => found,
  );
}
