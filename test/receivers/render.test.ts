import { beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import type { Schema } from '../../src/model/schema.ts';
import { Secret } from '../../src/model/secret.ts';
import { type Prepared, prepare, receivers } from '../../src/receivers/index.ts';
import { discordSchema } from '../../src/receivers/settings/discord.ts';
import { emailSchema } from '../../src/receivers/settings/email.ts';
import { pagerdutySchema } from '../../src/receivers/settings/pagerduty.ts';
import { slackSchema } from '../../src/receivers/settings/slack.ts';
import { webhookSchema } from '../../src/receivers/settings/webhook.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import type { Templates } from '../../src/template/templates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

let templates: Templates;
beforeAll(() => {
  templates = defaultTemplates();
});

const http_config = httpSettings();

/** What is shown of a notification for an entry of `*_configs` in which only those keys are given. */
function prepared<T>(type: string, schema: Schema<T>, given: Partial<T>, notification: Notification): Prepared {
  const settings = settingsOf(schema, given);
  return prepare({ type, index: 0, sendResolved: true, settings }, notification, templates);
}

const url = new Secret('http://127.0.0.1:1/');
const plainly = {
  webhook: (n: Notification, given = {}) => prepared('webhook', webhookSchema, { http_config, url, ...given }, n),
  slack: (n: Notification, given = {}) =>
    prepared('slack', slackSchema, { http_config, api_url: url, channel: '#ops', ...given }, n),
  discord: (n: Notification, given = {}) =>
    prepared('discord', discordSchema, { http_config, webhook_url: url, ...given }, n),
  pagerduty: (n: Notification, given = {}) =>
    prepared('pagerduty', pagerdutySchema, { http_config, routing_key: new Secret('routing-key'), ...given }, n),
  email: (n: Notification, given = {}) =>
    prepared(
      'email',
      emailSchema,
      { to: 'team@example.org', from: 'tocsin@example.org', html: '', text: '{{ .Status }}', ...given },
      n,
    ),
};

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
const up = (instance: string) =>
  resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });

const situations: Readonly<Record<string, Notification>> = {
  firing: notificationOf([down('a'), down('b')]),
  resolved: notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' }),
  mixed: notificationOf([down('a'), up('b')], { reason: 'some alerts resolved', routeLabels: { team: 'ops' } }),
};

describe.each(Object.entries(plainly))('%s with its defaults', (_type, prepareOne) => {
  it.each(Object.entries(situations))('renders a notification that is %s', (_name, notification) => {
    const { preview, renderError } = prepareOne(notification);
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
  });

  it('sends a plain text when a template fails, and says so', () => {
    const broken = {
      text: '{{ .Nonsense }}',
      message: '{{ .Nonsense }}',
      description: '{{ .Nonsense }}',
      payload: '{{ .Nonsense }}',
    };
    const { preview, renderError } = prepareOne(situations['mixed']!, broken);
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });

  it('renders five thousand alerts', () => {
    const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
    expect(prepareOne(many).renderError).toBeUndefined();
  });
});

describe('every receiver', () => {
  it('is in the table once, under the name of its type', () => {
    const types = receivers.map((receiver) => receiver.type);
    expect(new Set(types).size).toBe(types.length);
    expect(types).toEqual(expect.arrayContaining(Object.keys(plainly)));
  });

  it('of an unknown type is a bug', () => {
    const integration = { type: 'pigeon', index: 0, sendResolved: true, settings: {} };
    expect(() => prepare(integration, situations['firing']!, templates)).toThrow('there is no receiver of type pigeon');
  });
});

