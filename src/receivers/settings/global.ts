// The keys of `global:`: the defaults that receivers take over. Which of its own keys takes over which of these is said by
// each receiver's settings.

import {
  bool,
  duration,
  embedded,
  type Finding,
  file,
  type HostPort,
  hostPort,
  maybe,
  type Schema,
  secret,
  secretUrl,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet, type TlsSettings, tlsSchema } from './tls.ts';

/** Absent strings are '', everything else that is absent `undefined`. */
export interface GlobalSettings {
  /** Milliseconds. */
  readonly resolve_timeout: number;
  readonly http_config: HttpClientSettings;
  readonly jira_api_url: string;
  readonly smtp_from: string;
  readonly smtp_hello: string;
  readonly smtp_smarthost: HostPort | undefined;
  readonly smtp_auth_username: string;
  readonly smtp_auth_password: Secret | undefined;
  readonly smtp_auth_password_file: string;
  readonly smtp_auth_secret: Secret | undefined;
  readonly smtp_auth_secret_file: string;
  readonly smtp_auth_identity: string;
  readonly smtp_require_tls: boolean;
  readonly smtp_tls_config: TlsSettings;
  readonly smtp_force_implicit_tls: boolean | undefined;
  readonly slack_api_url: Secret | undefined;
  readonly slack_api_url_file: string;
  readonly slack_app_token: Secret | undefined;
  readonly slack_app_token_file: string;
  readonly slack_app_url: string;
  readonly pagerduty_url: string;
  readonly opsgenie_api_url: string;
  readonly opsgenie_api_key: Secret | undefined;
  readonly opsgenie_api_key_file: string;
  readonly wechat_api_url: string;
  readonly wechat_api_secret: Secret | undefined;
  readonly wechat_api_secret_file: string;
  readonly wechat_api_corp_id: string;
  readonly victorops_api_url: string;
  readonly victorops_api_key: Secret | undefined;
  readonly victorops_api_key_file: string;
  readonly telegram_api_url: string;
  readonly telegram_bot_token: Secret | undefined;
  readonly telegram_bot_token_file: string;
  readonly webex_api_url: string;
  readonly rocketchat_api_url: string;
  readonly rocketchat_token: Secret | undefined;
  readonly rocketchat_token_file: string;
  readonly rocketchat_token_id: Secret | undefined;
  readonly rocketchat_token_id_file: string;
  readonly mattermost_webhook_url: Secret | undefined;
  readonly mattermost_webhook_url_file: string;
}

export const globalSchema: Schema<GlobalSettings> = {
  title: 'global',
  fields: {
    resolve_timeout: duration({ default: 300_000, always: true }),
    http_config: embedded(httpClientSchema, { always: true }),
    jira_api_url: url(),
    smtp_from: text(),
    smtp_hello: text({ default: 'localhost' }),
    smtp_smarthost: hostPort(),
    smtp_auth_username: text(),
    smtp_auth_password: secret(),
    smtp_auth_password_file: file(),
    smtp_auth_secret: secret(),
    smtp_auth_secret_file: file(),
    smtp_auth_identity: text(),
    smtp_require_tls: bool({ default: true, always: true }),
    smtp_tls_config: embedded(tlsSchema, { always: true, unresolvedInPrint: true }),
    smtp_force_implicit_tls: maybe(),
    slack_api_url: secretUrl(),
    slack_api_url_file: file(),
    slack_app_token: secret(),
    slack_app_token_file: file(),
    slack_app_url: url({ default: 'https://slack.com/api/chat.postMessage' }),
    pagerduty_url: url({ default: 'https://events.pagerduty.com/v2/enqueue' }),
    opsgenie_api_url: url({ default: 'https://api.opsgenie.com/' }),
    opsgenie_api_key: secret(),
    opsgenie_api_key_file: file(),
    wechat_api_url: url({ default: 'https://qyapi.weixin.qq.com/cgi-bin/' }),
    wechat_api_secret: secret(),
    wechat_api_secret_file: file(),
    wechat_api_corp_id: text(),
    victorops_api_url: url({ default: 'https://alert.victorops.com/integrations/generic/20131114/alert/' }),
    victorops_api_key: secret(),
    victorops_api_key_file: file(),
    telegram_api_url: url({ default: 'https://api.telegram.org' }),
    telegram_bot_token: secret(),
    telegram_bot_token_file: file(),
    webex_api_url: url({ default: 'https://webexapis.com/v1/messages' }),
    rocketchat_api_url: url({ default: 'https://open.rocket.chat/' }),
    rocketchat_token: secret(),
    rocketchat_token_file: file(),
    rocketchat_token_id: secret(),
    rocketchat_token_id_file: file(),
    mattermost_webhook_url: secretUrl(),
    mattermost_webhook_url_file: file(),
  },
  check: (given) => [
    ...atMostOne(given, ['slack_app_token', 'slack_app_token_file']),
    ...atMostOne(given, ['slack_api_url', 'slack_api_url_file']),
    ...slackFindings(given),
    ...atMostOne(given, ['opsgenie_api_key', 'opsgenie_api_key_file']),
    ...atMostOne(given, ['victorops_api_key', 'victorops_api_key_file']),
    ...atMostOne(given, ['telegram_bot_token', 'telegram_bot_token_file']),
    ...atMostOne(given, ['smtp_auth_password', 'smtp_auth_password_file']),
    ...atMostOne(given, ['smtp_auth_secret', 'smtp_auth_secret_file']),
    ...atMostOne(given, ['rocketchat_token', 'rocketchat_token_file']),
    ...atMostOne(given, ['rocketchat_token_id', 'rocketchat_token_id_file']),
    ...atMostOne(given, ['wechat_api_secret', 'wechat_api_secret_file']),
    ...atMostOne(given, ['mattermost_webhook_url', 'mattermost_webhook_url_file']),
  ],
};

/** A token beside a webhook URL is refused, unless the URL is the API's own: the form that came before tokens had a key. */
function slackFindings(given: GlobalSettings): readonly Finding[] {
  const token = isSet(given.slack_app_token) || given.slack_app_token_file !== '';
  const webhook = isSet(given.slack_api_url) || given.slack_api_url_file !== '';
  if (!token || !webhook || given.slack_api_url?.reveal() === given.slack_app_url) return [];
  return [
    {
      keys: [
        given.slack_app_token_file === '' ? 'slack_app_token' : 'slack_app_token_file',
        'slack_api_url',
        'slack_api_url_file',
      ],
      message: 'slack_api_url and slack_app_token are two ways to reach Slack: remove one of them',
    },
  ];
}
