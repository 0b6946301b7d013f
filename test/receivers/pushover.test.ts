import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type PushoverSettings, pushoverSchema } from '../../src/receivers/settings/pushover.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import type { Templates } from '../../src/template/templates.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

let templates: Templates;
let authority: Authority;
let server: HttpSink;
/** Leads to the server by Pushover's own name. */
let proxy: ProxySink;

beforeAll(async () => {
  templates = defaultTemplates();
  authority = new Authority();
  server = await HttpSink.start({}, authority.issue('DNS:api.pushover.net'));
  proxy = await ProxySink.start(server.port);
});

afterEach(async () => {
  await closeConnections();
  ringing.clear();
  server.requests.length = 0;
});

afterAll(async () => {
  await Promise.all([server.close(), proxy.close()]);
  authority.remove();
});

const down = (instance: string) => firing({ alertname: 'Down', instance, team: 'db' }, { summary: `<${instance}> 🔥` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, team: 'db' }, { summary: `<${instance}> 🔥` });
const firingOnes = notificationOf([down('a'), down('b')]);
const resolvedOnes = notificationOf([up('a'), up('b')]);
const huge = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
const TOKEN = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi';
const USER = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';

function prepared(given: Partial<PushoverSettings>, notification: Notification = firingOnes) {
  const tls_config = settingsOf(tlsSchema, { ca: authority.cert });
  const settings = settingsOf(pushoverSchema, {
    http_config: httpSettings({ proxy_url: proxy.url(), tls_config }),
    token: new Secret(TOKEN),
    user_key: new Secret(USER),
    ...given,
  });
  return prepare({ type: 'pushover', index: 0, sendResolved: true, settings }, notification, templates);
}

const previewOf = (given: Partial<PushoverSettings>, notification?: Notification) =>
  prepared(given, notification).preview as Readonly<Record<string, string>>;

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** What a request says, in its URL or as a form. */
function parametersOf({ path, headers, body }: SinkRequest): Readonly<Record<string, string>> {
  const form = headers['content-type'] === 'application/x-www-form-urlencoded' ? body : '';
  return Object.fromEntries(new URLSearchParams(form === '' ? path.split('?')[1] : form));
}

/** The receipts of emergencies that nobody has seen, in the order in which they began. */
const ringing = new Set<string>();
let receipts = 0;

/** The rules of https://pushover.net/api/receipts: a receipt is known to whoever has the token of its application. */
function receiptServer(request: SinkRequest): SinkAnswer {
  const [, receipt = ''] = /^\/1\/receipts\/([A-Za-z0-9]{30})\/cancel\.json$/.exec(request.path) ?? [];
  if (request.method !== 'POST' || receipt === '') return json(404, { status: 0 });
  const { token = '' } = parametersOf(request);
  if (token !== TOKEN) {
    return json(400, {
      token: 'invalid',
      errors: [`application token ${token} is invalid`],
      status: 0,
      request: 'r-2',
    });
  }
  if (!ringing.delete(receipt)) {
    const errors = ['receipt not found; may be invalid or expired'];
    return json(404, { receipt: 'not found; may be invalid or expired', errors, status: 0, request: 'r-2' });
  }
  return json(200, { status: 1, request: 'r-2' });
}

/** The rules of https://pushover.net/api; a web server before it takes lines of 8 kB. */
function pushoverServer(request: SinkRequest): SinkAnswer {
  const refused = (...errors: string[]) => json(400, { status: 0, errors, request: 'r-1' });
  if (request.path.length > 8000) return { status: 414, body: '<h1>414 Request-URI Too Large</h1>' };
  if (request.path.startsWith('/1/receipts/')) return receiptServer(request);
  if (request.method !== 'POST' || request.path.split('?')[0] !== '/1/messages.json') return json(404, { status: 0 });
  const { token, user, message = '', title = '', url = '', ...more } = parametersOf(request);
  if (token !== TOKEN) return refused(`application token ${token ?? ''} is invalid`);
  if (user !== USER) return refused(`user identifier ${user ?? ''} is not a valid user, group, or subscribed user key`);
  if (message.trim() === '') return refused('message cannot be blank');
  const long = [
    [message, 1024],
    [title, 250],
    [url, 512],
    [more['url_title'] ?? '', 100],
  ].filter(([text, most]) => runeCount(text as string) > (most as number));
  if (long.length > 0) return refused('something is too long', String(long[0]?.[0]).slice(0, 20));
  if (more['html'] === '1' && more['monospace'] === '1') return refused('html and monospace cannot both be set');
  if (!/^(-[12]|[012])?$/.test(more['priority'] ?? '')) return refused('priority is invalid');
  if (more['ttl'] !== undefined && !/^[1-9]\d*$/.test(more['ttl'])) return refused('ttl is invalid');
  if (more['priority'] !== '2') return json(200, { status: 1, request: 'r-1' });
  if (Number(more['retry'] ?? 0) < 30) return refused('retry must be at least 30 seconds');
  if (!(Number(more['expire'] ?? 0) > 0 && Number(more['expire']) <= 10_800)) return refused('expire is out of range');
  const receipt = `r${String(++receipts).padStart(29, '0')}`;
  ringing.add(receipt);
  return json(200, { status: 1, request: 'r-1', receipt });
}