describe('webhook', () => {
  it('is byte for byte what Alertmanager sends', async () => {
    const server = await HttpSink.start();
    const sent = plainly.webhook(situations['mixed']!, {
      url: new Secret(server.url('/{{ .Status }}/{{ .CommonLabels.severity }}')),
    });
    expect(await sent.send(attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe('/firing/page');
    expect(server.requests[0]?.body).toMatchSnapshot();
    await server.close();
  });

  it('truncates with max_alerts, and says how many', () => {
    const many = notificationOf([down('a'), down('b'), up('c')]);
    expect(plainly.webhook(many, { max_alerts: 1 }).preview).toMatchObject({
      body: { truncatedAlerts: 2, alerts: [{ labels: { instance: 'a' } }], commonLabels: { instance: 'a' } },
    });
    expect(plainly.webhook(many, { max_alerts: 3 }).preview).toMatchObject({ body: { truncatedAlerts: 0 } });
  });

  it('renders a payload at any depth', () => {
    const payload = {
      text: '{{ .Status }}: {{ .Alerts | len }} alerts',
      '{{ .Status }}': ['{{ .Alerts.Firing | len }}', { deep: '{{ .CommonLabels | toJson }}' }, 1.5, true, null],
      yaml: 'value:',
    };
    expect(plainly.webhook(situations['mixed']!, { payload }).preview).toMatchSnapshot();
  });

  it('shows no URL', () => {
    expect(JSON.stringify(plainly.webhook(situations['firing']!).preview)).not.toContain('127.0.0.1:1');
  });
});

describe('Slack', () => {
  it('renders every key', () => {
    const text = (name: string) => `${name} {{ .Status }} <&>`;
    const { preview } = plainly.slack(situations['firing']!, {
      channel: '#{{ .GroupLabels.alertname }}',
      username: text('username'),
      color: '{{ if eq .Status "firing" }}#ff0000{{ end }}',
      title: text('title'),
      title_link: 'http://x/?a=1&b=2',
      pretext: text('pretext'),
      text: text('text'),
      message_text: text('message'),
      short_fields: true,
      fields: [
        { title: text('field'), value: text('value'), short: undefined },
        { title: 'long', value: '{{ .Alerts | len }}', short: false },
      ],
      footer: text('footer'),
      fallback: text('fallback'),
      callback_id: text('callback'),
      icon_emoji: ':fire:',
      icon_url: 'http://icon',
      image_url: 'http://image',
      thumb_url: 'http://thumb',
      link_names: true,
      mrkdwn_in: ['text'],
      actions: [
        {
          type: 'button',
          text: text('go'),
          url: 'http://go',
          style: 'primary',
          name: '',
          value: '',
          confirm: undefined,
        },
        {
          type: 'button',
          text: 'do',
          url: '',
          style: '',
          name: 'n',
          value: text('v'),
          confirm: { text: text('sure?'), title: 't', ok_text: 'yes', dismiss_text: '' },
        },
      ],
    });
    expect(preview).toMatchSnapshot();
  });

  it('tells Slack of as many alerts as a text holds, and of how many there are beyond', () => {
    const many = notificationOf(Array.from({ length: 2_000 }, (_, i) => down(`host-${i}`)));
    const lines = '{{ range .Alerts }}{{ .Labels.instance }}\n{{ end }}';
    const fields = Array.from({ length: 41 }, (_, i) => ({ title: `${i}`, value: lines, short: undefined }));
    const given = { text: lines, pretext: lines, fallback: lines, message_text: lines, fields };
    const { text, attachments } = plainly.slack(many, given).preview as {
      text: string;
      attachments: [{ text: string; pretext: string; fallback: string; fields: { value: string }[] }];
    };
    const [attachment] = attachments;
    for (const [told, limit] of [
      [text, 12_000],
      [attachment.text, 12_000],
      [attachment.pretext, 3_000],
      [attachment.fallback, 3_000],
      [attachment.fields[39]!.value, 3_000],
    ] as const) {
      expect(told.length).toBeLessThanOrEqual(limit);
      expect(told.length).toBeGreaterThan(limit - 100);
      expect(told).toMatch(/\nhost-\d+\n\+\d+ more: http\S+$/);
    }
    expect(attachment.fields).toHaveLength(40);
  });

  it('cuts the title at 1024 runes', () => {
    const { preview } = plainly.slack(situations['firing']!, { title: '😀'.repeat(1025) });
    expect(preview).toMatchObject({ attachments: [{ title: `${'😀'.repeat(1023)}…` }] });
  });

  it('updates a message that it has a receipt for, if it is to', () => {
    const told = notificationOf([up('a')], { receipt: 'C1:17.5' });
    expect(plainly.slack(told, { update_message: true }).preview).toMatchObject({ channel: 'C1', ts: '17.5' });
    expect(plainly.slack(told).preview).not.toHaveProperty('ts');
    const odd = notificationOf([up('a')], { receipt: 'nonsense' });
    expect(plainly.slack(odd, { update_message: true }).preview).not.toHaveProperty('ts');
  });
});

describe('Discord', () => {
  it('keeps to the limits of title, description and content', () => {
    const { preview } = plainly.discord(situations['firing']!, {
      title: 't'.repeat(300),
      message: 'm'.repeat(5000),
      content: 'c'.repeat(3000),
      username: 'Tocsin',
      avatar_url: 'http://avatar',
    });
    expect(preview).toEqual({
      content: `${'c'.repeat(1999)}…`,
      embeds: [{ title: `${'t'.repeat(255)}…`, description: `${'m'.repeat(4095)}…`, color: 0x992d22 }],
      username: 'Tocsin',
      avatar_url: 'http://avatar',
    });
  });

  it('tells of fewer alerts rather than cutting one in half', () => {
    const many = notificationOf(Array.from({ length: 100 }, (_, i) => down(`host${i}`)));
    const { preview } = plainly.discord(many);
    const [embed] = (preview as { embeds: { description: string }[] }).embeds;
    expect(embed?.description).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(runeCount(embed?.description ?? '')).toBeLessThanOrEqual(4096);
  });
});

describe('PagerDuty', () => {
  it('renders every key for version 2', () => {
    const { preview } = plainly.pagerduty(situations['mixed']!, {
      client: 'client {{ .Status }}',
      client_url: 'http://client',
      description: 'd'.repeat(1025),
      details: { 'a key': '{{ .Status }}', nested: { list: ['{{ .Alerts | len }}'] }, firing: 'mine' },
      images: [
        { src: 'http://image/{{ .Status }}', alt: 'alt', href: 'http://href' },
        { src: '{{ .CommonLabels.nothing }}', alt: 'dropped', href: 'dropped' },
      ],
      links: [
        { href: 'http://link', text: 'text {{ .Status }}' },
        { href: '', text: 'dropped' },
      ],
      source: 'source',
      severity: '{{ .CommonLabels.severity }}',
      class: 'class',
      component: 'component',
      group: 'group',
    });
    expect(preview).toMatchSnapshot();
  });

  it.each(['firing', 'resolved'])('renders version 1, %s', (name) => {
    const service_key = new Secret('service-key');
    expect(plainly.pagerduty(situations[name]!, { routing_key: undefined, service_key }).preview).toMatchSnapshot();
  });

  it('does not show the key, even when its template fails', () => {
    const routing_key = new Secret('key-{{ .Nonsense }}-secret');
    const { preview, renderError } = plainly.pagerduty(situations['firing']!, { routing_key });
    expect(renderError).toBe('the template in routing_key fails');
    expect(JSON.stringify(preview)).not.toMatch(/key-|-secret/);
  });
});

describe('email', () => {
  it('has default headers that can be overridden, and a thread a day', () => {
    const { preview } = plainly.email(situations['firing']!, {
      headers: { Subject: '{{ .Status }}!', 'Reply-To': 'noreply@{{ .GroupLabels.alertname }}.example' },
      html: '<b title="{{ .CommonAnnotations.summary }}">{{ .Status }}</b>',
      threading: { enabled: true, thread_by_date: 'daily' },
    });
    expect(preview).toMatchSnapshot();
  });

  it('has one thread for the group when days do not count', () => {
    const { preview } = plainly.email(situations['firing']!, { threading: { enabled: true, thread_by_date: 'none' } });
    const { headers } = preview as { headers: string[] };
    expect(headers.filter((header) => /^(References|In-Reply-To): /.test(header))).toEqual([
      expect.stringMatching(/^References: <alert-[0-9a-f]{16}-@alertmanager>$/),
      expect.stringMatching(/^In-Reply-To: <alert-[0-9a-f]{16}-@alertmanager>$/),
    ]);
  });

  it('escapes what the HTML body takes from alerts', () => {
    const one = notificationOf([firing({ alertname: '<script>alert(1)</script>' })]);
    expect(plainly.email(one, { html: '<p>{{ .GroupLabels.alertname }}</p>' }).preview).toMatchObject({
      html: '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>',
    });
  });
});

describe('a mail about thousands of alerts', () => {
  const long = 'x'.repeat(1000);
  const many = notificationOf(Array.from({ length: 6000 }, (_, i) => firing({ alertname: 'Down', i: `${i}`, long })));
  const list =
    '{{ range .Alerts }}<p>{{ .Labels.i }} {{ .Labels.long }} {{ .Labels.long }} {{ .Labels.long }}</p>{{ end }}';
  const partsOf = (given: { html?: string; text?: string }) => {
    const { preview, renderError } = plainly.email(many, { text: '', ...given });
    expect(renderError).toBeUndefined();
    return preview as { html: string; text: string };
  };

  it('tells of so many that mail servers take it, and of how many there are beyond, where the document ends', () => {
    const { html } = partsOf({ html: `<html><body>${list}</body></html>` });
    const told = html.match(/<p>\d+ x/g)?.length ?? 0;
    const rest = `<p>+${6000 - told} more: http://tocsin.example/#/alerts?receiver=team</p>\n</body></html>`;
    expect(html.endsWith(rest)).toBe(true);
    expect(html.length).toBeGreaterThan(990_000);
    expect(html.length).toBeLessThanOrEqual(1_000_000);
    expect(partsOf({ html: list }).html).toMatch(/<\/p>\n<p>\+\d+ more: [^<]*<\/p>\n$/);
  });

  it('does so in plain text as well', () => {
    expect(partsOf({ text: list }).text).toMatch(
      /x<\/p>\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/,
    );
  });

  it('tells of all of them as long as that is not too much', () => {
    const { html } = partsOf({ html: list.replace('{{ .Labels.long }} {{ .Labels.long }} ', '') });
    expect(html.match(/<p>\d+ x/g)).toHaveLength(6000);
  });
});

describe('a template that fails', () => {
  it('is told about with the outcome, good or bad', async () => {
    const server = await HttpSink.start();
    const given = { webhook_url: new Secret(server.url()), message: '{{ .Nonsense }}' };
    const sent = plainly.discord(situations['firing']!, given);
    expect(await sent.send(attemptIO())).toEqual({
      ok: true,
      warning: expect.stringMatching(/^a template failed, so that a plain text was sent: .*Nonsense/),
    });
    expect(server.bodies()[0]).toMatchObject({ embeds: [{ title: '[FIRING:2] Down' }] });
    server.answer({ status: 400 });
    expect(await plainly.discord(situations['firing']!, given).send(attemptIO())).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^the server answered 400 \(and a template failed: .*Nonsense.*\)$/),
    });
    await server.close();
  });

  it('still goes to where its other templates say', async () => {
    const server = await SmtpSink.start();
    const sent = plainly.email(situations['firing']!, {
      smarthost: { host: '127.0.0.1', port: String(server.port) },
      require_tls: false,
      to: '{{ .GroupLabels.alertname }}@example.org',
      text: '{{ .Nonsense }}',
    });
    expect(await sent.send(attemptIO())).toMatchObject({ ok: true, warning: expect.stringMatching(/Nonsense/) });
    expect(server.mails[0]).toMatchObject({ to: ['Down@example.org'], parsed: { subject: '[FIRING:2] Down' } });
    expect(server.mails[0]?.parsed.text).toMatch(/- firing: alertname=Down instance=a severity=page/);
    await server.close();
  });

  it('that decides where it goes means that it goes nowhere', async () => {
    const toNobody = plainly.email(situations['firing']!, { to: '{{ .Nonsense }}@example.org' });
    expect(await toNobody.send(attemptIO())).toMatchObject({ ok: false, retry: false });
    const nowhere = plainly.webhook(situations['firing']!, { url: new Secret('http://{{ .Nonsense }}/') });
    expect(await nowhere.send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'other',
      message: 'the URL is empty once its template is executed (and a template failed: the template in url fails)',
    });
  });
});
