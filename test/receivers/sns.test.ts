import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import { plainText } from '../../src/receivers/plain.ts';
import { type SnsSettings, snsSchema } from '../../src/receivers/settings/sns.ts';
import { sns } from '../../src/receivers/sns.ts';
import type { Templates } from '../../src/template/templates.ts';
import { AwsSink } from '../support/aws-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const TOPIC = 'arn:aws:sns:us-east-2:123456789012:My-Topic';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const sigv4 = {
  region: 'us-east-2',
  access_key: 'AKIDEXAMPLE',
  secret_key: new Secret(SECRET),
  profile: '',
  role_arn: '',
  external_id: '',
  use_fips_sts_endpoint: false,
};

let templates: Templates;
let server: AwsSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await AwsSink.start();
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

function settings(given: Partial<SnsSettings> = {}): SnsSettings {
  const to = 'phone_number' in given || 'target_arn' in given ? {} : { topic_arn: TOPIC };
  return settingsOf(snsSchema, { http_config: httpSettings(), api_url: server.http.url(), sigv4, ...to, ...given });
}

function prepared(notification: Notification, given: Partial<SnsSettings> = {}): Prepared {
  return prepare({ type: 'sns', index: 0, sendResolved: true, settings: settings(given) }, notification, templates);
}

const shown = (notification: Notification, given: Partial<SnsSettings> = {}) =>
  prepared(notification, given).preview as Readonly<Record<string, string>>;
const send = async (notification: Notification, given: Partial<SnsSettings> = {}) =>
  prepared(notification, given).send(attemptIO());

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "ü🔥"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, severity: 'page' });
const one = notificationOf([down('a')]);
const over = notificationOf([up('a')]);
const thousands = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

