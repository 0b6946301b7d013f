import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { prepare } from '../../src/receivers/index.ts';
import { type MattermostSettings, mattermostSchema } from '../../src/receivers/settings/mattermost.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import type { Templates } from '../../src/template/templates.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

let templates: Templates;
let server: HttpSink | undefined;

beforeAll(() => {
  templates = defaultTemplates();
});

afterEach(async () => {
  await closeConnections();
  await server?.close();
});

const down = (instance: string) => firing({ alertname: 'Down', instance }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance }, { summary: `<${instance}> & "down"` });
const firingOnes = notificationOf([down('a'), down('b')]);

function prepared(given: Partial<MattermostSettings>, notification: Notification = firingOnes) {
  const webhook_url = new Secret(server?.url('/hooks/secret-hook-id') ?? 'http://127.0.0.1:1/');
  const settings = settingsOf(mattermostSchema, { http_config: httpSettings(), webhook_url, ...given });
  return prepare({ type: 'mattermost', index: 0, sendResolved: true, settings }, notification, templates);
}

const error = (status: number, message: string, detailed_error = ''): SinkAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ id: 'api.x', message, detailed_error, request_id: 'r', status_code: status }),
});

/** What Mattermost's own documentation says of incoming webhooks: https://developers.mattermost.com/integrate/webhooks/incoming. */
function mattermostServer({ method, path, headers, body }: SinkRequest): SinkAnswer {
  if (method !== 'POST') return error(405, 'Method not allowed');
  if (path !== '/hooks/secret-hook-id') return error(400, 'Invalid webhook.', `no hook ${path.slice(7)}`);
  if (headers['content-type'] !== 'application/json') return error(400, 'Could not parse the media type');
  // A server's MaximumPayloadSizeBytes, unless its administrator says otherwise.
  if (Buffer.byteLength(body) > 300_000) return error(400, 'Unable to parse incoming data.');
  const message = JSON.parse(body) as Record<string, unknown>;
  const attachments = (message['attachments'] ?? []) as Record<string, unknown>[];
  const priority = message['priority'] as Record<string, unknown> | undefined;
  if (typeof (message['text'] ?? '') !== 'string') return error(400, 'Unable to parse incoming data');
  if ((message['text'] ?? '') === '' && attachments.length === 0) return error(400, 'No text or attachments');
  if (runeCount(String(message['text'] ?? '')) > 16383) return error(400, 'The text is too long');
  if (message['channel'] === 'nowhere') return error(404, 'Unable to find the channel.');
  for (const field of attachments.flatMap((one) => (one['fields'] ?? []) as Record<string, unknown>[])) {
    if (typeof field['title'] !== 'string' || typeof field['value'] !== 'string') return error(400, 'Invalid field');
  }
  if (priority !== undefined) {
    if (!['urgent', 'important', 'standard'].includes(String(priority['priority']))) return error(400, 'Bad priority');
    if (priority['requested_ack'] === true && priority['priority'] === 'standard') return error(400, 'Bad ack');
    if (priority['persistent_notifications'] === true && priority['priority'] !== 'urgent')
      return error(400, 'Bad rest');
  }
  return { body: 'ok', headers: { 'content-type': 'text/plain' } };
}

const every: Partial<MattermostSettings> = {
  channel: '{{ .GroupLabels.alertname }}',
  username: 'user',
  icon_url: 'http://icon/{{ .Status }}',
  icon_emoji: ':{{ .Status }}:',
  fallback: 'f',
  color: '#ff0000',
  pretext: 'p {{ .Status }}',
  author_name: 'an',
  author_link: 'al',
  author_icon: 'ai',
  title: 't {{ .Status }}',
  title_link: 'tl',
  text: '{{ range .Alerts }}{{ .Labels.instance }} {{ end }}',
  fields: [
    { title: 'A {{ .Status }}', value: '{{ .Alerts | len }}', short: true },
    { title: 'B', value: 'b', short: undefined },
    { title: 'C', value: 'c', short: false },
  ],
  thumb_url: 'th',
  footer: 'fo',
  footer_icon: 'fi',
  image_url: 'im',
  type: 'custom_{{ .Status }}',
  props: { card: '# {{ .Status }}' },
  priority: {
    priority: '{{ if eq .Status "firing" }}URGENT{{ end }}',
    requested_ack: true,
    persistent_notifications: true,
  },
};

