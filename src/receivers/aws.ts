// Requests to AWS's query APIs (SNS, STS): where their endpoints are, how a request is signed (Signature Version 4), and
// what an answer means. Our own signature, because of packages the small ones sign for the clock's time rather than the
// attempt's, and the large ones bring an HTTP client of their own.

import { createHash, createHmac } from 'node:crypto';
import { compareStrings } from '../model/labels.ts';
import { exchange, failed, type HttpAnswer, judge } from './http.ts';
import type { Failure, ReceiverIO } from './receiver.ts';
import type { HttpClientSettings } from './settings/http.ts';

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with keys that expire. */
  readonly sessionToken?: string;
}

export interface AwsCall {
  readonly service: 'sns' | 'sts';
  readonly region: string;
  /** A URL; the request goes to it and nowhere below. */
  readonly endpoint: string;
  /** Among them `Action` and `Version`. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

export type AwsResult =
  | { readonly answer: HttpAnswer; readonly failure?: undefined }
  | { readonly answer?: undefined; readonly failure: Failure; readonly code: string };

/** Errors by which AWS asks for fewer requests, whatever the status is. */
const THROTTLING =
  /^(?:Throttling|Throttled|RequestThrottled|TooManyRequests|SlowDown|RequestLimitExceeded|KMSThrottling|PriorRequestNotComplete)/;

/** One signed request. A success is an answer with a 2xx status. */
export async function awsPost(
  call: AwsCall,
  keys: AwsKeys,
  client: HttpClientSettings,
  io: ReceiverIO,
): Promise<AwsResult> {
  if (!URL.canParse(call.endpoint)) return { failure: failed('the API URL is not a URL'), code: '' };
  const url = new URL(call.endpoint);
  const body = formOf(call.parameters);
  const headers = signed(url, body, call, keys, io.now);
  const secrets = [keys.secretAccessKey, ...(keys.sessionToken === undefined ? [] : [keys.sessionToken])];
  const request = { method: 'POST', url: url.href, headers, body, secrets } as const;
  const { answer, failure } = await exchange(request, awsClient(client), io);
  if (failure !== undefined) return { failure, code: '' };
  const code = elementOf(answer.body, 'Code');
  const message = elementOf(answer.body, 'Message') || elementOf(answer.body, 'message');
  const words = [code, message].filter((word) => word !== '').join(': ');
  const verdict = judge(answer, io, words === '' ? {} : { describe: () => words.slice(0, 400) });
  if (verdict.ok) return { answer };
  if (!THROTTLING.test(code)) return { failure: verdict, code };
  return { failure: { ...verdict, retry: true, reason: 'rateLimited' }, code };
}

/**
 * The client for requests to AWS: its authorization is their signature, whatever the `http_config` says, and
 * AWS_CA_BUNDLE names the authorities to be trusted where the `http_config` names none.
 */
export function awsClient(client: HttpClientSettings): HttpClientSettings {
  const bundle = process.env['AWS_CA_BUNDLE'] ?? '';
  const { ca, ca_file } = client.tls_config;
  const trusting =
    bundle === '' || ca !== '' || ca_file !== '' ? {} : { tls_config: { ...client.tls_config, ca_file: bundle } };
  return { ...client, basic_auth: undefined, authorization: undefined, oauth2: undefined, ...trusting };
}

/** The domains of the partitions that are not the usual one. */
const PARTITIONS: readonly (readonly [prefix: RegExp, domain: string, dualStack: string])[] = [
  [/^cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  [/^us-iso-/, 'c2s.ic.gov', 'api.aws.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov', 'api.aws.scloud'],
  [/^eu-isoe-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  [/^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'],
  [/^/, 'amazonaws.com', 'api.aws'],
];

/** A service's endpoint in a region, or the one that the environment names (AWS_ENDPOINT_URL and its like). */
export function endpointOf(service: 'sns' | 'sts', region: string, fips = isOn('AWS_USE_FIPS_ENDPOINT')): string {
  const { env } = process;
  const named = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env['AWS_ENDPOINT_URL'] || '';
  if (named !== '' && !isOn('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return named;
  const [, domain, dualStack] = PARTITIONS.find(([prefix]) => prefix.test(region))!;
  const host = isOn('AWS_USE_DUALSTACK_ENDPOINT') ? dualStack : domain;
  // The endpoints for the government are FIPS endpoints by their usual names.
  const name = fips && !(region.startsWith('us-gov-') && host === 'amazonaws.com') ? `${service}-fips` : service;
  return `https://${name}.${region}.${host}/`;
}

function isOn(name: string): boolean {
  return process.env[name]?.toLowerCase() === 'true';
}

/** The text of the first element of that name; '' when there is none. AWS's answers are simple enough for that. */
export function elementOf(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  if (start < 0 || end < 0) return '';
  return xml
    .slice(start + name.length + 2, end)
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? '')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** A form as Go encodes it, sorted by names. */
function formOf(parameters: AwsCall['parameters']): string {
  const sorted = [...parameters].sort(([a], [b]) => compareStrings(a, b));
  return sorted.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
}

function encoded(text: string): string {
  // Half surrogate pairs have no UTF-8.
  return uriEncoded(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).replaceAll('%20', '+');
}

function uriEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signed(
  url: URL,
  body: string,
  { service, region }: AwsCall,
  keys: AwsKeys,
  now: number,
): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': time,
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  };
  const toSign = Object.entries({ ...headers, host: url.host }).sort(([a], [b]) => compareStrings(a, b));
  const names = toSign.map(([name]) => name).join(';');
  const path = url.pathname.split('/').map(uriEncoded).join('/');
  const query = [...url.searchParams]
    .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
    .sort(compareStrings);
  const canonical = [
    'POST',
    path,
    query.join('&'),
    ...toSign.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ];
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical.join('\n'))].join('\n');
  const signature = hmac(key, text).toString('hex');
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
