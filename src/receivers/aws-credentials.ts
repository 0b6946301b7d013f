// Whose keys sign requests to AWS, and for which region: those of the configuration, of the environment, of a profile, of
// the machine or the container, or of a role that any of these may assume. Keys that expire are kept until shortly before.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type AwsKeys, awsClient, awsPost, elementOf, endpointOf } from './aws.ts';
import { deadlineOf } from './deadline.ts';
import { describeError, exchange, failed, type HttpRequest } from './http.ts';
import type { Failure, Observed, ReceiverIO } from './receiver.ts';
import { REDACTED } from './redact.ts';
import type { HttpClientSettings } from './settings/http.ts';
import type { Sigv4Settings } from './settings/sns.ts';

export interface Credentials extends AwsKeys {
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

export type Found<T> =
  | { readonly found: T; readonly failure?: undefined }
  | { readonly found?: undefined; readonly failure: Failure };

/** Keys are not used in their last minutes: the clocks of others may be ahead. */
const MARGIN_MS = 60_000;
const ROLE_SECONDS = 900;

const kept = new WeakMap<Sigv4Settings, Credentials>();

/** The keys to sign with. Never rejects. */
export async function credentialsFor(
  sigv4: Sigv4Settings,
  region: string,
  client: HttpClientSettings,
  io: ReceiverIO,
): Promise<Found<AwsKeys>> {
  const watched = withoutKeys(io);
  const known = kept.get(sigv4);
  if (known?.expiresAt !== undefined && known.expiresAt - MARGIN_MS > io.now) return { found: known };
  const base = await ownCredentials(sigv4, region, client, watched);
  if (base.failure !== undefined) return base;
  const result = sigv4.role_arn === '' ? base : await assumeRole(sigv4, base.found, region, client, watched);
  if (result.found?.expiresAt !== undefined) kept.set(sigv4, result.found);
  return result;
}

/** To be called when AWS does not accept keys any more. */
export function forgetCredentials(sigv4: Sigv4Settings): void {
  kept.delete(sigv4);
}

/** Whoever watches the attempt sees that keys were asked for, and what went wrong, but not the keys. */
function withoutKeys(io: ReceiverIO): ReceiverIO {
  const { observed } = io;
  if (observed === undefined) return io;
  const hide = (what: Observed) =>
    what.status !== undefined && what.status < 300 ? { ...what, body: REDACTED } : what;
  return { ...io, observed: (what) => observed(hide(what)) };
}

async function ownCredentials(
  sigv4: Sigv4Settings,
  region: string,
  client: HttpClientSettings,
  io: ReceiverIO,
): Promise<Found<Credentials>> {
  const { access_key, secret_key, profile } = sigv4;
  if (access_key !== '') {
    return { found: { accessKeyId: access_key, secretAccessKey: secret_key?.reveal() ?? '' } };
  }
  const { env } = process;
  const [id = '', secret = '', token = ''] = [
    env['AWS_ACCESS_KEY_ID'] || env['AWS_ACCESS_KEY'],
    env['AWS_SECRET_ACCESS_KEY'] || env['AWS_SECRET_KEY'],
    env['AWS_SESSION_TOKEN'],
  ];
  if (profile === '' && id !== '' && secret !== '') {
    return { found: { accessKeyId: id, secretAccessKey: secret, ...(token === '' ? {} : { sessionToken: token }) } };
  }
  const deadline = deadlineOf(io.signal, 0);
  try {
    const found = await unlessAborted(async () => fromChain(profile, region, client, io), deadline.signal);
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
    return {
      found: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(expiration === undefined ? {} : { expiresAt: expiration.getTime() }),
      },
    };
  } catch (error) {
    const late = deadline.explain();
    if (late !== undefined) return { failure: { ok: false, retry: true, ...late } };
    // A line alone: what comes after it is what programs and servers said.
    const [line = ''] = describeError(error).split('\n');
    return { failure: failed(`there are no keys for AWS: ${line.slice(0, 300)}`, 'other', true) };
  }
}

/** AWS's default chain: profile, web identity, container, instance. The package is large and only needed here. */
async function fromChain(profile: string, region: string, client: HttpClientSettings, io: ReceiverIO) {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers').catch(() => {
    throw new Error(
      'the package @aws-sdk/credential-providers is not installed: install it, or give access_key and secret_key',
    );
  });
  const provide = fromNodeProviderChain({
    ...(profile === '' ? {} : { profile }),
    ignoreCache: true,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    clientConfig: { region, requestHandler: handlerOver(client, io) },
  });
  return provide();
}