describe('a message', () => {
  it.each([
    ['firing', notificationOf([down('a'), down('b')])],
    ['resolved', notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' })],
    ['mixed', notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' })],
  ])('about alerts that are %s', (_name, notification) => {
    const { preview, renderError } = prepared(notification);
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
  });

  it('goes to a topic, a phone or a device, which may depend on the alerts', async () => {
    for (const [given, name, value] of [
      [{ topic_arn: `${TOPIC}-{{ .CommonLabels.severity }}` }, 'TopicArn', `${TOPIC}-page`],
      [{ phone_number: '+1555{{ len .Alerts }}' }, 'PhoneNumber', '+15551'],
      [{ target_arn: 'arn:aws:sns:::{{ .Status }}' }, 'TargetArn', 'arn:aws:sns:::firing'],
    ] as const) {
      expect(await send(one, given)).toEqual({ ok: true });
      const form = server.published.at(-1)!;
      expect(['TopicArn', 'PhoneNumber', 'TargetArn'].filter((key) => form.has(key))).toEqual([name]);
      expect(form.get(name)).toBe(value);
    }
  });

  it('is one of its group in a FIFO topic', async () => {
    expect(await send(one, { topic_arn: `${TOPIC}.fifo` })).toEqual({ ok: true });
    // The SHA-256 of the group key.
    const group = 'af94c9e8f6a3043625e36c6f472fe6be85ac23a9117184ee4cb7b4ad7401a47e';
    // A FIFO topic drops what has an id that it has seen: a retry, and nothing that is news.
    expect(await send(one, { topic_arn: `${TOPIC}.fifo` })).toEqual({ ok: true });
    expect(await send(over, { topic_arn: `${TOPIC}.fifo` })).toEqual({ ok: true });
    const [first, again, end] = server.published.map((form) => form.get('MessageDeduplicationId'));
    expect(again).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(end).not.toBe(first);
    expect(server.published.map((form) => form.get('MessageGroupId'))).toEqual([group, group, group]);
    expect(shown(one)).not.toHaveProperty('MessageGroupId');
  });

  it('has attributes, whose names and values are templates, in the order of their names', async () => {
    const attributes = {
      z: 'last',
      'status {{ .Status }}': '{{ .CommonLabels.severity }}',
      none: '{{ .CommonLabels.none }}',
      b: "a b+c&d=e*~'()!ü",
    };
    expect(await send(one, { attributes })).toEqual({ ok: true });
    const form = server.published[0]!;
    const told = [1, 2, 3].map((i) =>
      ['Name', 'Value.DataType', 'Value.StringValue'].map((part) => form.get(`MessageAttributes.entry.${i}.${part}`)),
    );
    expect(told).toEqual([
      ['b', 'String', "a b+c&d=e*~'()!ü"],
      ['status firing', 'String', 'page'],
      ['z', 'String', 'last'],
    ]);
    expect(form.has('MessageAttributes.entry.4.Name')).toBe(false);
    expect(server.http.requests[0]?.body).toContain('StringValue=a+b%2Bc%26d%3De%2A~%27%28%29%21%C3%BC&');
  });

  it('has a subject that SNS takes', async () => {
    for (const [subject, expected] of [
      ['{{ printf "%120s" .Status }}', 'firing'],
      ['a\r\nb\tc', 'a b c'],
      ['x{{ printf "%120s" .Status }}', `x${' '.repeat(97)}…`],
      ['', undefined],
      ['{{ .CommonLabels.none }}', undefined],
    ] as const) {
      expect(await send(one, { subject })).toEqual({ ok: true });
      expect(server.published.at(-1)?.get('Subject') ?? undefined).toBe(expected);
    }
  });
});

describe('a message that is too long', () => {
  const LIMIT = 256 * 1024;

  it('tells of as many alerts as fit, and says that it is not all', async () => {
    const attributes = { severity: 'page' };
    expect(await send(thousands, { attributes })).toEqual({ ok: true });
    const form = server.published[0]!;
    expect(form.get('Message')).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(Buffer.byteLength(form.get('Message')!)).toBeGreaterThan(LIMIT - 1000);
    expect(form.get('MessageAttributes.entry.2.Name')).toBe('truncated');
    expect(form.get('MessageAttributes.entry.2.Value.StringValue')).toBe('true');
  });

  it('is measured in bytes together with its attributes', async () => {
    const attributes = { a: 'bc' };
    const most = LIMIT - Buffer.byteLength('aStringbc');
    const repeated = (count: number) => ({
      attributes,
      message: `{{ "ü" | reReplaceAll "ü" "${'ü'.repeat(count / 2)}" }}`,
    });
    expect(await send(one, repeated(most - (most % 2)))).toEqual({ ok: true });
    expect(server.published[0]?.has('MessageAttributes.entry.2.Name')).toBe(false);
    expect(await send(one, repeated(most + 2))).toEqual({ ok: true });
    expect(server.published[1]?.get('MessageAttributes.entry.2.Name')).toBe('truncated');
    expect(server.published[1]?.get('Message')).toMatch(/^ü+…$/);
  });

  it('is shorter still to a phone', async () => {
    expect(await send(thousands, { phone_number: '+15550100' })).toEqual({ ok: true });
    const message = server.published[0]?.get('Message') ?? '';
    expect(message).toMatch(/\n\+\d+ more: /);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1600);
    expect(Buffer.byteLength(message)).toBeGreaterThan(1200);
  });
});

describe('what SNS answers', () => {
  it('is final when it refuses a message, in its own words', async () => {
    expect(await send(one, { phone_number: '0123' })).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'the server answered 400: InvalidParameter: Invalid parameter: PhoneNumber',
    });
  });

  it('is final when it does not know the keys, which it does not repeat', async () => {
    const wrong = { sigv4: { ...sigv4, secret_key: new Secret('another-secret') } };
    expect(await send(one, wrong)).toMatchObject({ retry: false, reason: 'authError' });
    server.instead(() => ({
      status: 400,
      body: `<Error><Code>X</Code><Message>${SECRET} AKID&amp;</Message></Error>`,
    }));
    expect(await send(one)).toMatchObject({ message: 'the server answered 400: X: <redacted> AKID&' });
  });

  it.each([
    [400, 'Throttling', 'rateLimited', true],
    [429, 'ThrottledException', 'rateLimited', true],
    [500, 'InternalError', 'serverError', true],
    [503, '', 'serverError', true],
    [400, 'ParameterValueInvalid', 'clientError', false],
    [403, 'AuthorizationError', 'authError', false],
    [404, 'NotFound', 'clientError', false],
  ])('is %i %s: %s, another attempt: %s', async (status, code, reason, retry) => {
    server.instead(() => ({ status, body: `<Error><Code>${code}</Code></Error>`, headers: { 'retry-after': '7' } }));
    const outcome = await send(one);
    expect(outcome).toMatchObject({ ok: false, reason, retry });
    if (retry && code !== 'Throttling') expect(outcome).toMatchObject({ retryAfterMs: 7000 });
  });

  it('says what is too large, and a short plain text gets through', async () => {
    server.instead(() => ({
      status: 400,
      body: '<Error><Code>InvalidParameter</Code><Message>Invalid parameter: Message too long</Message></Error>',
    }));
    const message = sns.render(one, settings(), templates);
    expect(await sns.send(message, settings(), attemptIO())).toMatchObject({ retry: false, tooLarge: true });
    server.instead(undefined);
    const plain = sns.renderPlain(one, settings(), templates, plainText(one, 'too large'));
    expect(await sns.send(plain, settings(), attemptIO())).toEqual({ ok: true });
  });

  it('is a warning when a template failed and a plain text went out', async () => {
    const broken = { message: '{{ .Nonsense }}', attributes: { a: '{{ .Nonsense }}', b: 'c' } };
    const { preview, renderError } = prepared(notificationOf([down('a'), up('b')]), broken);
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(await send(one, broken)).toMatchObject({ ok: true, warning: expect.stringMatching(/Nonsense/) });
  });
});

describe('the API URL', () => {
  it('may be a template, and have a path and a query', async () => {
    const api_url = server.http.url('/{{ .Status }} x/?b=2&a={{ .CommonLabels.severity }}');
    expect(await send(one, { api_url })).toEqual({ ok: true });
    expect(server.http.requests[0]?.path).toBe('/firing%20x/?b=2&a=page');
    expect(await send(one, { api_url: '{{ .Status }}' })).toMatchObject({
      ok: false,
      message: 'the API URL is not a URL',
    });
  });
});
