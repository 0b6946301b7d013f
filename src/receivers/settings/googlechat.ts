// The keys of an entry of `googlechat_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  choice,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secretUrl,
  template,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { oneOf } from './needs.ts';

/** Absent strings are '', absent secrets `undefined`. Exactly one of `url` and `url_file` is set. */
export interface GooglechatSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  /** An incoming webhook's: it holds key and token. */
  readonly url: Secret | undefined;
  readonly url_file: string;
  readonly type: 'text' | 'card';
  readonly title: string;
  readonly message: string;
  readonly link: string;
  /** Whether the messages of a group are one thread. */
  readonly threading: boolean;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const googlechatSchema: Schema<GooglechatSettings> = {
  title: 'Google Chat receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: secretUrl(),
    url_file: file(),
    type: choice(['text', 'card'], 'text', { always: true }),
    title: template({ default: '{{ template "__subject" . }}' }),
    message: template({ default: '{{ template "tocsin.text" . }}' }),
    link: template({ default: '{{ template "__alertmanagerURL" . }}' }),
    threading: bool({ default: true, always: true }),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<GooglechatSettings>) => oneOf(given, ['url', 'url_file'], "webhook's URL"),
};
