// The same alerts through the real Alertmanager and through our receivers: what arrives at the providers must be equal.
// The notification that ours render is read back from the webhook's standard body, so that times are the same as well.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import type { Schema, Tree } from '../../src/model/schema.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { discordSchema } from '../../src/receivers/settings/discord.ts';
import { emailSchema } from '../../src/receivers/settings/email.ts';
import { pagerdutySchema } from '../../src/receivers/settings/pagerduty.ts';
import { slackSchema } from '../../src/receivers/settings/slack.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { webhookSchema } from '../../src/receivers/settings/webhook.ts';
import type { Templates } from '../../src/template/templates.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { type Server, startServer } from '../support/process.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { notificationFrom, RECEIVER } from '../support/receiver-bodies.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { type ReceivedMail, SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

const EXTERNAL_URL = 'http://alerts.example.org/am';
/** In the configuration of Alertmanager's and in the settings of ours. */
const slackKeys = {
  channel: '#{{ .GroupLabels.alertname }}',
  title: '{{ .Status }} <{{ .CommonLabels.alertname }}> & "quotes" {{ .CommonAnnotations.text }}',
  text: '{{ range .Alerts }}{{ .Labels.instance }} {{ .StartsAt.Unix }}\n{{ end }}',
  message_text: 'top {{ .Status }}',
  fields: [
    { title: 'Alerts', value: '{{ .Alerts | len }}', short: true },
    { title: 'Long', value: '{{ .ExternalURL }}', short: undefined },
  ],
  actions: [
    {
      type: 'button',
      text: 'Go',
      url: 'http://go/?a=1&b={{ .Status }}',
      style: 'danger',
      name: '',
      value: '',
      confirm: undefined,
    },
    {
      type: 'button',
      text: 'Do',
      url: '',
      style: '',
      name: 'n',
      value: '{{ .Status }}',
      confirm: { text: 'Sure?', title: 'T {{ .Status }}', ok_text: 'Yes', dismiss_text: 'No' },
    },
  ],
  mrkdwn_in: ['text'],
  link_names: true,
  short_fields: true,
  icon_emoji: ':bell:',
  image_url: 'http://image/{{ .Status }}',
  footer: 'foot',
};
const payloadKeys: Tree = {
  status: '{{ .Status }}',
  count: '{{ .Alerts | len }}',
  labels: '{{ .CommonLabels | toJson }}',
  'key {{ .Status }}': [1, 2.5, true, null, { deep: '{{ .Receiver }}' }],
  text: 'a: b: c {{ range .Alerts }}{{ .Fingerprint }} {{ end }}',
  yes: 'yes',
  empty: '',
};
const pagerdutyKeys = {
  description: '{{ .Status }}: {{ .CommonAnnotations.text }} {{ range .Alerts }}{{ .Labels.instance }}{{ end }}',
  details: { extra: '{{ .CommonLabels.severity }}', nested: { list: ['{{ .Alerts | len }}', 'x'] } },
  severity: '{{ .CommonLabels.severity }}',
  class: 'c {{ .Status }}',
  component: 'comp',
  group: '',
  images: [
    { src: 'http://img/{{ .Status }}', alt: 'a', href: 'h' },
    { src: '', alt: 'none', href: '' },
  ],
  links: [{ href: 'http://link', text: 't {{ .Status }}' }],
};
const emailKeys = {
  to: 'Team <team@example.org>, other@example.org',
  from: 'am@example.org',
  hello: 'am.example.org',
  require_tls: false,
  headers: { Subject: 'Ü {{ .Status }} {{ .CommonAnnotations.text }}', 'X-Status': '{{ .Status }}' },
  html: '<p class="{{ .Status }}">{{ range .Alerts }}<a href="{{ .GeneratorURL }}">{{ .Labels.instance }}</a>{{ .Annotations.text }}{{ end }}</p>',
  text: '{{ range .Alerts }}{{ .Status }} {{ .Labels.instance }} {{ .Annotations.text }}\n{{ end }}',
  threading: { enabled: true, thread_by_date: 'none' },
};

/** Longer than the provider takes, each in its own way. */
const long = (runes: number) => `🔥{{ printf "%${runes}s" .Status }}`;
const longKeys = {
  slack: { title: long(1024) },
  discord: { title: long(256), message: long(4096), content: long(2000) },
  pagerduty: { description: long(1024), details: { big: long(512_000) } },
};

interface Sinks {
  readonly http: HttpSink;
  readonly pagerdutyV1: HttpSink;
  readonly proxy: ProxySink;
  readonly smtp: SmtpSink;
}

let alertmanager: Server;
let sinks: Sinks;
let authority: Authority;
let templates: Templates;
/** One for each flush, as the webhook's body tells it. */
let notifications: readonly Notification[];
const FLUSHES = 3;

