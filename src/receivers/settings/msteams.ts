// The keys of an entry of `msteams_configs`.

import { bool, file, inheritedSection, type Schema, secretUrl, template } from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { exactlyOne } from './tls.ts';

/** Absent strings are '', absent secrets `undefined`. Exactly one of `webhook_url` and `webhook_url_file` is set. */
export interface MsteamsSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

export const msteamsSchema: Schema<MsteamsSettings> = {
  title: 'Microsoft Teams receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    webhook_url: secretUrl(),
    webhook_url_file: file(),
    title: template({ default: '{{ template "msteams.default.title" . }}' }),
    summary: template({ default: '{{ template "msteams.default.summary" . }}' }),
    text: template({ default: '{{ template "msteams.default.text" . }}' }),
  },
  check: (given) => exactlyOne(given, ['webhook_url', 'webhook_url_file'], 'there is nowhere to send to'),
};
