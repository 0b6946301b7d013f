// Whose keys sign for Amazon's receivers, and where the requests go.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { elementOf, endpointOf } from '../../src/receivers/aws.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import type { Observed, ReceiverIO } from '../../src/receivers/receiver.ts';
import type { HttpClientSettings } from '../../src/receivers/settings/http.ts';
import { type Sigv4Settings, snsSchema } from '../../src/receivers/settings/sns.ts';
import { sns } from '../../src/receivers/sns.ts';
import { AwsSink } from '../support/aws-sink.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Pager';
const own = { access_key: 'AKIDEXAMPLE', secret_key: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY') };
const asEnvironment = {
  AWS_ACCESS_KEY_ID: own.access_key,
  AWS_SECRET_ACCESS_KEY: own.secret_key.reveal(),
};

let server: AwsSink;
let folder: string;
beforeEach(async () => {
  server = await AwsSink.start();
  folder = mkdtempSync(join(tmpdir(), 'tocsin-aws-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  environment({
    AWS_ENDPOINT_URL: server.http.url(),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await closeConnections();
  await server.close();
  rmSync(folder, { recursive: true });
});

function environment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Attempts with one entry of the configuration. */
function publisher(given: Partial<Sigv4Settings>, http: Partial<HttpClientSettings> = {}) {
  const sigv4 = {
    region: 'eu-central-1',
    access_key: '',
    secret_key: undefined,
    profile: '',
    role_arn: '',
    external_id: '',
    use_fips_sts_endpoint: false,
    ...given,
  };
  const settings = settingsOf(snsSchema, { http_config: httpSettings(http), sigv4 });
  const parameters = Object.entries({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:T',
    Message: 'm',
  });
  return async (io: Partial<ReceiverIO> = {}) =>
    sns.send({ apiUrl: '', parameters }, settings, attemptIO({ now: Date.now(), ...io }));
}

/** Who signed what was published last, and for which region. */
function signer(): string | undefined {
  return /Credential=(\w+)\/\d+\/([\w-]+)/
    .exec(server.http.requests.at(-1)?.headers.authorization ?? '')
    ?.slice(1)
    .join(' ');
}

describe('keys', () => {
  it('are those of the configuration before any others', async () => {
    environment({ AWS_ACCESS_KEY_ID: 'AKIDOTHER', AWS_SECRET_ACCESS_KEY: 'other' });
    expect(await publisher(own)()).toEqual({ ok: true });
    expect(signer()).toBe('AKIDEXAMPLE eu-central-1');
  });

  it('are those of the environment, with their token', async () => {
    environment(asEnvironment);
    expect(await publisher({})()).toEqual({ ok: true });
    server.keys.set('ASIAENV', { secret: 's', token: 't' });
    environment({ AWS_ACCESS_KEY_ID: 'ASIAENV', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' });
    expect(await publisher({})()).toEqual({ ok: true });
    expect(signer()).toBe('ASIAENV eu-central-1');
  });

  it('are those of a profile, read anew each time', async () => {
    environment({ AWS_ACCESS_KEY_ID: 'AKIDOTHER', AWS_SECRET_ACCESS_KEY: 'other' });
    const attempt = publisher({ profile: 'pager' });
    file('credentials', '[pager]\naws_access_key_id = AKIDWRONG\naws_secret_access_key = wrong\n');
    expect(await attempt()).toMatchObject({ ok: false, reason: 'authError' });
    file(
      'credentials',
      `[pager]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${own.secret_key.reveal()}\n`,
    );
    expect(await attempt()).toEqual({ ok: true });
    expect(signer()).toBe('AKIDEXAMPLE eu-central-1');
  });

  it('are those of the role that a profile has, asked for by our own client', async () => {
    file('config', `[profile pager]\nrole_arn = ${ROLE}\nsource_profile = base\nexternal_id = ext\n`);
    file(
      'credentials',
      `[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${own.secret_key.reveal()}\n`,
    );
    const proxy = await ProxySink.start();
    const attempt = publisher({ profile: 'pager' }, { proxy_url: proxy.url() });
    expect(await attempt()).toEqual({ ok: true });
    expect(await attempt()).toEqual({ ok: true });
    expect(signer()).toBe('ASIA1 eu-central-1');
    expect(server.roles.map((form) => [form.get('RoleArn'), form.get('ExternalId')])).toEqual([[ROLE, 'ext']]);
    expect(proxy.requests.map(({ target }) => target)).toEqual(Array(3).fill(server.http.url()));
    await proxy.close();
  });

  it('are those of a web identity', async () => {
    environment({
      AWS_ROLE_ARN: ROLE,
      AWS_WEB_IDENTITY_TOKEN_FILE: file('token', 'jwt'),
      AWS_ROLE_SESSION_NAME: 'session',
    });
    expect(await publisher({})()).toEqual({ ok: true });
    expect(server.roles[0]?.get('WebIdentityToken')).toBe('jwt');
    expect(signer()).toBe('ASIA1 eu-central-1');
  });

  it('are those of the container, until they expire', async () => {
    let count = 0;
    const now = Date.now();
    const container = await HttpSink.start(() => {
      count++;
      server.keys.set(`ASIAC${count}`, { secret: 's', token: 't' });
      const Expiration = new Date(now + 600_000).toISOString();
      return { body: JSON.stringify({ AccessKeyId: `ASIAC${count}`, SecretAccessKey: 's', Token: 't', Expiration }) };
    });
    environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: container.url('/keys') });
    const attempt = publisher({});
    for (const [at, expected] of [
      [now, 'ASIAC1'],
      [now + 530_000, 'ASIAC1'],
      [now + 550_000, 'ASIAC2'],
    ] as const) {
      expect(await attempt({ now: at })).toEqual({ ok: true });
      expect(signer()).toBe(`${expected} eu-central-1`);
    }
    await container.close();
  });

  it('are nowhere to be found: that may pass', async () => {
    expect(await publisher({})()).toEqual({
      ok: false,
      retry: true,
      reason: 'other',
      message: expect.stringMatching(/^there are no keys for AWS: Could not load credentials from any providers/),
    });
    expect(server.http.requests).toEqual([]);
  });

  it('do not take longer than the attempt', async () => {
    const slow = await HttpSink.start({ afterMs: 1000 });
    environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: slow.url('/keys') });
    const late = publisher({})({ signal: AbortSignal.timeout(100) });
    expect(await late).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
    const stopped = publisher({})({ signal: AbortSignal.abort() });
    expect(await stopped).toMatchObject({ retry: true, reason: 'contextCanceled' });
    await slow.close();
  });
});

describe('a role', () => {
  it('is assumed with whatever keys there are, and kept until shortly before its end', async () => {
    environment(asEnvironment);
    const now = Date.now();
    server.expiresAt = now + 900_000;
    for (const base of [own, {}]) {
      server.roles.length = 0;
      const attempt = publisher({ ...base, role_arn: ROLE, external_id: 'ext' });
      for (const at of [now, now + 800_000, now + 850_000]) expect(await attempt({ now: at })).toEqual({ ok: true });
      expect(server.roles.map((form) => [form.get('RoleArn'), form.get('ExternalId')])).toEqual([
        [ROLE, 'ext'],
        [ROLE, 'ext'],
      ]);
      expect(signer()).toBe('ASIA2 eu-central-1');
    }
    await publisher({ ...own, role_arn: ROLE })();
    expect(server.roles.at(-1)?.has('ExternalId')).toBe(false);
  });

  it('is assumed anew when its keys are not accepted any more', async () => {
    const attempt = publisher({ ...own, role_arn: ROLE });
    expect(await attempt()).toEqual({ ok: true });
    server.instead(() => ({ status: 403, body: '<Error><Code>ExpiredToken</Code><Message>expired</Message></Error>' }));
    expect(await attempt()).toMatchObject({ ok: false, retry: true });
    server.instead(undefined);
    expect(await attempt()).toEqual({ ok: true });
    expect(server.roles).toHaveLength(2);
  });

  it('is seen to be assumed by whoever watches, without its keys', async () => {
    file('config', `[profile pager]\nrole_arn = ${ROLE}\nsource_profile = base\n`);
    file(
      'credentials',
      `[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${own.secret_key.reveal()}\n`,
    );
    for (const given of [{ ...own, role_arn: ROLE }, { profile: 'pager' }]) {
      const seen: Observed[] = [];
      expect(await publisher(given)({ observed: (what) => seen.push(what) })).toEqual({ ok: true });
      expect(seen).toMatchObject([
        { request: `POST ${server.http.url()}`, status: 200, body: '<redacted>' },
        { status: 200, body: expect.stringContaining('PublishResult') },
      ]);
    }
    const refused: Observed[] = [];
    await publisher({ ...own, role_arn: `${ROLE}forbidden` })({ observed: (what) => refused.push(what) });
    expect(refused).toMatchObject([{ status: 403, body: expect.stringContaining('AccessDenied') }]);
  });

  it('may be refused, or busy', async () => {
    expect(await publisher({ ...own, role_arn: `${ROLE}forbidden` })()).toEqual({
      ok: false,
      retry: false,
      reason: 'authError',
      message: 'the role cannot be assumed: the server answered 403: AccessDenied: not authorized to assume it',
    });
    server.http.answer({ status: 503 });
    expect(await publisher({ ...own, role_arn: ROLE })()).toMatchObject({ retry: true, reason: 'serverError' });
    server.http.answer({ body: '<html></html>' });
    expect(await publisher({ ...own, role_arn: ROLE })()).toMatchObject({
      retry: false,
      message: 'the role cannot be assumed: AWS answered without its keys',
    });
  });
});

describe('the region', () => {
  it('is that of the configuration, of the environment, or of the profile', async () => {
    file(
      'config',
      '[default]\n  region = indented\nregion=us-west-1\n[profile pager]\ns3 =\n  region = nested\nregion = us-west-2\n[other]\nregion = x\n',
    );
    const regionWith = async (given: Partial<Sigv4Settings>) => {
      expect(await publisher({ ...own, region: '', ...given })()).toEqual({ ok: true });
      return signer()?.split(' ')[1];
    };
    expect(await regionWith({})).toBe('us-west-1');
    environment({ AWS_PROFILE: 'pager' });
    expect(await regionWith({})).toBe('us-west-2');
    file('credentials', '[pager]\nregion = us-west-3\n');
    expect(await regionWith({})).toBe('us-west-3');
    environment({ AWS_DEFAULT_REGION: 'sa-east-1' });
    expect(await regionWith({})).toBe('sa-east-1');
    environment({ AWS_REGION: 'ca-central-1' });
    expect(await regionWith({})).toBe('ca-central-1');
    expect(await regionWith({ region: 'eu-west-1' })).toBe('eu-west-1');
  });

  it('must be known', async () => {
    expect(await publisher({ ...own, region: '' })()).toMatchObject({
      ok: false,
      retry: false,
      message: 'there is no region: add sigv4.region, or set AWS_REGION',
    });
  });
});

describe('the endpoint', () => {
  it('is that of the region', () => {
    environment({ AWS_ENDPOINT_URL: undefined });
    expect(
      ['us-east-2', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'].map((region) =>
        endpointOf('sns', region),
      ),
    ).toEqual([
      'https://sns.us-east-2.amazonaws.com/',
      'https://sns.cn-north-1.amazonaws.com.cn/',
      'https://sns.us-gov-west-1.amazonaws.com/',
      'https://sns.us-iso-east-1.c2s.ic.gov/',
      'https://sns.us-isob-east-1.sc2s.sgov.gov/',
      'https://sns.eusc-de-east-1.amazonaws.eu/',
    ]);
    expect(endpointOf('sts', 'us-east-2', true)).toBe('https://sts-fips.us-east-2.amazonaws.com/');
    environment({ AWS_USE_FIPS_ENDPOINT: 'true' });
    expect(endpointOf('sns', 'us-gov-west-1')).toBe('https://sns.us-gov-west-1.amazonaws.com/');
    environment({ AWS_USE_DUALSTACK_ENDPOINT: 'TRUE' });
    expect(endpointOf('sns', 'us-east-1')).toBe('https://sns-fips.us-east-1.api.aws/');
  });

  it('may be named by the environment', () => {
    environment({ AWS_ENDPOINT_URL: 'http://all/', AWS_ENDPOINT_URL_STS: 'http://sts/' });
    expect([endpointOf('sns', 'x'), endpointOf('sts', 'x')]).toEqual(['http://all/', 'http://sts/']);
    environment({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' });
    expect(endpointOf('sns', 'x')).toBe('https://sns.x.amazonaws.com/');
  });

  it('is trusted as AWS_CA_BUNDLE says, unless the configuration does', async () => {
    const authority = new Authority();
    const tls = await AwsSink.start(authority.issue('IP:127.0.0.1'));
    environment({ AWS_ENDPOINT_URL: tls.http.url() });
    expect(await publisher(own)()).toMatchObject({ ok: false, retry: true });
    environment({ AWS_CA_BUNDLE: file('ca.pem', authority.cert) });
    expect(await publisher(own)()).toEqual({ ok: true });
    const others = new Authority();
    const { tls_config } = httpSettings();
    const configured = publisher(own, { tls_config: { ...tls_config, ca: others.cert } });
    expect(await configured()).toMatchObject({ ok: false, retry: true });
    await tls.close();
    for (const one of [authority, others]) one.remove();
  });

  it('is not told what the http_config says of authorization', async () => {
    const authorization = { type: 'Bearer', credentials: new Secret('x'), credentials_file: '', credentials_ref: '' };
    expect(await publisher(own, { authorization })()).toEqual({ ok: true });
  });
});

describe('an answer', () => {
  it('is searched for elements by their names', () => {
    expect(elementOf('<a><Code> x &lt;&amp;lt;&gt; </Code><Code>y</Code></a>', 'Code')).toBe('x <&lt;>');
    expect(elementOf('<Code>', 'Code')).toBe('');
    expect(elementOf('', 'Code')).toBe('');
  });
});