beforeAll(async () => {
  templates = defaultTemplates();
  authority = new Authority();
  const v1 = await HttpSink.start({}, authority.issue('DNS:events.pagerduty.com'));
  sinks = {
    http: await HttpSink.start(({ path }) => ({ body: path.includes('/slack') ? 'ok' : '' })),
    pagerdutyV1: v1,
    proxy: await ProxySink.start(v1.port),
    smtp: await SmtpSink.start(),
  };
  alertmanager = await startServer({
    kind: 'alertmanager',
    config: JSON.stringify(configuration(sinks)),
    flags: [`--web.external-url=${EXTERNAL_URL}`, '--web.route-prefix=/'],
  });
  // Young enough for the group to wait for all of them.
  const start = Date.now() - 900;
  const at = (ms: number) => new Date(start + ms).toISOString();
  const alert = (instance: string, endsAt?: string) => ({
    labels: { alertname: 'Döwn & <out>', instance, severity: 'warning', team: 'a"b' },
    annotations: { text: 'text "with" <b>&amp;</b> 🔥\nand a second line', only: instance },
    startsAt: at(instance.length * 100 + 7),
    generatorURL: 'http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    ...(endsAt === undefined ? {} : { endsAt }),
  });
  await post([alert('a'), alert('bb'), alert('ccc')]);
  await flushed(1);
  await post([alert('bb', new Date().toISOString())]);
  await flushed(2);
  const now = new Date().toISOString();
  await post([alert('a', now), alert('ccc', now)]);
  await flushed(3);
  notifications = bodiesAt('/webhook').map(notificationFrom);
}, 50_000);

afterAll(async () => {
  await alertmanager?.stop();
  await closeConnections();
  await Promise.all([sinks.http.close(), sinks.pagerdutyV1.close(), sinks.proxy.close(), sinks.smtp.close()]);
  authority.remove();
});

const flushes = Array.from({ length: FLUSHES }, (_, i) => i);

describe.each(flushes)('notification %i', (flush) => {
  it('is the one that is meant', () => {
    const states = notifications[flush]?.alerts.map((alert) => alert.status);
    expect(states).toEqual(
      [
        ['firing', 'firing', 'firing'],
        ['firing', 'resolved', 'firing'],
        ['resolved', 'resolved'],
      ][flush],
    );
  });

  it.each([
    ['webhook', '/webhook', webhookSchema, {}],
    ['webhook with max_alerts', '/max', webhookSchema, { max_alerts: 1 }],
    ['webhook with a payload', '/payload', webhookSchema, { payload: payloadKeys }],
    ['Slack', '/slack', slackSchema, {}],
    ['Slack with every key', '/slack-all', slackSchema, slackKeys],
    ['Discord', '/discord', discordSchema, {}],
    [
      'Discord with every key',
      '/discord-all',
      discordSchema,
      { content: 'c {{ .Status }}', title: 't {{ .Status }}', username: 'u', avatar_url: 'http://a' },
    ],
    ['Slack with too long a text', '/slack-long', slackSchema, longKeys.slack],
    ['Discord with too long texts', '/discord-long', discordSchema, longKeys.discord],
    [
      'PagerDuty with too much of everything',
      '/pagerduty-long',
      pagerdutySchema,
      { routing_key: new Secret('r'), ...longKeys.pagerduty },
    ],
    ['PagerDuty', '/pagerduty', pagerdutySchema, { routing_key: new Secret('r{{ .Status }}') }],
    ['PagerDuty with every key', '/pagerduty-all', pagerdutySchema, { routing_key: new Secret('r'), ...pagerdutyKeys }],
  ] as [string, string, Schema<unknown>, object][])('is the same to %s', async (_name, path, schema, given) => {
    const expected = requestsAt(path)[flush];
    const address = sinks.http.url(`/ours${path}`);
    const target =
      schema === discordSchema
        ? { webhook_url: new Secret(address) }
        : schema === slackSchema
          ? { api_url: new Secret(address) }
          : { url: schema === pagerdutySchema ? address : new Secret(address) };
    const settings = settingsOf<object>(schema as Schema<object>, { http_config: httpSettings(), ...target, ...given });
    await send(schema, settings, flush);
    const ours = requestsAt(`/ours${path}`).at(-1);
    if (schema === discordSchema) expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(expected?.body ?? ''));
    else expect(withoutRouteLabels(ours)).toBe(withoutRouteLabels(expected));
    expect(ours?.headers['content-type']).toBe(expected?.headers['content-type']);
    expect(ours?.method).toBe(expected?.method);
    expect(Object.keys(ours?.headers ?? {}).filter((name) => !(name in (expected?.headers ?? {})))).toEqual([
      'connection',
    ]);
  });

  it('is the same to PagerDuty by version 1', async () => {
    const http_config = httpSettings({
      proxy_url: sinks.proxy.url(),
      tls_config: settingsOf(tlsSchema, { ca: authority.cert }),
    });
    const settings = settingsOf(pagerdutySchema, { http_config, service_key: new Secret('s') });
    await send(pagerdutySchema, settings, flush);
    const { requests } = sinks.pagerdutyV1;
    expect(requests.at(-1)?.body).toBe(requests[flush]?.body);
    expect(requests.at(-1)?.path).toBe(requests[flush]?.path);
  });

  it('is the same by mail', async () => {
    const smarthost = { host: '127.0.0.1', port: String(sinks.smtp.port) };
    await send(emailSchema, settingsOf(emailSchema, { ...emailKeys, smarthost }), flush);
    const [theirs, ours] = [sinks.smtp.mails[flush], sinks.smtp.mails.at(-1)].map(mailOf);
    expect(ours).toEqual(theirs);
  });
});

