// The keys of an entry of `gotify_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secret,
  type Tree,
  template,
  tree,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { needed, noLoginIn, oneOf } from './needs.ts';

/** Absent strings are '', absent secrets and trees `undefined`. */
export interface GotifySettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly url: string;
  /** An application's, not a client's. */
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly title: string;
  readonly message: string;
  /** Renders to a whole number, or to nothing, which leaves it to the application. */
  readonly priority: string;
  readonly click: string;
  readonly markdown: boolean;
  /** Beside what `click` and `markdown` make, which it may replace; every string in it is a template. */
  readonly extras: Tree | undefined;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const gotifySchema: Schema<GotifySettings> = {
  title: 'Gotify receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: url(),
    token: secret(),
    token_file: file(),
    title: template({ default: '{{ template "__subject" . }}' }),
    message: template({ default: '{{ template "tocsin.markdown" . }}' }),
    priority: template({ default: '{{ if eq .Status "firing" }}8{{ else }}4{{ end }}' }),
    click: template({ default: '{{ template "__alertmanagerURL" . }}' }),
    markdown: bool({ default: true, always: true }),
    extras: tree(),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<GotifySettings>) => [
    ...noLoginIn(given, 'url'),
    ...needed(given, ['url']),
    ...oneOf(given, ['token', 'token_file'], 'application token'),
    ...(given.extras === undefined || isMap(given.extras)
      ? []
      : [{ keys: ['extras'], message: 'extras must be a map of namespaces such as client::display' }]),
  ],
};

function isMap(value: Tree): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
