// The keys of an entry of `webex_configs`.

import { bool, type Finding, inheritedSection, type Schema, template, url } from '../../model/schema.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';

/** Absent strings are ''. */
export interface WebexSettings {
  readonly send_resolved: boolean;
  /** Its `authorization` holds the bot's access token. */
  readonly http_config: HttpClientSettings;
  readonly api_url: string;
  readonly message: string;
  readonly room_id: string;
}

export const webexSchema: Schema<WebexSettings> = {
  title: 'Webex receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: url({ global: 'webex_api_url' }),
    message: template({ default: '{{ template "webex.default.message" . }}' }),
    room_id: template({ always: true }),
  },
  check: (given: Partial<WebexSettings>) => [
    ...(given.room_id === '' ? [noRoom] : []),
    // What `global:` says of authorization does not count.
    ...(given.http_config?.authorization === undefined ? [noToken] : []),
  ],
  complete: (inherited) => ({ settings: inherited, findings: inherited.api_url === '' ? [noUrl] : [] }),
};

const noRoom: Finding = { keys: ['room_id'], message: 'room_id is missing: add it' };

const noToken: Finding = {
  keys: ['http_config'],
  message: "the bot's access token is missing: add http_config with authorization and its credentials to this entry",
};

const noUrl: Finding = {
  keys: ['api_url'],
  message: 'there is no URL of the Webex API: add api_url here or webex_api_url to global',
};