async function send(schema: Schema<unknown>, settings: unknown, flush: number): Promise<void> {
  const type = [
    [webhookSchema, 'webhook'],
    [slackSchema, 'slack'],
    [discordSchema, 'discord'],
    [pagerdutySchema, 'pagerduty'],
    [emailSchema, 'email'],
  ].find(([known]) => known === schema)?.[1] as string;
  const integration = { type, index: 0, sendResolved: true, settings };
  const prepared = prepare(integration, notifications[flush]!, templates);
  expect(prepared.renderError).toBeUndefined();
  expect(await prepared.send(attemptIO())).toEqual({ ok: true });
}

/** What two mails must have in common. Ours keeps a subject in one line. */
function mailOf(mail: ReceivedMail | undefined): object {
  const header = (name: string) => mail?.parsed.headers.find((one) => one.key === name)?.value;
  return {
    from: mail?.from,
    to: mail?.to,
    hello: mail?.hello,
    subject: mail?.parsed.subject?.replace(/\s+/g, ' '),
    names: [mail?.parsed.from, mail?.parsed.to],
    status: header('x-status'),
    references: header('references'),
    inReplyTo: header('in-reply-to'),
    html: mail?.parsed.html?.trimEnd(),
    text: mail?.parsed.text?.trimEnd(),
    multipart: /^Content-Type: multipart\/alternative;/m.test(mail?.raw ?? ''),
  };
}

/** Alertmanager knows route labels from version 0.34 on, and those that are older say nothing of them. */
function withoutRouteLabels(request: HttpSink['requests'][number] | undefined): string | undefined {
  return request?.body.replace('"routeLabels":{},', '');
}

function requestsAt(path: string): HttpSink['requests'] {
  return sinks.http.requests.filter((request) => request.path === path);
}

function bodiesAt(path: string): unknown[] {
  return requestsAt(path).map((request) => JSON.parse(request.body) as unknown);
}

async function post(alerts: readonly object[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(response.status).toBe(200);
}

/** Resolves when every integration has been told that often. */
async function flushed(count: number): Promise<void> {
  const deadline = Date.now() + 12_000;
  const paths = [
    '/webhook',
    '/max',
    '/payload',
    ...['/slack', '/discord', '/pagerduty'].flatMap((path) => [path, `${path}-all`, `${path}-long`]),
  ];
  const done = () =>
    paths.every((path) => requestsAt(path).length >= count) &&
    sinks.pagerdutyV1.requests.length >= count &&
    sinks.smtp.mails.length >= count;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`flush ${count} did not come:\n${alertmanager.program.output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function configuration({ http, proxy, smtp }: Sinks): object {
  const at = (path: string) => http.url(path);
  // JSON.stringify leaves out what is undefined; the rest Alertmanager reads as it stands.
  return {
    global: { resolve_timeout: '1h' },
    route: {
      receiver: RECEIVER,
      group_by: ['alertname', 'team'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: RECEIVER,
        webhook_configs: [
          { url: at('/webhook') },
          { url: at('/max'), max_alerts: 1 },
          { url: at('/payload'), payload: payloadKeys },
        ],
        slack_configs: [
          { send_resolved: true, api_url: at('/slack') },
          { send_resolved: true, api_url: at('/slack-all'), ...withoutEmpty(slackKeys) },
          { send_resolved: true, api_url: at('/slack-long'), ...longKeys.slack },
        ],
        discord_configs: [
          { webhook_url: at('/discord') },
          { webhook_url: at('/discord-long'), ...longKeys.discord },
          {
            webhook_url: at('/discord-all'),
            content: 'c {{ .Status }}',
            title: 't {{ .Status }}',
            username: 'u',
            avatar_url: 'http://a',
          },
        ],
        pagerduty_configs: [
          { routing_key: 'r{{ .Status }}', url: at('/pagerduty') },
          { routing_key: 'r', url: at('/pagerduty-all'), ...pagerdutyKeys },
          { routing_key: 'r', url: at('/pagerduty-long'), ...longKeys.pagerduty },
          {
            service_key: 's',
            http_config: { proxy_url: proxy.url(), tls_config: { ca: authority.cert } },
          },
        ],
        email_configs: [{ send_resolved: true, smarthost: `127.0.0.1:${smtp.port}`, ...emailKeys }],
      },
    ],
  };
}

/** Some keys must not be given together, not even as empty texts. */
function withoutEmpty(value: unknown): object {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => (member === '' ? undefined : member))) as object;
}
