// What holds for every receiver that there is, whoever wrote it: it tells of anything, within its provider's limits, and
// gives away no secret. What is special about each is in the tests of its own.

import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IntegrationConfig } from '../../src/model/config.ts';
import type { Notification } from '../../src/model/notification.ts';
import type { FieldSpec, Schema } from '../../src/model/schema.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare, receivers } from '../../src/receivers/index.ts';
import type { Observed, ReceiverIO } from '../../src/receivers/receiver.ts';
import { Authority } from '../support/certificates.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf } from '../support/notifications.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { CORE, type Row, type Stands, secret, table } from '../support/receiver-table.ts';
import { attemptIO } from '../support/receiving.ts';
import { huge, situations } from '../support/rendering.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

const types = receivers.map(({ type }) => type);
const templates = defaultTemplates();

/** Whose tests have another name. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  discord: ['render', 'send'],
  email: ['render', 'email-send'],
  pagerduty: ['render', 'send', 'refused'],
  slack: ['render', 'send'],
  webhook: ['render', 'send'],
};

let authority: Authority;
/** The same stand-in in the clear and by the names of providers whose addresses are fixed. */
let plain: HttpSink;
let fixed: HttpSink;
let proxy: ProxySink;
let mail: SmtpSink;
let stands: Stands;

beforeAll(async () => {
  authority = new Authority();
  plain = await HttpSink.start();
  fixed = await HttpSink.start({}, authority.issue('DNS:api.pushover.net,DNS:events.pagerduty.com'));
  proxy = await ProxySink.start(fixed.port);
  // What the client said last comes back with each refusal, as with servers that explain themselves at length.
  mail = await SmtpSink.start({ password: 'another' });
  stands = {
    url: (path) => plain.url(path),
    smarthost: `127.0.0.1:${mail.port}`,
    detour: { proxy_url: proxy.url(), tls_config: { ca: authority.cert } },
  };
});

afterEach(() => {
  plain.requests.length = 0;
  fixed.requests.length = 0;
});

afterAll(async () => {
  await closeConnections();
  await Promise.all([plain.close(), fixed.close(), proxy.close(), mail.close()]);
  authority.remove();
});

const rowOf = (type: string): Row => table[type]!;

/** The integrations of a type, from the text of a configuration. */
function integrationsOf(type: string, entries = rowOf(type).entries(stands)): readonly IntegrationConfig[] {
  const receiver = { name: 'r', [`${type}_configs`]: entries };
  return testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [receiver] })).receivers[0]!.integrations;
}

/** Files hold secrets, or addresses that are. */
const files: ReceiverIO['readFile'] = async (path) =>
  path === '/a/url' ? plain.url(`/hooks/${CORE}-fr0m-4-f1l3`) : secret();

function answer(how: (request: SinkRequest) => SinkAnswer): void {
  plain.answer(how);
  fixed.answer(how);
}

function accept(type: string): void {
  const { accepts = () => ({}) } = rowOf(type);
  answer((request) =>
    request.path === '/token'
      ? { headers: { 'content-type': 'application/json' }, body: '{"access_token":"t","token_type":"Bearer"}' }
      : accepts(request),
  );
}

async function tell(integration: IntegrationConfig, notification: Notification) {
  const prepared = prepare(integration, notification, templates);
  const exchanges: Observed[] = [];
  const io = attemptIO({ readFile: files, observed: (exchange) => exchanges.push(exchange) });
  const outcome = await prepared.send(io);
  return { preview: prepared.preview, renderError: prepared.renderError, outcome, exchanges };
}

const requests = () => [...plain.requests, ...fixed.requests];

/** The body, and the values of a form or of a query. */
const textsIn = ({ path, body }: SinkRequest): string[] => [
  body,
  ...new URLSearchParams(body).values(),
  ...new URLSearchParams(path.split('?')[1]).values(),
];

/** What is more than it may be. */
function excesses(type: string): string[] {
  return requests()
    .flatMap((request) => rowOf(type).sizes?.(request) ?? [])
    .filter(([, size, most]) => size > most)
    .map(([what, size, most]) => `${what} is ${size}, which is more than ${most}`);
}

const LONG = 'ü "quoted" <b>\n'.repeat(1500);
const endless = notificationOf([
  firing({ alertname: LONG, instance: LONG, severity: 'page' }, { summary: LONG, description: LONG }),
]);

describe('the table of receivers', () => {
  it('has all of them, in their order', () => {
    expect(Object.keys(table)).toEqual(types);
  });

  it.each(types)('knows every secret of %s', (type) => {
    const { settings } = receivers.find((one) => one.type === type)!;
    const given = rowOf(type)
      .entries(stands)
      .flatMap((entry) => pathsIn(entry));
    const secrets = leavesOf(settings, '').filter(({ path, kind }) => /secret/i.test(kind) && !/tls_config/.test(path));
    expect(secrets.map(({ path }) => path).filter((path) => !given.includes(path))).toEqual([]);
  });

  it.each(types)('goes with tests of %s', (type) => {
    const names = ELSEWHERE[type] ?? [type];
    expect(names.filter((name) => !existsSync(new URL(`./${name}.test.ts`, import.meta.url)))).toEqual([]);
  });
});

