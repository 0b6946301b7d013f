// The keys of an entry of `discord_configs`.

import { bool, file, inheritedSection, type Schema, secretUrl, template } from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { exactlyOne } from './tls.ts';

/** Absent strings are '', absent secrets `undefined`. Exactly one of `webhook_url` and `webhook_url_file` is set. */
export interface DiscordSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatar_url: string;
}

export const discordSchema: Schema<DiscordSettings> = {
  title: 'Discord receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    webhook_url: secretUrl(),
    webhook_url_file: file(),
    content: template(),
    title: template({ default: '{{ template "discord.default.title" . }}' }),
    message: template({ default: '{{ template "discord.default.message" . }}' }),
    username: template(),
    avatar_url: template(),
  },
  check: (given) => exactlyOne(given, ['webhook_url', 'webhook_url_file'], 'there is nowhere to send to'),
};
