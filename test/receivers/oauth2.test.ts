import { createVerify, generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections, postJson } from '../../src/receivers/http.ts';
import { httpClientSchema, type OAuth2Settings } from '../../src/receivers/settings/http.ts';
import { type Answerer, HttpSink, type SinkAnswer } from '../support/http-sink.ts';
import { attemptIO, httpSettings, NOW, settingsOf } from '../support/receiving.ts';

const closing: HttpSink[] = [];

async function sink(answer: SinkAnswer | Answerer = {}): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

function oauth2(token_url: string, given: Partial<OAuth2Settings> = {}): OAuth2Settings {
  const field = httpClientSchema.fields.oauth2;
  if (field.is !== 'section') throw new Error('oauth2 is no section');
  const defaults = settingsOf(field.of, {}) as OAuth2Settings;
  return { ...defaults, client_id: 'the:client', client_secret: new Secret('the secret'), token_url, ...given };
}

const granted = (fields: object): SinkAnswer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(fields),
});

const form = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body));

describe('client credentials', () => {
  it('get a token, which is used until shortly before it expires', async () => {
    const tokens = await sink((_, count) => granted({ access_token: `token-number-${count}`, expires_in: 60 }));
    const server = await sink();
    const client = httpSettings({
      oauth2: oauth2(tokens.url('/token'), {
        scopes: ['a', 'b'],
        endpoint_params: { audience: 'x', grant_type: 'no' },
      }),
    });
    for (const now of [NOW, NOW + 49_000, NOW + 51_000]) {
      expect(await postJson({ url: server.url(), body: '' }, client, attemptIO({ now }))).toEqual({ ok: true });
    }
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([
      'Bearer token-number-1',
      'Bearer token-number-1',
      'Bearer token-number-2',
    ]);
    expect(form(tokens.requests[0]?.body)).toEqual({ grant_type: 'client_credentials', scope: 'a b', audience: 'x' });
    const login = Buffer.from('the%3Aclient:the+secret').toString('base64');
    expect(tokens.requests[0]?.headers.authorization).toBe(`Basic ${login}`);
  });

  it('read no more of an answer than a token is long', async () => {
    const tokens = await sink(granted({ padding: 'x'.repeat(3_000_000), access_token: 'token' }));
    const client = httpSettings({ oauth2: oauth2(tokens.url('/token')) });
    expect(await postJson({ url: 'http://127.0.0.1:1/', body: '' }, client, attemptIO())).toMatchObject({
      ok: false,
      message: 'oauth2: the token server answered 200 without a token: look at token_url',
    });
  });

  it('are shown once for many requests at the same time, and again when that failed', async () => {
    const tokens = await sink((_, count) =>
      count <= 2 ? { status: 503, afterMs: 50 } : { ...granted({ access_token: 'the-token' }), afterMs: 50 },
    );
    const server = await sink();
    const client = httpSettings({ oauth2: oauth2(tokens.url('/token')) });
    const burst = () =>
      Promise.all(Array.from({ length: 20 }, () => postJson({ url: server.url(), body: '' }, client, attemptIO())));
    const refused = await burst();
    expect(new Set(refused.map((outcome) => (outcome.ok ? 'ok' : outcome.message)))).toEqual(
      new Set(['oauth2: the token server answered 503']),
    );
    // Once in the header and once in the form.
    expect(tokens.requests.length).toBe(2);
    expect((await burst()).every((outcome) => outcome.ok)).toBe(true);
    expect(tokens.requests.length).toBe(3);
    expect(server.requests.length).toBe(20);
  });

  it('are put into the form for servers that want them there, and the answer may be a form too', async () => {
    const tokens = await sink(({ headers }) =>
      headers.authorization === undefined ? { body: 'access_token=from-a-form&token_type=bearer' } : { status: 401 },
    );
    const server = await sink();
    const client = httpSettings({ oauth2: oauth2(tokens.url()) });
    expect(await postJson({ url: server.url(), body: '' }, client, attemptIO())).toEqual({ ok: true });
    expect(form(tokens.requests[1]?.body)).toMatchObject({ client_id: 'the:client', client_secret: 'the secret' });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer from-a-form');
  });

  it.each([307, 308])('follow a redirect (%s) on the same host', async (status) => {
    const tokens = await sink(({ path }) =>
      path === '/old' ? { status, headers: { location: '/new?a' } } : granted({ access_token: 'moved' }),
    );
    const server = await sink();
    const client = httpSettings({ oauth2: oauth2(tokens.url('/old')) });
    expect(await postJson({ url: server.url(), body: '' }, client, attemptIO())).toEqual({ ok: true });
    expect(tokens.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /old', 'POST /new?a']);
    expect(tokens.requests[1]).toMatchObject({ body: tokens.requests[0]?.body, headers: tokens.requests[0]?.headers });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer moved');
  });

  it.each([
    ['another host', 'http://localhost:1/', 'redirects to another host'],
    ['nowhere', 'ftp://127.0.0.1/', 'no URL'],
    ['itself', '', 'more than 10 redirects'],
  ])('do not follow one to %s', async (_where, location, message) => {
    const tokens = await sink({ status: 307, headers: { location } });
    const client = httpSettings({ oauth2: oauth2(tokens.url('/token')) });
    expect(await postJson({ url: 'http://127.0.0.1:1/', body: '' }, client, attemptIO())).toMatchObject({
      ok: false,
      retry: true,
      message: expect.stringContaining(message),
    });
  });

  it('of the URL are sent where nothing else is, and shown nowhere', async () => {
    const tokens = await sink({ status: 401 });
    const url = tokens.url('/token').replace('http://', 'http://joe:s3cr3t-word@');
    const client = httpSettings({ oauth2: oauth2(url) });
    const outcome = await postJson({ url: 'http://127.0.0.1:1/', body: '' }, client, attemptIO());
    expect(tokens.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('the%3Aclient:the+secret').toString('base64')}`,
      `Basic ${Buffer.from('joe:s3cr3t-word').toString('base64')}`,
    ]);
    expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
  });

  it.each([
    [{ status: 500, body: 'the secret' }, 'oauth2: the token server answered 500'],
    [{ body: '{}' }, 'oauth2: the token server answered 200 without a token: look at token_url'],
  ] as [SinkAnswer, string][])('that get no token mean no message yet', async (answer, message) => {
    const tokens = await sink(answer);
    const server = await sink();
    const client = httpSettings({ oauth2: oauth2(tokens.url()) });
    const outcome = await postJson({ url: server.url(), body: '' }, client, attemptIO());
    expect(outcome).toEqual({ ok: false, retry: true, reason: 'other', message });
    expect(server.requests).toEqual([]);
  });
});

describe('a signed assertion', () => {
  it('gets a token', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const tokens = await sink(granted({ access_token: 'asserted' }));
    const server = await sink();
    const client = httpSettings({
      oauth2: oauth2(tokens.url(), {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        client_certificate_key: new Secret(privateKey),
        client_certificate_key_id: 'k1',
        signature_algorithm: 'RS512',
        scopes: ['s'],
        claims: { extra: 1 },
      }),
    });
    expect(await postJson({ url: server.url(), body: '' }, client, attemptIO())).toEqual({ ok: true });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer asserted');
    const { assertion = '', ...rest } = form(tokens.requests[0]?.body);
    expect(rest).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' });
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const verify = createVerify('RSA-SHA512').update(`${head}.${claims}`);
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS512', typ: 'JWT', kid: 'k1' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'the:client',
      sub: 'the:client',
      aud: tokens.url(),
      scope: 's',
      extra: 1,
      iat: Math.floor(NOW / 1000),
      exp: Math.floor(NOW / 1000) + 3600,
    });
  });
});