describe.each(types)('%s', (type) => {
  it.each([
    ['what fires', situations.firing],
    ['what is over', situations.resolved],
    ['some of both', situations.mixed],
    ['very much', huge],
    ['one endless alert', endless],
  ])('tells of %s, and of no more than its provider takes', async (name, notification) => {
    accept(type);
    const entries = rowOf(type)
      .entries(stands)
      .filter((entry) => type !== 'email' && !JSON.stringify(entry).includes('/a/'));
    for (const integration of integrationsOf(type, entries)) {
      const { outcome, renderError } = await tell(integration, notification);
      expect(outcome).toMatchObject({ ok: true });
      expect(renderError).toBeUndefined();
    }
    expect(excesses(type)).toEqual([]);
    const { tellsOfRest } = rowOf(type);
    if (name !== 'very much' || tellsOfRest === undefined) return;
    expect(requests().flatMap(textsIn).join('\n')).toMatch(tellsOfRest);
  });

  it('tells of it all the same when a template fails, whichever it is', async () => {
    accept(type);
    const { settings: schema } = receivers.find((one) => one.type === type)!;
    const [integration] = integrationsOf(type);
    const failing: string[] = [];
    for (const { path, kind } of leavesOf(schema, '')) {
      if (kind !== 'template' || /[[{]/.test(path)) continue;
      const settings = withValue(integration!.settings, path.split('.'), '{{ .Nonsense }}');
      const notification = notificationOf([situations.firing.alerts[0]!]);
      const { outcome, renderError } = await tell({ ...integration!, settings }, notification);
      // Where that is not what says to whom it goes, it arrives.
      if (outcome.ok && renderError !== undefined) failing.push(path);
    }
    if (type !== 'email' && type !== 'incidentio' && type !== 'webhook') expect(failing.length).toBeGreaterThan(0);
    expect(excesses(type)).toEqual([]);
  });

  it.each([401, 500])('gives away no secret when it is answered %i with all that it said', async (status) => {
    for (const integration of integrationsOf(type)) {
      // What is quoted of an answer ends somewhere, also in the midst of a secret.
      for (const before of type === 'email' ? [0] : [0, 100, 150, 180, 200, 300, 330, 350, 365, 380, 390]) {
        answer((request) => repeating(request, status, before));
        const { preview, outcome, exchanges } = await tell(integration, situations.firing);
        expect(outcome).toMatchObject({ ok: false });
        expect(leaks(preview), 'preview').toEqual([]);
        expect(leaks(outcome), 'outcome').toEqual([]);
        expect(leaks(exchanges), 'exchanges').toEqual([]);
        const shown = JSON.stringify([outcome, exchanges]);
        for (const { headers } of requests()) {
          const [, word = ''] = headers.authorization?.split(' ') ?? [];
          if (word.length > 5) expect(shown).not.toContain(word);
        }
      }
    }
  });
});

/** An answer that repeats the request in the words of every provider. */
function repeating(request: SinkRequest, status: number, before: number): SinkAnswer {
  const { method, path, headers, body } = request;
  if (path === '/token' || path.startsWith('/gettoken')) {
    return { status, body: `${'.'.repeat(before)}${method} ${path} ${JSON.stringify(headers)} ${body}` };
  }
  const told = `${'.'.repeat(before)}${JSON.stringify(headers)} ${method} ${path} ${body}`;
  const words = Object.fromEntries(
    ['message', 'msg', 'error', 'description', 'errmsg', 'errorDescription', 'detailed_error', 'code'].map((name) => [
      name,
      told,
    ]),
  );
  const asJson = before % 100 === 0;
  return {
    status,
    headers: { 'content-type': asJson ? 'application/json' : 'text/plain', location: path, 'x-request-id': path },
    body: asJson ? JSON.stringify({ ...words, ok: false, errors: [told], errorMessages: [told] }) : told,
  };
}

/** The places where something shown holds the beginning of a secret. */
function leaks(shown: unknown): string[] {
  return [...(JSON.stringify(shown) ?? '').matchAll(new RegExp(`.{0,60}${CORE}.{0,30}`, 'gs'))].map(([text]) => text);
}

interface Leaf {
  /** Such as `actions[].headers{}`. */
  readonly path: string;
  readonly kind: string;
}

/** The keys of a section, and of those in it, but for those of the HTTP client. */
function leavesOf(schema: Schema<unknown>, above: string): Leaf[] {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  return Object.entries(fields)
    .filter(([name]) => name !== 'http_config')
    .flatMap(([name, field]) => leavesIn(field, `${above}${name}`));
}

function leavesIn(field: FieldSpec, path: string): Leaf[] {
  if (field.is === 'section') return leavesOf(field.of, `${path}.`);
  if (field.is === 'list') return leavesIn(field.of, `${path}[]`);
  if (field.is === 'map') return leavesIn(field.of, `${path}{}`);
  return [{ path, kind: field.is === 'scalar' ? field.kind : field.is }];
}

/** The paths of what an entry gives, in the same form. The maps of entries are those called `headers`. */
function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => {
    if (path.endsWith('headers')) return pathsIn(item, `${path}{}`);
    return pathsIn(item, path === '' ? name : `${path}.${name}`);
  });
}

/** The settings with another value at a path. */
function withValue(settings: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (settings instanceof Secret) throw new Error('a secret has no parts');
  const members = typeof settings === 'object' && settings !== null ? settings : {};
  const before = (members as Readonly<Record<string, unknown>>)[name];
  return { ...members, [name]: withValue(before, rest, value) };
}
