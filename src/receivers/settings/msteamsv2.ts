// The keys of an entry of `msteamsv2_configs`.

import { bool, file, inheritedSection, type Schema, secretUrl, template } from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import type { GlobalSettings } from './global.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { exactlyOne } from './tls.ts';

/** Absent strings are '', absent secrets `undefined`. Exactly one of `webhook_url` and `webhook_url_file` is set. */
export interface Msteamsv2Settings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly title: string;
  readonly text: string;
}

export const msteamsv2Schema: Schema<Msteamsv2Settings> = {
  title: 'Microsoft Teams v2 receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    webhook_url: secretUrl(),
    webhook_url_file: file(),
    title: template({ default: '{{ template "msteamsv2.default.title" . }}' }),
    text: template({ default: '{{ template "msteamsv2.default.text" . }}' }),
  },
  check: (given) => exactlyOne(given, ['webhook_url', 'webhook_url_file'], 'there is nowhere to send to'),
  // Other receivers take over the whole http_config of `global` or nothing of it.
  complete: (inherited, _given, globals: GlobalSettings) => {
    const { http_config } = inherited;
    const { proxy_url } = globals.http_config;
    const settings =
      http_config.proxy_url === '' && proxy_url !== ''
        ? { ...inherited, http_config: { ...http_config, proxy_url } }
        : inherited;
    return { settings, findings: [] };
  },
};
