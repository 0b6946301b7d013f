// The keys of an entry of `twilio_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  file,
  goDuration,
  inheritedSection,
  list,
  type Schema,
  secret,
  template,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { needed, noLoginIn, noOtherLogin, oneOf } from './needs.ts';
import { isSet } from './tls.ts';

/** Absent strings are '', absent secrets `undefined`. */
export interface TwilioSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly url: string;
  readonly account_sid: string;
  readonly auth_token: Secret | undefined;
  readonly auth_token_file: string;
  /** In place of the account's own token. */
  readonly api_key: string;
  readonly api_key_secret: Secret | undefined;
  readonly api_key_secret_file: string;
  /** A number in E.164 form or a sender's name. Either this or a messaging service. */
  readonly from: string;
  readonly messaging_service_sid: string;
  /** Numbers in E.164 form; one entry may render to several, separated by commas. */
  readonly to: readonly string[];
  readonly message: string;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const twilioSchema: Schema<TwilioSettings> = {
  title: 'Twilio receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: url({ default: 'https://api.twilio.com' }),
    account_sid: text(),
    auth_token: secret(),
    auth_token_file: file(),
    api_key: text(),
    api_key_secret: secret(),
    api_key_secret_file: file(),
    from: template(),
    messaging_service_sid: text(),
    to: list(template()),
    message: template({ default: '{{ template "tocsin.sms" . }}' }),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<TwilioSettings>) => [
    ...noLoginIn(given, 'url'),
    ...needed(given, ['account_sid', 'to']),
    ...oneOf(
      given,
      ['auth_token', 'auth_token_file', 'api_key_secret', 'api_key_secret_file'],
      'auth token and no secret of an API key',
    ),
    ...keyFindings(given),
    ...oneOf(given, ['from', 'messaging_service_sid'], 'sender'),
    ...noOtherLogin(given.http_config, "the account's token or API key"),
  ],
};

/** The key and its secret come together. */
function keyFindings(given: Partial<TwilioSettings>): readonly { keys: readonly string[]; message: string }[] {
  const secretKey = isSet(given.api_key_secret) ? 'api_key_secret' : 'api_key_secret_file';
  const hasSecret = isSet(given[secretKey]);
  const hasToken = isSet(given.auth_token) || isSet(given.auth_token_file);
  if (hasSecret && !isSet(given.api_key))
    return [{ keys: [secretKey], message: 'an API key is needed with its secret: add api_key' }];
  if (isSet(given.api_key) && !hasSecret && hasToken) {
    return [
      { keys: ['api_key'], message: 'an API key needs its own secret: replace the auth token by api_key_secret' },
    ];
  }
  return [];
}