const every: Partial<PushoverSettings> = {
  title: 'title {{ .Status }} & <{{ .CommonLabels.team }}>',
  message: '<b>{{ .Status }}</b>{{ range .Alerts }} {{ .Annotations.summary }}{{ end }}',
  url: 'http://example.org/?a={{ .Status }}&b=ü',
  url_title: 'link {{ .Status }}',
  device: 'phone-{{ .CommonLabels.team }}',
  sound: '{{ if eq .Status "firing" }}siren{{ else }}none{{ end }}',
  priority: '{{ if eq .Status "firing" }}1{{ else }}-1{{ end }}',
  retry: 90_500,
  expire: 7_200_000,
  ttl: 86_400_000,
  html: true,
};

describe('a message for Pushover', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
    ['mixed', notificationOf([down('a'), up('b')])],
    ['huge', huge],
  ])('with its defaults, %s', (_name, notification) => {
    expect(previewOf({}, notification)).toMatchSnapshot();
  });

  it.each([
    ['firing', firingOnes],
    ['resolved', resolvedOnes],
  ])('with every key, %s', (_name, notification) => {
    expect(previewOf(every, notification)).toMatchSnapshot();
  });

  it('is escaped where it is HTML, and nowhere else', () => {
    expect(previewOf({ ...every, html: true })).toMatchObject({
      html: '1',
      message: '<b>firing</b> &lt;a&gt; 🔥 &lt;b&gt; 🔥',
    });
    const { message, html, monospace } = previewOf({ ...every, html: false, monospace: true });
    expect([message, html, monospace]).toEqual(['<b>firing</b> <a> 🔥 <b> 🔥', undefined, '1']);
    const many = previewOf({ html: true, message: every.message! }, { ...huge, externalURL: 'http://x?a=b&c' });
    expect(many['message']).toMatch(/\+\d+ more: http:\/\/x\?a=b&amp;c\/#/);
  });

  it('has texts that are no longer than they may be, and is never empty', () => {
    const long = `{{ range .Alerts }}{{ end }}${'🔥'.repeat(2000)}`;
    const texts = previewOf({ title: long, message: long, url: long, url_title: long });
    expect(['title', 'message', 'url', 'url_title'].map((name) => runeCount(texts[name]!))).toEqual([
      250, 1024, 512, 100,
    ]);
    expect(previewOf({ message: ' \n ' })['message']).toBe('(no details)');
    expect(previewOf({ message: '' })['message']).toBe('(no details)');
    expect(previewOf({ message: ' a \n' })['message']).toBe('a');
  });

  it('counts whole seconds, and lives for ever without a ttl', () => {
    expect(previewOf({ retry: 30_999, expire: 0, ttl: 999 })).toMatchObject({ retry: '30', expire: '0' });
    expect(previewOf({ ttl: 999 })).not.toHaveProperty('ttl');
    expect(previewOf({ ttl: -5000 })).not.toHaveProperty('ttl');
    expect(previewOf({ ttl: 1000 })).toMatchObject({ ttl: '1' });
  });

  it.each([
    ['firing', firingOnes, '2'],
    ['resolved', resolvedOnes, '0'],
  ])('is plain when a template fails, %s, and as urgent as by default', (_name, notification, priority) => {
    const { preview, renderError } = prepared({ ...every, priority: '{{ .Nonsense }}' }, notification);
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(preview).toMatchObject({ priority });
    const other = prepared({ ...every, title: '{{ .Nonsense }}', priority: '-2' }, notification);
    expect(other.preview).toMatchObject({ priority: '-2' });
  });
});

