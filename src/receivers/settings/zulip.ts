// The keys of an entry of `zulip_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  choice,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secret,
  template,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { needed, noLoginIn, noOtherLogin, oneOf } from './needs.ts';

/** Absent strings are '', absent secrets `undefined`. */
export interface ZulipSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  /** The organization's, such as `https://example.zulipchat.com`. */
  readonly url: string;
  readonly bot_email: string;
  readonly api_key: Secret | undefined;
  readonly api_key_file: string;
  /** `stream` is what Zulip calls a channel by now. */
  readonly type: 'stream' | 'direct';
  /** A channel's name or id, or users' addresses or ids, separated by commas. */
  readonly to: string;
  readonly topic: string;
  readonly content: string;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const zulipSchema: Schema<ZulipSettings> = {
  title: 'Zulip receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: url(),
    bot_email: text(),
    api_key: secret(),
    api_key_file: file(),
    type: choice(['stream', 'direct'], 'stream', { always: true }),
    to: template(),
    topic: template({ default: '{{ template "tocsin.topic" . }}' }),
    content: template({ default: '**{{ template "__subject" . }}**\n{{ template "tocsin.markdown" . }}' }),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<ZulipSettings>) => [
    ...noLoginIn(given, 'url'),
    ...needed(given, ['url', 'bot_email', 'to']),
    ...oneOf(given, ['api_key', 'api_key_file'], 'API key'),
    ...noOtherLogin(given.http_config, "the bot's API key"),
  ],
};
