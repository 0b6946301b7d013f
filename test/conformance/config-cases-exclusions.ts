// Keys that exclude each other, need each other, or stand in for each other: in `global:`, in HTTP clients and in the entries
// of the receivers.

import { type ConfigCase, each, withEntry, withGlobal, withHttp } from './config-frames.ts';

/** Paths below the folder of the file, which some sections print joined to it. No route uses the receiver that reads them. */
function* pathCases(): Generator<ConfigCase> {
  const tls = 'tls_config: {ca_file: x.pem}';
  const frame = (body: string) =>
    `route: {receiver: s}\nreceivers:\n- name: s\n- name: r\n  ${body.replaceAll('\n', '\n  ')}\n`;
  yield* each('paths', frame, [
    `email_configs: [{to: a, from: b, smarthost: "h:25", ${tls}}]`,
    `incidentio_configs: [{url: "http://a", alert_source_token: t, http_config: {${tls}}}]`,
    `sns_configs: [{topic_arn: a, http_config: {${tls}}}]`,
    `webhook_configs: [{url: "http://a", http_config: {${tls}, http_headers: {A: {files: [y]}}}}]`,
    'webhook_configs: [{url_file: y, http_config: {oauth2: {client_id: a, token_url: b, client_secret_file: z}}}]',
  ]);
  yield* each('paths', withGlobal, [`smtp_${tls}`, `http_config: {${tls}}`, 'smtp_auth_password_file: y']);
}