describe('an emergency of Pushover', () => {
  /** Tells of it as the engine would after an answer with that receipt. */
  async function tell(notification: Notification, receipt: string | undefined, given: Partial<PushoverSettings> = {}) {
    const known = receipt === undefined ? {} : { receipt };
    const outcome = await prepared(given, { ...notification, ...known }).send(attemptIO());
    return { outcome, receipt: outcome.ok ? (outcome.receipt ?? receipt) : receipt };
  }
  /** What was asked, in order, by the last parts of the paths. */
  const asked = () =>
    server.requests.map(({ path }) => path.split('?')[0]?.split('/').slice(3).join('/') || 'messages.json');
  const mixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });

  it('ends before its end is told', async () => {
    server.answer(pushoverServer);
    const { outcome, receipt } = await tell(firingOnes, undefined);
    expect(outcome).toEqual({ ok: true, receipt: [...ringing][0] });
    expect((await tell(resolvedOnes, receipt)).outcome).toEqual({ ok: true });
    expect([...ringing]).toEqual([]);
    expect(asked()).toEqual(['messages.json', `${receipt}/cancel.json`, 'messages.json']);
    expect(server.requests[1]).toMatchObject({ method: 'POST', body: `token=${TOKEN}` });
  });

  it('is one at a time: another one takes its place', async () => {
    server.answer(pushoverServer);
    const first = await tell(firingOnes, undefined);
    const second = await tell(mixed, first.receipt);
    expect(second.outcome).toEqual({ ok: true, receipt: second.receipt });
    expect(second.receipt).not.toBe(first.receipt);
    expect([...ringing]).toEqual([second.receipt]);
    expect(asked()).toEqual(['messages.json', 'messages.json', `${first.receipt}/cancel.json`]);
    await tell(resolvedOnes, second.receipt);
    expect([...ringing]).toEqual([]);
  });

  it('goes on while something fires that is less urgent, and while no other one is known to ring', async () => {
    server.answer(pushoverServer);
    const { receipt } = await tell(firingOnes, undefined);
    expect(await tell(mixed, receipt, { priority: '1' })).toMatchObject({ outcome: { ok: true }, receipt });
    expect(await tell(mixed, receipt, { retry: 1000 })).toMatchObject({ outcome: { ok: false }, receipt });
    server.answer((request) => ({ ...pushoverServer(request), body: '{"status":1,"receipt":"../x"}' }));
    expect((await tell(mixed, receipt)).outcome).toEqual({ ok: true });
    expect([...ringing]).toContain(receipt);
    expect(asked().some((path) => path.endsWith('cancel.json'))).toBe(false);
  });

  it('is also ended by a message that is plain', async () => {
    server.answer(pushoverServer);
    const { receipt } = await tell(firingOnes, undefined, { title: '{{ .Nonsense }}' });
    expect(receipt).toBe([...ringing][0]);
    await tell(resolvedOnes, receipt, { message: '{{ .Nonsense }}' });
    expect([...ringing]).toEqual([]);
  });

  it('that has long ended needs no word', async () => {
    server.answer(pushoverServer);
    expect((await tell(resolvedOnes, 'r'.repeat(30))).outcome).toEqual({ ok: true });
    expect(asked()).toEqual([`${'r'.repeat(30)}/cancel.json`, 'messages.json']);
  });

  it.each([
    [{ status: 500, body: `trouble with ${TOKEN}` }, 'the server answered 500: trouble with <redacted>'],
    [json(400, { status: 0, errors: ['no way'] }), 'the server answered 400: no way'],
  ] as [SinkAnswer, string][])('that cannot be cancelled keeps nothing back: %j', async (answer, words) => {
    server.answer((request) => (request.path.includes('/receipts/') ? answer : pushoverServer(request)));
    const { receipt } = await tell(firingOnes, undefined);
    const warning = expect.stringMatching(/^the emergency before could not be cancelled, .*: ./) as string;
    expect(await tell(mixed, receipt)).toEqual({
      outcome: { ok: true, receipt: [...ringing].at(-1), warning },
      receipt: [...ringing].at(-1),
    });
    const { outcome } = await tell(resolvedOnes, receipt);
    expect(outcome).toEqual({ ok: true, warning });
    expect(outcome).toMatchObject({ warning: expect.stringContaining(words) });
  });

  it('is not waited for when its end is not heard of', async () => {
    server.answer((request) => ({ ...pushoverServer(request), ...(request.body === '' ? {} : { afterMs: 5000 }) }));
    const began = performance.now();
    expect((await tell(resolvedOnes, 'r'.repeat(30))).outcome).toMatchObject({
      ok: true,
      warning: expect.stringMatching(/timeout/),
    });
    expect(performance.now() - began).toBeLessThan(4800);
  }, 10_000);

  it('shows in the preview where it ends', () => {
    const cancels = (notification: Notification, priority = '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}') =>
      previewOf({ priority }, { ...notification, receipt: 'rrr' })['cancels'];
    expect(cancels(resolvedOnes)).toBe('rrr before it is sent');
    expect(cancels(firingOnes)).toBe('rrr after it is sent');
    expect([cancels(firingOnes, '1'), previewOf({}, resolvedOnes)['cancels']]).toEqual([undefined, undefined]);
  });
});

