// The keys of an entry of `incidentio_configs`.

import {
  bool,
  count,
  type Finding,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secret,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

/** Absent strings are '', absent secrets `undefined`. Exactly one of `url` and `url_file` is set. */
export interface IncidentioSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly url: string;
  readonly url_file: string;
  /** Comes before what the `http_config` says; at most one of the two. */
  readonly alert_source_token: Secret | undefined;
  readonly alert_source_token_file: string;
  /** 0 for all of them. */
  readonly max_alerts: number;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const incidentioSchema: Schema<IncidentioSettings> = {
  title: 'incident.io receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config', unresolvedInPrint: true }),
    url: url({ always: true }),
    url_file: file({ always: true }),
    alert_source_token: secret(),
    alert_source_token_file: file(),
    max_alerts: count({ always: true }),
    timeout: goDuration({ always: true }),
  },
  check: (given) => [
    ...(given.url === '' && given.url_file === ''
      ? [{ keys: ['url', 'url_file'], message: 'there is nowhere to send to: add url or url_file' }]
      : []),
    ...atMostOne(given, ['url', 'url_file']),
    ...atMostOne(given, ['alert_source_token', 'alert_source_token_file']),
  ],
  complete: (inherited, given) => ({ settings: inherited, findings: authorizationFindings(given) }),
};

/** As Alertmanager, which asks for a token only where the entry has an `http_config` of its own. */
function authorizationFindings(given: Partial<IncidentioSettings>): readonly Finding[] {
  const { http_config, alert_source_token, alert_source_token_file } = given;
  if (http_config === undefined) return [];
  const token = isSet(alert_source_token) || isSet(alert_source_token_file);
  const authorized = http_config.authorization !== undefined;
  if (token && authorized) {
    return [
      {
        keys: [isSet(alert_source_token) ? 'alert_source_token' : 'alert_source_token_file', 'http_config'],
        message: 'the token and http_config.authorization are two ways to authorize: remove one of them',
      },
    ];
  }
  if (token || authorized) return [];
  return [
    {
      keys: ['http_config', 'alert_source_token', 'alert_source_token_file'],
      message: 'there is no token: add alert_source_token, alert_source_token_file or http_config.authorization',
    },
  ];
}