function quiet(): void {
  // What goes wrong is told by the error in the end.
}

/** What AWS's package asks of its HTTP client. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The package's requests, by our client: so that they go through the same proxies and trust the same authorities. */
function handlerOver(client: HttpClientSettings, io: ReceiverIO): Record<string, unknown> {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: SdkRequest) => {
      const url = new URL(`${request.protocol}//${request.hostname}`);
      if (request.port !== undefined) url.port = String(request.port);
      url.pathname = request.path;
      for (const [name, value] of Object.entries(request.query ?? {})) {
        for (const one of [value ?? ''].flat()) url.searchParams.append(name, one);
      }
      const own = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const sent = own.filter(([name]) => name !== 'host' && name !== 'content-length');
      const { answer, failure } = await exchange(
        {
          method: request.method === 'GET' ? 'GET' : 'POST',
          url: url.href,
          headers: Object.fromEntries(sent),
          ...bodyOf(request.body),
        },
        awsClient(client),
        io,
      );
      if (failure !== undefined) throw new Error(failure.message);
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
      const body = Readable.from([Buffer.from(answer.body)]);
      return { response: { statusCode: answer.status, headers: Object.fromEntries(headers) as object, body } };
    },
    destroy: quiet,
  };
}

function bodyOf(body: unknown): Pick<HttpRequest, 'body'> {
  if (typeof body === 'string') return { body };
  return body instanceof Uint8Array ? { body: Buffer.from(body).toString('utf8') } : {};
}

async function assumeRole(
  { role_arn, external_id, use_fips_sts_endpoint }: Sigv4Settings,
  keys: AwsKeys,
  region: string,
  client: HttpClientSettings,
  io: ReceiverIO,
): Promise<Found<Credentials>> {
  const parameters: (readonly [string, string])[] = [
    ['Action', 'AssumeRole'],
    ['Version', '2011-06-15'],
    ['RoleArn', role_arn],
    ['RoleSessionName', `tocsin-${io.now}`],
    ['DurationSeconds', String(ROLE_SECONDS)],
  ];
  if (external_id !== '') parameters.push(['ExternalId', external_id]);
  const endpoint = endpointOf('sts', region, use_fips_sts_endpoint || undefined);
  const { answer, failure } = await awsPost({ service: 'sts', region, endpoint, parameters }, keys, client, io);
  if (failure !== undefined) {
    return { failure: { ...failure, message: `the role cannot be assumed: ${failure.message}` } };
  }
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((name) => elementOf(answer.body, name)) as [string, string, string, string];
  const expiresAt = Date.parse(expiration);
  if (accessKeyId === '' || secretAccessKey === '' || Number.isNaN(expiresAt)) {
    return { failure: failed('the role cannot be assumed: AWS answered without its keys') };
  }
  return { found: { accessKeyId, secretAccessKey, sessionToken, expiresAt } };
}

/** The region: of the configuration, of the environment, or of the profile; '' when nobody says. */
export async function regionFor({ region, profile }: Sigv4Settings, io: ReceiverIO): Promise<string> {
  const { env } = process;
  const given = region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  if (given !== undefined && given !== '') return given;
  const name = profile || env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default';
  const folder = join(homedir(), '.aws');
  for (const [file, section] of [
    [env['AWS_SHARED_CREDENTIALS_FILE'] || join(folder, 'credentials'), name],
    [env['AWS_CONFIG_FILE'] || join(folder, 'config'), name === 'default' ? name : `profile ${name}`],
  ] as const) {
    const text = await io.readFile(file).catch(() => '');
    const found = entryOf(text, section, 'region');
    if (found !== '') return found;
  }
  return '';
}

/** What an INI file says under a key of a section; '' for nothing. */
function entryOf(text: string, section: string, key: string): string {
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) inside = title.replace(/\s+/g, ' ') === section;
    // What is indented belongs to the entry above it.
    const [, name, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && name === key && value !== undefined) return value;
  }
  return '';
}

async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw new Error('cancelled');
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('cancelled'));
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work(), aborted]).finally(() => signal.removeEventListener('abort', stop));
}
