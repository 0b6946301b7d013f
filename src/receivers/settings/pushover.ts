// The keys of an entry of `pushover_configs`.

import { bool, file, inheritedSection, type Schema, secret, template, unitDuration } from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { exactlyOne } from './tls.ts';

/**
 * Absent strings are '', absent secrets `undefined`. Exactly one of `user_key` and `user_key_file` is set, and one of
 * `token` and `token_file`. All strings are templates, the keys and what their files hold as well.
 */
export interface PushoverSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly user_key: Secret | undefined;
  readonly user_key_file: string;
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly title: string;
  readonly message: string;
  readonly url: string;
  readonly url_title: string;
  readonly device: string;
  readonly sound: string;
  /** -2 to 2. */
  readonly priority: string;
  /** How often an emergency (priority 2) is repeated until somebody has seen it, and for how long. Milliseconds. */
  readonly retry: number;
  readonly expire: number;
  /** After how long the message is deleted. Milliseconds; nothing above 0 for never. */
  readonly ttl: number;
  readonly html: boolean;
  readonly monospace: boolean;
}

function defaultTemplate(name: string): string {
  return `{{ template "pushover.default.${name}" . }}`;
}

export const pushoverSchema: Schema<PushoverSettings> = {
  title: 'Pushover receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    user_key: secret(),
    user_key_file: file(),
    token: secret(),
    token_file: file(),
    title: template({ default: defaultTemplate('title') }),
    message: template({ default: defaultTemplate('message') }),
    url: template({ default: defaultTemplate('url') }),
    url_title: template(),
    device: template(),
    sound: template(),
    priority: template({ default: '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}' }),
    retry: unitDuration({ default: 60_000 }),
    expire: unitDuration({ default: 3_600_000 }),
    ttl: unitDuration(),
    html: bool(),
    monospace: bool(),
  },
  check: (given) => [
    ...exactlyOne(given, ['user_key', 'user_key_file'], 'there is no user key'),
    ...exactlyOne(given, ['token', 'token_file'], 'there is no application token'),
    ...(given.html && given.monospace
      ? [{ keys: ['monospace', 'html'], message: 'a message is either html or monospace: remove one of them' }]
      : []),
  ],
};
