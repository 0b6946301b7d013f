// The keys of an entry of `matrix_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  choice,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secret,
  template,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { needed, noLoginIn, noOtherLogin, oneOf } from './needs.ts';

/** Absent strings are '', absent secrets `undefined`. */
export interface MatrixSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly homeserver_url: string;
  readonly access_token: Secret | undefined;
  readonly access_token_file: string;
  /** A room's id (`!...:server`) or one of its aliases (`#...:server`). */
  readonly room_id: string;
  /** `m.notice` is shown more quietly, and other bots do not answer it. */
  readonly msgtype: 'm.text' | 'm.notice';
  readonly message: string;
  /** '' for plain text alone. */
  readonly html: string;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

export const matrixSchema: Schema<MatrixSettings> = {
  title: 'Matrix receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    homeserver_url: url(),
    access_token: secret(),
    access_token_file: file(),
    room_id: template(),
    msgtype: choice(['m.text', 'm.notice'], 'm.text', { always: true }),
    message: template({ default: '{{ template "__subject" . }}\n{{ template "tocsin.text" . }}' }),
    html: template({ default: '{{ template "tocsin.html" . }}' }),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<MatrixSettings>) => [
    ...noLoginIn(given, 'homeserver_url'),
    ...needed(given, ['homeserver_url', 'room_id']),
    ...oneOf(given, ['access_token', 'access_token_file'], 'access token'),
    ...noOtherLogin(given.http_config, 'the access token'),
  ],
};