export function* exclusionCases(): Generator<ConfigCase> {
  yield* pathCases();
  yield* each('global', withGlobal, [
    'slack_api_url: http://a\nslack_api_url_file: f',
    'slack_app_token: t\nslack_app_token_file: f',
    'slack_api_url: http://a\nslack_app_token: t',
    'slack_api_url_file: f\nslack_app_token: t',
    'slack_api_url: https://slack.com/api/chat.postMessage\nslack_app_token: t',
    'slack_app_url: http://a\nslack_api_url: http://a\nslack_app_token: t',
    'opsgenie_api_key: k\nopsgenie_api_key_file: f',
    'victorops_api_key: k\nvictorops_api_key_file: f',
    'telegram_bot_token: k\ntelegram_bot_token_file: f',
    'smtp_auth_password: p\nsmtp_auth_password_file: f',
    'smtp_auth_secret: p\nsmtp_auth_secret_file: f',
    'rocketchat_token: p\nrocketchat_token_file: f',
    'rocketchat_token_id: p\nrocketchat_token_id_file: f',
    'wechat_api_secret: p\nwechat_api_secret_file: f',
    'mattermost_webhook_url: http://a\nmattermost_webhook_url_file: f',
    'http_config: {basic_auth: {username: a}, bearer_token: b}',
  ]);
  yield* each('http_config', withHttp, [
    'basic_auth: {username: a, username_file: b}',
    'basic_auth: {password: a, password_file: b}',
    'basic_auth: {username: a, password: b}',
    'basic_auth: {}',
    'bearer_token: a\nbearer_token_file: b',
    'bearer_token: a\nbasic_auth: {username: a}',
    'bearer_token: a\nauthorization: {credentials: b}',
    'authorization: {credentials: b, credentials_file: c}',
    'authorization: {type: Basic, credentials: b}',
    'authorization: {type: " basic ", credentials: b}',
    'authorization: {type: " ", credentials: b}',
    'authorization: {}',
    'authorization: {credentials: b}\nbasic_auth: {username: a}',
    'oauth2: {client_id: a, client_secret: b, token_url: c}',
    'oauth2: {client_id: a, client_secret: b}',
    'oauth2: {client_secret: b, token_url: c}',
    'oauth2: {client_id: a, client_secret: b, client_secret_file: d, token_url: c}',
    'oauth2: {client_id: a, token_url: c, scopes: [x], endpoint_params: {y: z}, tls_config: {insecure_skip_verify: true}}',
    'oauth2: {client_id: a, token_url: c}\nbasic_auth: {username: a}',
    'oauth2: {client_id: a, token_url: c}\nauthorization: {credentials: a}',
    'oauth2: {client_id: a, token_url: c}\nbearer_token: a',
    'oauth2: {client_id: a, token_url: c, proxy_from_environment: true, proxy_url: "http://p"}',
    'proxy_url: http://p\nproxy_from_environment: true',
    'proxy_url: http://p\nno_proxy: a',
    'no_proxy: a',
    'no_proxy: a\nproxy_from_environment: true',
    'proxy_connect_header: {A: [b]}',
    'proxy_connect_header: {A: [b]}\nproxy_url: http://p',
    'proxy_connect_header: {A: [b]}\nproxy_from_environment: true',
    'http_headers: {A: {values: [b], secrets: [c], files: [d]}}',
    'http_headers: {Content-Type: {values: [b]}}',
    'http_headers: {host: {values: [b]}}',
    'http_headers: {X-A: {value: b}}',
    'http_headers: {X-A: b}',
    'tls_config: {ca: a, ca_file: b}',
    'tls_config: {cert: a}',
    'tls_config: {key: a}',
    'tls_config: {cert: a, key: b}',
    'tls_config: {cert_file: a, key: b}',
    'tls_config: {cert: a, cert_file: a, key: b}',
    'tls_config: {cert: a, key: b, key_file: c}',
    'tls_config: {cert_file: a}',
    'tls_config: {min_version: TLS12, max_version: TLS13}',
    'tls_config: {min_version: tls12}',
  ]);
  yield {
    name: 'http_config | an empty proxy with what it is not for',
    text: withHttp('no_proxy: a\nproxy_url: ""'),
    printsDifferently: 'an empty URL is none',
  };
  const bare = (type: string, global?: string) => (body: string) =>
    withEntry(type, body, global === undefined ? { bare: true } : { bare: true, global });
  yield* each('webhook', bare('webhook'), [
    'url_file: f',
    'send_resolved: true',
    'url: http://a\nurl_file: f',
    "url: 'http://a/{{'",
    "url: '{{ .X }}'",
  ]);
  yield* each('discord', bare('discord'), [
    'webhook_url_file: f',
    'title: a',
    'webhook_url: http://a\nwebhook_url_file: f',
  ]);
  yield* each('pagerduty', bare('pagerduty'), [
    'service_key: a',
    'service_key_file: a',
    'routing_key_file: a',
    'client: a',
    'routing_key: a\nrouting_key_file: b',
    'service_key: a\nservice_key_file: b',
    'routing_key: a\nservice_key: b',
    'routing_key: a\ndetails: {a: {b: [c]}}\nimages: [{src: a, alt: b, href: c}]\nlinks: [{href: a, text: b}]',
    'routing_key: a\nimages: [{url: a}]',
  ]);
  yield* each('email', bare('email'), [
    'to: a',
    'to: a\nfrom: b',
    'to: a\nsmarthost: h:25',
    'from: b\nsmarthost: h:25',
  ]);
  yield* each('email and global', bare('email', 'smtp_smarthost: h:25\nsmtp_from: a\nsmtp_auth_password: p'), [
    'to: a',
    'to: a\nauth_password_file: f',
    'to: a\nauth_password: p\nauth_password_file: f',
    'to: a\nauth_secret: p\nauth_secret_file: f',
  ]);
  yield* each('email', (body) => withEntry('email', body), [
    'headers: {subject: a, Subject: b}',
    'headers: {reply-to: a, X_y: b}',
    'threading: {enabled: true, thread_by_date: daily}',
    'threading: {enabled: true, thread_by_date: none}',
    'threading: {enabled: true, thread_by_date: weekly}',
    'threading: {thread_by_date: weekly}',
    'threading: {enabled: true, thread_by_date: daily}\nheaders: {references: a}',
    'threading: {enabled: true, thread_by_date: daily}\nheaders: {in-reply-to: a}',
    'tls_config: {cert: a}',
  ]);
  yield {
    name: 'email threading without its granularity',
    text: withEntry('email', 'threading: {enabled: true}'),
    ours: { verdict: 'accepted', because: 'the documentation says that daily is the default' },
  };
  yield* each('slack', bare('slack'), [
    'channel: a',
    'api_url_file: f',
    'app_token: t',
    'app_token_file: f',
    'api_url: http://a\napi_url_file: f',
    'app_token: a\napp_token_file: f',
    'app_token: a\napi_url: http://a',
    'app_token: a\napi_url_file: f',
    'app_token: a\nhttp_config: {authorization: {credentials: b}}',
    'app_token: a\nhttp_config: {bearer_token: b}',
    'app_token: a\nhttp_config: {basic_auth: {username: b}}',
    'app_token: a\nupdate_message: true',
    'api_url: https://slack.com/api/chat.postMessage\nupdate_message: true',
    'api_url: http://a\nupdate_message: true',
    'api_url: http://a\nactions: [{type: a, text: b, url: c}]',
    'api_url: http://a\nactions: [{type: a, text: b, name: c}]',
    'api_url: http://a\nactions: [{type: a, text: b}]',
    'api_url: http://a\nactions: [{type: a, url: b}]',
    'api_url: http://a\nactions: [{text: a, url: b}]',
    'api_url: http://a\nactions: [{type: a, text: b, name: c, confirm: {text: d}}]',
    'api_url: http://a\nactions: [{type: a, text: b, name: c, confirm: {title: d}}]',
    'api_url: http://a\nfields: [{title: a, value: b, short: true}]',
    'api_url: http://a\nfields: [{title: a}]',
    'api_url: http://a\nfields: [{value: a}]',
  ]);
  for (const global of [
    'slack_api_url: http://g',
    'slack_api_url_file: g',
    'slack_app_token: g',
    'slack_app_token_file: g',
    'slack_app_token: g\nhttp_config: {authorization: {credentials: c}}',
    'slack_api_url: https://slack.com/api/chat.postMessage\nslack_app_token: g',
  ]) {
    yield* each(`slack and ${global.replaceAll('\n', ' | ')}`, bare('slack', global), [
      'channel: a',
      'api_url: http://a',
      'api_url_file: f',
      'app_token: t',
      'http_config: {authorization: {credentials: b}}',
      'http_config: {basic_auth: {username: b}}',
    ]);
  }
}
