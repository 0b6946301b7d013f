import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notification, Outcome } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type TwilioSettings, twilioSchema } from '../../src/receivers/settings/twilio.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { NOW } from '../support/receiving.ts';
import { huge, Integration, situations } from '../support/rendering.ts';

const ACCOUNT = 'ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const TOKEN = 'auth-token-of-the-account';
const KEY = 'SKbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
const KEY_SECRET = 'secret-of-the-api-key';
const SERVICE = 'MGcccccccccccccccccccccccccccccccc';
const FROM = '+15017122661';
const [ANNE, BOB, CARL] = ['+14155550100', '+14155550101', '+14155550102'];
const OPTED_OUT = '+14155550199';

let server: HttpSink;
/** The texts that arrived, by number. */
let texts: Map<string, string[]>;
/** What numbers are answered before anything is looked at. */
let trouble: Map<string, SinkAnswer>;

beforeEach(async () => {
  texts = new Map();
  trouble = new Map();
  server = await HttpSink.start(twilioApi);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://www.twilio.com/docs/messaging/api/message-resource and of https://www.twilio.com/docs/api/errors. */
function twilioApi({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const login = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
  if (method !== 'POST' || path !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`) return refusal(404, 20404, path);
  if (login !== `${ACCOUNT}:${TOKEN}` && login !== `${KEY}:${KEY_SECRET}`) {
    return refusal(401, 20003, `Authenticate, not with ${login}`);
  }
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return refusal(415, 20415, 'no form');
  const { To, From, MessagingServiceSid, Body, ...rest } = Object.fromEntries(new URLSearchParams(body));
  if (Object.keys(rest).length > 0) return refusal(400, 20001, 'unknown parameter');
  const troubled = trouble.get(To ?? '');
  if (troubled !== undefined) return troubled;
  if (!/^\+[1-9]\d{6,14}$/.test(To ?? '')) return refusal(400, 21211, `Invalid 'To' Phone Number: ${To}`);
  if (To === OPTED_OUT) return refusal(400, 21610, 'Attempt to send to unsubscribed recipient');
  if ((From === undefined) === (MessagingServiceSid === undefined)) return refusal(400, 21603, "A 'From' is required");
  if (From !== undefined && From !== FROM) return refusal(400, 21606, `${From} is not a valid sender`);
  if (MessagingServiceSid !== undefined && MessagingServiceSid !== SERVICE)
    return refusal(404, 21701, 'no such service');
  if (Body === undefined || Body === '') return refusal(400, 21602, 'Message body is required');
  if (Body.length > 1600) return refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
  texts.set(To!, [...(texts.get(To!) ?? []), Body]);
  return json(201, { sid: 'SMdddddddddddddddddddddddddddddddd', status: 'queued', to: To, error_code: null });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(status: number, code: number, message: string): SinkAnswer {
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

function twilio(given: Partial<TwilioSettings> = {}): Integration<TwilioSettings> {
  const needed = { url: server.url(), account_sid: ACCOUNT, auth_token: new Secret(TOKEN), from: FROM, to: [ANNE!] };
  return new Integration('twilio', twilioSchema, { ...needed, ...given });
}

const counts = () => Object.fromEntries([...texts].map(([number, all]) => [number, all.length]));
const BUSY = { ...refusal(429, 20429, 'Too Many Requests'), headers: { 'retry-after': '4' } };

describe('a text message', () => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = twilio().prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await twilio().send(notification)).toEqual({ ok: true });
    expect(texts.get(ANNE!)).toEqual([(prepared.preview as { body: string }).body]);
  });

  it('goes to all numbers, once each', async () => {
    const to = [`${ANNE}, ${BOB}`, '{{ if eq .Status "firing" }}+14155550102{{ end }}', '{{ "" }}', ANNE!];
    expect(await twilio({ to, message: 'M {{ .Status }} & more' }).send()).toEqual({ ok: true });
    expect(Object.fromEntries(texts)).toEqual({
      [ANNE!]: ['M firing & more'],
      [BOB!]: ['M firing & more'],
      [CARL!]: ['M firing & more'],
    });
  });

  it('comes from a messaging service, and with an API key from a file', async () => {
    const given = { from: '', messaging_service_sid: SERVICE, auth_token: undefined, api_key: KEY };
    expect(await twilio({ ...given, api_key_secret: new Secret(KEY_SECRET) }).send()).toEqual({ ok: true });
    const readFile = async () => `${KEY_SECRET}\n`;
    const filed = twilio({ ...given, api_key_secret_file: '/secret' });
    expect(await filed.send(situations.firing, { readFile })).toEqual({ ok: true });
    const empty = await filed.send(situations.firing, { readFile: async () => ' ' });
    expect(empty).toMatchObject({ ok: false, retry: false, message: "the API key's secret is empty" });
    const token = twilio({ auth_token: undefined, auth_token_file: '/token' });
    expect(await token.send(situations.firing, { readFile: async () => `${TOKEN}\n` })).toEqual({ ok: true });
    expect(counts()).toEqual({ [ANNE!]: 3 });
  });

  it('is no longer than Twilio takes, counted as Twilio counts', async () => {
    const message = '{{ range .Alerts }}{{ .Labels.instance }} 🔥\n{{ end }}';
    expect(await twilio({ message }).send(huge)).toEqual({ ok: true });
    expect(await twilio({ message: '🔥'.repeat(1000) }).send()).toEqual({ ok: true });
    const [fitted, cut] = texts.get(ANNE!)!;
    expect(fitted).toMatch(/^host-0-ü 🔥\n[\s\S]*\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
    expect(cut!.length).toBe(1599);
  });

  it('is plain and short when a template fails', async () => {
    const outcome = await twilio({ message: '{{ .Nonsense }}' }).send();
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect(texts.get(ANNE!)).toEqual(['[FIRING:2] Down\nhttp://tocsin.example/#/alerts?receiver=team']);
    const lost = await twilio({ to: ['{{ .Nonsense }}'] }).send();
    expect(lost).toMatchObject({
      ok: false,
      retry: false,
      message: expect.stringContaining('nobody to send to') as string,
    });
  });
});

describe('one of several numbers', () => {
  it('that is refused for good is told of, and the others get their text', async () => {
    expect(await twilio({ to: [ANNE!, '12', OPTED_OUT] }).send()).toEqual({
      ok: true,
      warning:
        "no text could be sent to 12: the server answered 400: Invalid 'To' Phone Number: 12 (21211); " +
        `${OPTED_OUT}: the server answered 400: Attempt to send to unsubscribed recipient (21610)`,
    });
    expect(counts()).toEqual({ [ANNE!]: 1 });
  });

  it('that has to wait does not have the others told twice', async () => {
    const integration = twilio({ to: [ANNE!, BOB!, CARL!, OPTED_OUT] });
    trouble.set(BOB!, BUSY);
    const waiting = await integration.send(situations.firing, { now: NOW });
    expect(waiting).toMatchObject({ ok: false, retry: true, reason: 'rateLimited', retryAfterMs: 4000 });
    expect((waiting as Outcome & { ok: false }).message).toMatch(
      /^\+14155550101: .*20429\); \+14155550199: .*21610\)$/,
    );
    trouble.set(BOB!, refusal(503, 20503, 'Service unavailable'));
    const again = await integration.send(situations.firing, { now: NOW + 5000 });
    expect(again).toMatchObject({ ok: false, retry: true, reason: 'serverError' });
    trouble.clear();
    const done = await integration.send(situations.firing, { now: NOW + 20_000 });
    expect(done).toMatchObject({ ok: true, warning: expect.stringContaining(OPTED_OUT) as string });
    expect(counts()).toEqual({ [ANNE!]: 1, [BOB!]: 1, [CARL!]: 1 });
  });

  it('that turns out to be no number leaves a success for those who were told', async () => {
    const integration = twilio({ to: [ANNE!, BOB!] });
    trouble.set(BOB!, BUSY);
    expect(await integration.send()).toMatchObject({ ok: false, retry: true });
    trouble.set(BOB!, refusal(400, 21211, 'Invalid'));
    expect(await integration.send()).toMatchObject({ ok: true, warning: expect.stringContaining(BOB!) as string });
    expect(counts()).toEqual({ [ANNE!]: 1 });
  });

  it.each<[string, Notification, number]>([
    ['the same is repeated after it was told', situations.firing, NOW + 1000],
    ['there is something else to tell', situations.resolved, NOW + 1000],
  ])('does not keep the others from a text when %s', async (_, next, now) => {
    const integration = twilio({ to: [ANNE!, BOB!] });
    if (next === situations.firing) {
      expect(await integration.send(situations.firing, { now: NOW })).toEqual({ ok: true });
    } else {
      trouble.set(BOB!, BUSY);
      expect(await integration.send(situations.firing, { now: NOW })).toMatchObject({ ok: false });
      trouble.clear();
    }
    expect(await integration.send(next, { now })).toEqual({ ok: true });
    expect(texts.get(ANNE!)?.length).toBe(2);
  });

  it('does not keep the others from a text that looks the same much later', async () => {
    const integration = twilio({ to: [ANNE!, BOB!] });
    trouble.set(BOB!, BUSY);
    expect(await integration.send(situations.firing, { now: NOW })).toMatchObject({ ok: false });
    trouble.clear();
    expect(await integration.send(situations.firing, { now: NOW + 3_700_000 })).toEqual({ ok: true });
    expect(counts()).toEqual({ [ANNE!]: 2, [BOB!]: 1 });
  });
});

describe('Twilio may refuse a message', () => {
  it('without repeating the token', async () => {
    const outcome = await twilio({ auth_token: new Secret('wrong-auth-token'), to: [ANNE!, BOB!] }).send();
    expect(outcome).toMatchObject({ ok: false, retry: false, reason: 'authError' });
    expect((outcome as Outcome & { ok: false }).message).toMatch(
      /^\+14155550100: the server answered 401: Authenticate/,
    );
    expect(JSON.stringify(outcome)).not.toContain('wrong-auth-token');
  });

  it.each([
    ['20429 under another status', refusal(400, 20429, 'x'), { retry: true, reason: 'rateLimited' }],
    ['a queue that is full', refusal(400, 21611, 'x'), { retry: true, reason: 'rateLimited' }],
    ['trouble of its own', refusal(500, 20500, 'x'), { retry: true, reason: 'serverError' }],
    [
      'a gateway',
      { status: 502, body: 'Bad Gateway' },
      { retry: true, message: `${ANNE}: the server answered 502: Bad Gateway` },
    ],
    ['no permission', refusal(403, 20403, 'x'), { retry: false, reason: 'authError' }],
    ['its length', refusal(400, 21617, 'x'), { retry: false, reason: 'clientError', tooLarge: true }],
    ['a number', refusal(400, 21211, 'x'), { retry: false, reason: 'clientError' }],
  ] as [string, SinkAnswer, object][])('for %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await twilio().send()).toMatchObject({ ok: false, ...expected });
  });

  it('by not answering in time', async () => {
    server.answer({ afterMs: 2000 });
    expect(await twilio({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