describe('a message for Mattermost', () => {
  it.each([
    ['firing', firingOnes],
    ['resolved', notificationOf([up('a'), up('b')])],
    ['mixed', notificationOf([down('a'), up('b')])],
  ])('with its defaults, %s', (_name, notification) => {
    expect(prepared({}, notification).preview).toMatchSnapshot();
  });

  it('with every key', () => {
    expect(prepared(every).preview).toMatchSnapshot();
  });

  it('with attachments of their own has only those, and its text for itself', () => {
    const attachment = {
      ...settingsOf(mattermostSchema, {}),
      text: 'only {{ .Status }}',
      fallback: '',
      color: '',
      title: '',
    };
    const { preview } = prepared({
      ...every,
      attachments: [
        { ...attachment, title_link: '', fields: [{ title: 'T', value: '{{ .Status }}', short: undefined }] },
        { ...attachment, text: '', title_link: '' },
      ],
    });
    expect(preview).toMatchObject({
      text: 'a b ',
      attachments: [{ text: 'only firing', fields: [{ title: 'T', value: 'firing' }] }, {}],
    });
  });

  it('has no text beyond the limit: it tells of fewer alerts', () => {
    const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
    const attachments = [settingsOf(mattermostSchema, {})];
    const { text } = prepared({ attachments }, many).preview as { text: string };
    expect(text).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(runeCount(text)).toBeLessThanOrEqual(16383);
    expect(runeCount(text)).toBeGreaterThan(15000);
  });

  it('is plain when a template fails, in the channel that is meant', () => {
    const { preview, renderError } = prepared({ ...every, title: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
  });

  it.each([
    ['important', { priority: 'important', requested_ack: true }, /persistent_notifications was left out/],
    ['nonsense', { priority: 'standard' }, /no priority "nonsense".*requested_ack.*persistent_notifications/],
  ])('of priority %s asks for no more than Mattermost allows, and says so', async (priority, expected, warning) => {
    server = await HttpSink.start(mattermostServer);
    const outcome = await prepared({
      priority: { priority, requested_ack: true, persistent_notifications: true },
    }).send(attemptIO());
    expect(outcome).toEqual({ ok: true, warning: expect.stringMatching(warning) });
    expect((server.bodies()[0] as { priority: unknown }).priority).toEqual(expected);
  });
});

describe('sending to Mattermost', () => {
  it('is whole in an attachment, where Mattermost splits it, as long as the server takes it', async () => {
    server = await HttpSink.start(mattermostServer);
    const about = (count: number) => notificationOf(Array.from({ length: count }, (_, i) => down(`host${i}`)));
    const textsOf = (count: number, given: Partial<MattermostSettings> = {}) =>
      (prepared(given, about(count)).preview as { attachments: { text: string }[] }).attachments.map(
        ({ text }) => text,
      );
    expect(textsOf(1000)).toEqual([expect.stringMatching(/= host999\n/)]);
    expect(textsOf(1000)).not.toEqual([expect.stringMatching(/more: /)]);
    const attachment = settingsOf(mattermostSchema, {});
    const two = { attachments: [attachment, attachment], text: '' };
    for (const given of [{}, two]) {
      expect(await prepared(given, about(5000)).send(attemptIO())).toEqual({ ok: true });
      const bytes = Buffer.byteLength(server.requests.at(-1)!.body);
      expect(bytes).toBeGreaterThan(280_000);
      for (const text of textsOf(5000, given)) expect(text).toMatch(/\n\+\d+ more: http:.*=team$/);
    }
  });

  it.each([
    ['its defaults', {}],
    ['every key', every],
    ['a failing template', { text: '{{ .Nonsense }}' }],
  ])('is accepted with %s', async (_name, given) => {
    server = await HttpSink.start(mattermostServer);
    expect(await prepared(given).send(attemptIO())).toMatchObject({ ok: true });
    expect(server.requests.length).toBe(1);
  });

  it.each([
    error(400, 'Unable to fit webhook props within a 800000 character post.'),
    { status: 400, body: '{"id":"web.incoming_webhook.split_props_length.app_error","message":"zu groß"}' },
  ])('is plain once it is refused for its size: %j', async (refusal) => {
    server = await HttpSink.start(({ body }) => (body.length > 2000 ? refusal : { body: 'ok' }));
    const outcome = await prepared({ pretext: 'x'.repeat(3000) }).send(attemptIO());
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('too large') });
  });

  it('names the channel and what Mattermost says, and not the hook', async () => {
    server = await HttpSink.start(mattermostServer);
    expect(await prepared({ channel: 'nowhere' }).send(attemptIO())).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message: 'channel "nowhere": the server answered 404: Unable to find the channel.',
    });
    const webhook_url = new Secret(server.url('/hooks/another-secret-id'));
    const outcome = await prepared({ webhook_url }).send(attemptIO());
    expect(outcome).toMatchObject({ ok: false, retry: false, message: expect.stringContaining('Invalid webhook.') });
    expect(JSON.stringify(outcome)).not.toContain('another-secret-id');
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '3' }, body: 'limit exceeded' },
      { retry: true, reason: 'rateLimited', retryAfterMs: 3000, message: 'the server answered 429: limit exceeded' },
    ],
    [
      error(500, 'oops', 'deep'),
      { retry: true, reason: 'serverError', message: 'the server answered 500: oops: deep' },
    ],
    [error(401, 'no'), { retry: false, reason: 'authError' }],
    [
      { status: 502, body: '<h1>bad</h1>' },
      { retry: true, message: 'the server answered 502: <h1>bad</h1>' },
    ],
    [
      { status: 400, body: 'null' },
      { retry: false, message: 'the server answered 400: null' },
    ],
    [{ reset: true }, { retry: true, reason: 'other' }],
  ] as [SinkAnswer, object][])('is refused with %j', async (answer, expected) => {
    server = await HttpSink.start(answer);
    expect(await prepared({}).send(attemptIO())).toMatchObject({ ok: false, ...expected });
  });

  it('reads the URL from a file at each attempt, and says when it is empty', async () => {
    server = await HttpSink.start(mattermostServer);
    const given = { webhook_url: undefined, webhook_url_file: '/url' };
    const io = attemptIO({ readFile: async () => ` ${server!.url('/hooks/secret-hook-id')}\n` });
    expect(await prepared(given).send(io)).toEqual({ ok: true });
    expect(await prepared(given).send(attemptIO({ readFile: async () => ' \n' }))).toMatchObject({
      ok: false,
      retry: false,
      message: 'the webhook URL is empty',
    });
    const gone = attemptIO({ readFile: async () => Promise.reject(new Error('/url is not there')) });
    expect(await prepared(given).send(gone)).toMatchObject({ ok: false, retry: false, message: '/url is not there' });
  });
});