describe('sending to Pushover', () => {
  it.each([
    ['its defaults', {}, firingOnes],
    ['its defaults, resolved', {}, resolvedOnes],
    ['its defaults, huge', {}, huge],
    ['every key', every, firingOnes],
    ['monospace', { ...every, html: false, monospace: true }, firingOnes],
    ['too long texts', { title: 'ü'.repeat(300), url: 'x'.repeat(600), url_title: 'y'.repeat(200) }, firingOnes],
    ['a failing template', { ...every, message: '{{ .Nonsense }}' }, firingOnes],
  ])('is accepted with %s', async (_name, given, notification) => {
    server.answer(pushoverServer);
    const one = prepared(given, notification);
    expect(await one.send(attemptIO())).toMatchObject({ ok: true });
    expect(server.requests.map(parametersOf)).toEqual([{ ...(one.preview as object), token: TOKEN, user: USER }]);
    expect(proxy.requests.at(-1)?.target).toBe('api.pushover.net:443');
  });

  it('is in the URL as Alertmanager has it, and a form when that is too long', async () => {
    server.answer(pushoverServer);
    await prepared({ message: 'a b~&ü' }).send(attemptIO());
    await prepared({ message: '🔥'.repeat(1024) }).send(attemptIO());
    const [short, long] = server.requests;
    expect(short).toMatchObject({ method: 'POST', body: '', headers: { 'content-type': 'text/plain' } });
    expect(short?.path).toMatch(
      /^\/1\/messages\.json\?device=&expire=3600&message=a\+b~%26%C3%BC&priority=2&retry=60&sound=&title=.*&token=.*&url=.*&url_title=&user=.*$/,
    );
    expect(long?.path).toBe('/1/messages.json');
    expect(parametersOf(long!)['message']).toBe('🔥'.repeat(1024));
  });

  it('takes the keys from files and templates', async () => {
    server.answer(pushoverServer);
    const files: Readonly<Record<string, string>> = {
      '/t': `\n${TOKEN}\n`,
      '/u': '{{ "uQiRzpo4DXghDmr9QzzfQu27cmVRsG" }}',
    };
    const io = attemptIO({
      readFile: async (path) => files[path] ?? Promise.reject(new Error(`${path} is not there`)),
    });
    const given = { token: undefined, token_file: '/t', user_key: undefined, user_key_file: '/u' };
    expect(await prepared(given).send(io)).toEqual({ ok: true, receipt: [...ringing][0] });
    expect(await prepared({ ...given, token_file: '/gone' }).send(io)).toMatchObject({
      ok: false,
      retry: false,
      message: '/gone is not there',
    });
    const nobody = new Secret('{{ .CommonLabels.nobody }}');
    expect(await prepared({ user_key: nobody }).send(io)).toMatchObject({
      ok: false,
      message: 'the user key is empty',
    });
    expect(await prepared({ token: nobody }).send(io)).toMatchObject({
      ok: false,
      message: 'the application token is empty',
    });
  });

  it('tells of a refusal in its words, without the keys', async () => {
    server.answer(pushoverServer);
    const given = { token: new Secret('wrong-token'), message: '{{ .Status }}' };
    expect(await prepared(given).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'the server answered 400: application token <redacted> is invalid',
    });
    const long = { user_key: new Secret('wrong-user'), message: '🔥'.repeat(1024) };
    expect(await prepared(long).send(attemptIO())).toMatchObject({
      message: 'the server answered 400: user identifier <redacted> is not a valid user, group, or subscribed user key',
    });
    expect(await prepared({ retry: 10_000 }).send(attemptIO())).toMatchObject({
      message: 'the server answered 400: retry must be at least 30 seconds',
    });
  });

  it.each([
    [
      { status: 400, body: 'not JSON' },
      { retry: false, message: 'the server answered 400: not JSON' },
    ],
    [json(400, { status: 0, errors: ['a', 'b'] }), { retry: false, message: 'the server answered 400: a; b' }],
    [json(429, { status: 0, errors: ['over the limit'] }), { retry: true, reason: 'rateLimited' }],
    [
      { ...json(429, {}), headers: { 'x-limit-app-remaining': '17', 'x-limit-app-reset': '1717221600' } },
      { retry: true, reason: 'rateLimited' },
    ],
    [
      {
        ...json(429, { errors: ['over the limit'] }),
        headers: { 'x-limit-app-remaining': '0', 'x-limit-app-reset': '1717221600' },
      },
      {
        retry: false,
        reason: 'rateLimited',
        message:
          'the server answered 429: over the limit (the messages of the month are used up until 2024-06-01T06:00:00.000Z)',
      },
    ],
    [
      { ...json(429, {}), headers: { 'x-limit-app-remaining': '0', 'x-limit-app-reset': '9e99' } },
      {
        retry: false,
        reason: 'rateLimited',
        message: expect.stringMatching(/\(the messages of the month are used up\)$/),
      },
    ],
    [json(500, {}), { retry: true, reason: 'serverError' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server.answer(answer);
    expect(await prepared({}).send(attemptIO())).toMatchObject({ ok: false, ...expected });
    expect(server.requests.length).toBe(1);
  });
});
