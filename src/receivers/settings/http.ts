// The keys of every `http_config`, as prometheus/common defines them for HTTP clients. One file for all receivers,
// because they share the client as well.

import {
  bool,
  embedded,
  type Finding,
  file,
  list,
  map,
  proxyUrl,
  type Schema,
  secret,
  section,
  type Tree,
  text,
  tree,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { atMostOne, isSet, type TlsSettings, tlsSchema } from './tls.ts';

export interface BasicAuthSettings {
  readonly username: string;
  readonly username_file: string;
  readonly username_ref: string;
  readonly password: Secret | undefined;
  readonly password_file: string;
  readonly password_ref: string;
}

/** The `Authorization` header: type, a space, credentials. */
export interface AuthorizationSettings {
  /** `Bearer` when the file gives none. */
  readonly type: string;
  readonly credentials: Secret | undefined;
  readonly credentials_file: string;
  readonly credentials_ref: string;
}

export interface ProxySettings {
  /** '' for none. May hold a password: never to be shown. */
  readonly proxy_url: string;
  /** Hosts, domains, addresses and networks that are reached without the proxy, separated by commas. */
  readonly no_proxy: string;
  /** Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY decide. */
  readonly proxy_from_environment: boolean;
  /** Sent to the proxy with CONNECT. */
  readonly proxy_connect_header: Readonly<Record<string, readonly (Secret | undefined)[]>>;
}

export interface OAuth2Settings extends ProxySettings {
  readonly client_id: string;
  readonly client_secret: Secret | undefined;
  readonly client_secret_file: string;
  readonly client_secret_ref: string;
  readonly client_certificate_key_id: string;
  readonly client_certificate_key: Secret | undefined;
  readonly client_certificate_key_file: string;
  readonly client_certificate_key_ref: string;
  /** '' stands for `client_credentials`; `urn:ietf:params:oauth:grant-type:jwt-bearer` is the other one. */
  readonly grant_type: string;
  /** '' stands for RS256; RS384 and RS512 are the others. */
  readonly signature_algorithm: string;
  readonly iss: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, Tree | undefined>>;
  readonly scopes: readonly string[];
  readonly token_url: string;
  readonly endpoint_params: Readonly<Record<string, string>>;
  readonly tls_config: TlsSettings;
}

export interface HeaderSettings {
  readonly values: readonly string[];
  readonly secrets: readonly (Secret | undefined)[];
  /** Paths of files whose trimmed text is a value. */
  readonly files: readonly string[];
}

export type HeadersSettings = Readonly<Record<string, HeaderSettings>>;

/** `bearer_token` and `bearer_token_file` have become `authorization` by the time anybody reads this. */
export interface HttpClientSettings extends ProxySettings {
  readonly basic_auth: BasicAuthSettings | undefined;
  readonly authorization: AuthorizationSettings | undefined;
  readonly oauth2: OAuth2Settings | undefined;
  readonly bearer_token: Secret | undefined;
  readonly bearer_token_file: string;
  readonly tls_config: TlsSettings;
  readonly follow_redirects: boolean;
  readonly enable_http2: boolean;
  readonly http_headers: HeadersSettings;
}

const basicAuthSchema: Schema<BasicAuthSettings> = {
  title: 'basic_auth',
  fields: {
    username: text(),
    username_file: file({ resolvedInPrint: true }),
    username_ref: text(),
    password: secret(),
    password_file: file({ resolvedInPrint: true }),
    password_ref: text(),
  },
  check: (given) => [
    ...atMostOne(given, ['username', 'username_file', 'username_ref']),
    ...atMostOne(given, ['password', 'password_file', 'password_ref']),
  ],
};

const authorizationSchema: Schema<AuthorizationSettings> = {
  title: 'authorization',
  fields: {
    type: text(),
    credentials: secret(),
    credentials_file: file({ resolvedInPrint: true }),
    credentials_ref: text(),
  },
  check: (given) => [
    ...atMostOne(given, ['credentials', 'credentials_file', 'credentials_ref']),
    ...(given.type.trim().toLowerCase() === 'basic'
      ? [{ keys: ['type'], message: 'the type must not be "Basic": use basic_auth instead of authorization' }]
      : []),
  ],
  normalize: (given) => ({ ...given, type: given.type.trim() || 'Bearer' }),
};

const proxyFields = {
  proxy_url: proxyUrl(),
  no_proxy: text(),
  proxy_from_environment: bool(),
  proxy_connect_header: map(list(secret())),
};

function proxyFindings(given: ProxySettings, written: ReadonlySet<string>): readonly Finding[] {
  const findings: Finding[] = [];
  const header = Object.keys(given.proxy_connect_header).length > 0;
  if (header && !given.proxy_from_environment && given.proxy_url === '') {
    findings.push({
      keys: ['proxy_connect_header', 'proxy_url', 'proxy_from_environment'],
      message: 'proxy_connect_header is sent to a proxy only: add proxy_url or proxy_from_environment',
    });
  }
  if (given.proxy_from_environment && given.proxy_url !== '') {
    findings.push({
      keys: ['proxy_url', 'proxy_from_environment'],
      message: 'proxy_url and proxy_from_environment exclude each other: remove one of them',
    });
  }
  if (given.proxy_from_environment && given.no_proxy !== '') {
    findings.push({
      keys: ['no_proxy', 'proxy_from_environment'],
      message: 'proxy_from_environment reads NO_PROXY as well: remove no_proxy',
    });
  }
  if (!given.proxy_from_environment && !written.has('proxy_url') && given.no_proxy !== '') {
    findings.push({
      keys: ['no_proxy', 'proxy_url'],
      message: 'no_proxy means nothing without a proxy: add proxy_url',
    });
  }
  return findings;
}

const oauth2Schema: Schema<OAuth2Settings> = {
  title: 'oauth2',
  fields: {
    client_id: text(),
    client_secret: secret(),
    client_secret_file: file({ resolvedInPrint: true }),
    client_secret_ref: text(),
    client_certificate_key_id: text(),
    client_certificate_key: secret(),
    client_certificate_key_file: file(),
    client_certificate_key_ref: text(),
    grant_type: text(),
    signature_algorithm: text(),
    iss: text(),
    audience: text(),
    claims: map(tree()),
    scopes: list(text()),
    token_url: text(),
    endpoint_params: map(text()),
    tls_config: embedded(tlsSchema),
    ...proxyFields,
  },
  check: (given, written) => [...oauth2Findings(given), ...proxyFindings(given, written)],
};

function oauth2Findings(given: OAuth2Settings): readonly Finding[] {
  const findings: Finding[] = [];
  if (given.client_id === '') findings.push({ keys: ['client_id'], message: 'client_id is missing: add it' });
  if (given.token_url === '') findings.push({ keys: ['token_url'], message: 'token_url is missing: add it' });
  if (given.grant_type !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return [...findings, ...atMostOne(given, ['client_secret', 'client_secret_file', 'client_secret_ref'])];
  }
  if (!['', 'RS256', 'RS384', 'RS512'].includes(given.signature_algorithm)) {
    findings.push({ keys: ['signature_algorithm'], message: 'use RS256, RS384 or RS512' });
  }
  return [
    ...findings,
    ...atMostOne(given, ['client_certificate_key', 'client_certificate_key_file', 'client_certificate_key_ref']),
  ];
}

const headerSchema: Schema<HeaderSettings> = {
  title: 'header',
  fields: { values: list(text()), secrets: list(secret()), files: list(file({ resolvedInPrint: true })) },
};

/** `http_headers`: names to values. */
export const headersField = map(embedded(headerSchema), { replaced: true });

const reservedHeaders = new Set(
  `authorization host content-encoding content-length content-type user-agent connection keep-alive proxy-authenticate
  proxy-authorization www-authenticate accept-encoding x-prometheus-remote-write-version
  x-prometheus-remote-read-version x-prometheus-scrape-timeout-seconds x-amz-date x-amz-security-token
  x-amz-content-sha256`.split(/\s+/),
);

export const httpClientSchema: Schema<HttpClientSettings> = {
  title: 'http_config',
  replaced: true,
  fields: {
    basic_auth: section(basicAuthSchema),
    authorization: section(authorizationSchema),
    oauth2: section(oauth2Schema),
    bearer_token: secret(),
    bearer_token_file: file({ resolvedInPrint: true }),
    tls_config: embedded(tlsSchema),
    follow_redirects: bool({ default: true, always: true }),
    enable_http2: bool({ default: true, always: true }),
    ...proxyFields,
    http_headers: headersField,
  },
  check: (given, written) => [
    ...authorizationFindings(given),
    ...proxyFindings(given, written),
    ...headerFindings(given),
  ],
  normalize: withoutBearerToken,
};

function authorizationFindings(given: HttpClientSettings): readonly Finding[] {
  const ways = [
    ...(given.basic_auth === undefined ? [] : ['basic_auth']),
    ...(given.authorization === undefined ? [] : ['authorization']),
    ...(given.oauth2 === undefined ? [] : ['oauth2']),
    ...(isSet(given.bearer_token) ? ['bearer_token'] : []),
    ...(given.bearer_token_file === '' ? [] : ['bearer_token_file']),
  ];
  if (ways.length < 2) return [];
  return [
    {
      keys: [ways[ways.length - 1]!, ...ways],
      message: `${ways.join(' and ')} exclude each other: keep one way to authorize`,
    },
  ];
}

function headerFindings(given: HttpClientSettings): readonly Finding[] {
  return Object.keys(given.http_headers)
    .filter((name) => reservedHeaders.has(name.toLowerCase()))
    .map((name) => ({ keys: ['http_headers'], message: `the header ${name} is set by the client itself: remove it` }));
}

function withoutBearerToken(given: HttpClientSettings): HttpClientSettings {
  if (!isSet(given.bearer_token) && given.bearer_token_file === '') return given;
  return {
    ...given,
    bearer_token: undefined,
    bearer_token_file: '',
    authorization: {
      type: 'Bearer',
      credentials: given.bearer_token,
      credentials_file: given.bearer_token_file,
      credentials_ref: '',
    },
  };
}
