// What holds for every receiver that there is, whoever wrote it: it tells of anything, within its provider's limits, and
// gives away no secret. What is special about each is in the tests of its own.

import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IntegrationConfig } from '../../src/model/config.ts';
import type { Notification } from '../../src/model/notification.ts';
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
import { type Leaf, leavesOf, withLeaf } from '../support/settings-leaves.ts';
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

/**
 * Where Alertmanager differs from what a key looks like: texts that it takes as they stand though they are about a message,
 * and others that are templates all the same.
 */
const EXECUTED: Readonly<Record<string, { readonly but?: readonly string[]; readonly also?: readonly string[] }>> = {
  discord: { but: ['username', 'avatar_url'] },
  pagerduty: { also: ['service_key', 'service_key_file', 'routing_key', 'routing_key_file'] },
  webhook: { also: ['url', 'url_file'] },
  opsgenie: { also: ['api_key', 'api_key_file', 'responders[].type'] },
  wechat: { also: ['api_secret', 'api_secret_file'] },
  pushover: { also: ['user_key', 'user_key_file', 'token', 'token_file'] },
  rocketchat: {
    but: ['type', 'imageurl', 'webviewheightratio', 'msgprocessingtype'].map((name) => `actions[].${name}`),
  },
  ntfy: { also: ['topic', 'topic_file'] },
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

async function tell(integration: IntegrationConfig, notification: Notification, readFile = files) {
  const prepared = prepare(integration, notification, templates);
  const exchanges: Observed[] = [];
  const io = attemptIO({ readFile, observed: (exchange) => exchanges.push(exchange) });
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
    const secrets = leavesOf(settings).filter(({ kind }) => /secret/i.test(kind));
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
      // What takes long to render makes the stand-in give up connections that are not used meanwhile.
      await closeConnections();
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
    for (const { path, kind } of leavesOf(schema)) {
      if (kind !== 'template') continue;
      const settings = withLeaf(schema, integration!.settings, path, '{{ .Nonsense }}');
      const notification = notificationOf([situations.firing.alerts[0]!]);
      const { outcome, renderError } = await tell({ ...integration!, settings }, notification);
      // Where that is not what says to whom it goes, it arrives.
      if (outcome.ok && renderError !== undefined) failing.push(path);
    }
    if (type !== 'email' && type !== 'incidentio' && type !== 'webhook') expect(failing.length).toBeGreaterThan(0);
    expect(excesses(type)).toEqual([]);
  });

  it('executes the templates that it should, and nothing else', async () => {
    accept(type);
    const { settings: schema } = receivers.find((one) => one.type === type)!;
    const [integration, , other] = integrationsOf(type);
    const leaves = leavesOf(schema);
    const executed: string[] = [];
    for (const leaf of leaves) {
      plain.requests.length = 0;
      fixed.requests.length = 0;
      const { settings, content, seen } = probed(
        type,
        leaf,
        (leaf.path.startsWith('service_') ? other : integration)!.settings,
      );
      const told = await tell({ ...integration!, settings }, situations.firing, async () => content);
      const shown = JSON.stringify([
        told.preview,
        told.outcome,
        ...requests().flatMap((one) => [unescaped(one.path), one.headers, ...textsIn(one)]),
      ]);
      if (seen.test(shown)) executed.push(leaf.path);
    }
    const { but = [], also = [] } = EXECUTED[type] ?? {};
    const expected = leaves
      .filter(
        ({ path, kind }) => ((kind === 'template' || kind === 'tree') && !but.includes(path)) || also.includes(path),
      )
      .map(({ path }) => path);
    expect(executed).toEqual(expected);
  });

  it.each([401, 500])('gives away no secret when it is answered %i with all that it said', async (status) => {
    for (const integration of integrationsOf(type)) {
      for (const echo of type === 'email' ? echoes.slice(0, 1) : echoes) {
        answer((request) => repeating(request, status, echo));
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

const PROBE = '{{ "ran" }}-it';

/** Settings in which a template stands at that key, what all files hold, and what is seen where it is executed. */
function probed(type: string, { path, kind }: Leaf, before: unknown) {
  const { settings: schema } = receivers.find((one) => one.type === type)!;
  const among = (settings: unknown, content = '') => ({ settings, content, seen: /ran-it/ });
  const set = (value: unknown) => among(withLeaf(schema, before, path, value));
  if (type === 'victorops' && path === 'message_type') return { ...set('{{ "IN" }}FO'), seen: /INFO/ };
  if (type === 'sns' && path === 'api_url') return set(stands.url(`/${PROBE}`));
  const inline = path.replace(/_file$/, '');
  const isUrl = leavesOf(schema).some((leaf) => leaf.path === inline && /url/i.test(leaf.kind));
  if (kind === 'file') {
    const without =
      inline === path
        ? before
        : withLeaf(schema, before, inline, inline === 'url' && type === 'incidentio' ? '' : undefined);
    return among(withLeaf(schema, without, path, '/a/file'), isUrl ? stands.url(`/${PROBE}`) : PROBE);
  }
  if (kind === 'tree') return set(path.endsWith('{}') ? PROBE : { key: PROBE });
  if (/secret/i.test(kind)) return set(new Secret(isUrl ? stands.url(`/${PROBE}`) : PROBE));
  return ['string', 'template', 'choice'].includes(kind) ? set(PROBE) : among(before);
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Echo {
  readonly json: boolean;
  /** After how many characters the answer is quoted no further; the first or last secret begins shortly before that. */
  readonly cut: number;
  readonly which: 'indexOf' | 'lastIndexOf';
}

const echoes: readonly Echo[] = [true, false].flatMap((json) => [
  { json, cut: 0, which: 'indexOf' },
  ...[200, 400].flatMap((cut): Echo[] => [
    { json, cut, which: 'indexOf' },
    { json, cut, which: 'lastIndexOf' },
  ]),
]);

/** An answer that repeats the request in the words of every provider. */
function repeating({ method, path, headers, body }: SinkRequest, status: number, echo: Echo): SinkAnswer {
  const request = `${JSON.stringify(headers)} ${method} ${path} ${body}`;
  const told = '.'.repeat(Math.max(0, echo.cut - 8 - request[echo.which](CORE))) + request;
  const names = ['message', 'msg', 'error', 'description', 'errmsg', 'errorDescription', 'detailed_error', 'code'];
  const words = Object.fromEntries(names.map((name) => [name, told]));
  return {
    status,
    headers: { 'content-type': echo.json ? 'application/json' : 'text/plain', location: path, 'x-request-id': path },
    body: echo.json ? JSON.stringify({ ...words, ok: false, errors: [told], errorMessages: [told] }) : told,
  };
}

/** The places where something shown holds the beginning of a secret. */
function leaks(shown: unknown): string[] {
  return [...(JSON.stringify(shown) ?? '').matchAll(new RegExp(`.{0,60}${CORE}.{0,30}`, 'gs'))].map(([text]) => text);
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
