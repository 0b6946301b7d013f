// The keys of an entry of `ntfy_configs`. Tocsin's own: Alertmanager has no such receiver.

import {
  bool,
  choice,
  embedded,
  type Finding,
  file,
  goDuration,
  inheritedSection,
  list,
  map,
  maybeList,
  type Schema,
  secret,
  template,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { needed, noLoginIn, noOtherLogin, oneOf } from './needs.ts';
import { atMostOne, isSet } from './tls.ts';

/** A button: opens a page, or makes the telephone send a request. */
export interface NtfyAction {
  readonly action: 'view' | 'http';
  readonly label: string;
  readonly url: string;
  /** '' for POST. */
  readonly method: string;
  readonly headers: Readonly<Record<string, Secret | undefined>>;
  readonly body: string;
  /** Whether the notification goes away with it. */
  readonly clear: boolean;
}

/** Absent strings are '', absent secrets `undefined`. */
export interface NtfySettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly url: string;
  /** A template. Whoever knows the topic of a public server can read it. */
  readonly topic: Secret | undefined;
  readonly topic_file: string;
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly title: string;
  readonly message: string;
  /** Renders to 1 to 5, to a name of ntfy's (`min` to `max`), or to nothing, which leaves it to the server. */
  readonly priority: string;
  readonly tags: readonly string[];
  readonly click: string;
  readonly icon: string;
  readonly markdown: boolean;
  readonly actions: readonly NtfyAction[];
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

/** https://docs.ntfy.sh/publish/#action-buttons */
const MOST_ACTIONS = 3;
const TAGS = ['{{ if eq .Status "firing" }}rotating_light{{ else }}white_check_mark{{ end }}'];

const actionSchema: Schema<NtfyAction> = {
  title: 'ntfy action',
  fields: {
    action: choice(['view', 'http'], 'view', { always: true }),
    label: template(),
    url: template(),
    method: template(),
    headers: map(secret()),
    body: template(),
    clear: bool(),
  },
  check: (given) => needed(given, ['label', 'url']),
};

export const ntfySchema: Schema<NtfySettings> = {
  title: 'ntfy receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: url({ default: 'https://ntfy.sh' }),
    topic: secret(),
    topic_file: file(),
    token: secret(),
    token_file: file(),
    title: template({ default: '{{ template "__subject" . }}' }),
    message: template({ default: '{{ template "tocsin.text" . }}' }),
    priority: template({ default: '{{ if eq .Status "firing" }}4{{ else }}3{{ end }}' }),
    // Told from its absence, because an empty list means no tags.
    tags: maybeList(template()) as Schema<NtfySettings>['fields']['tags'],
    click: template({ default: '{{ template "__alertmanagerURL" . }}' }),
    icon: template(),
    markdown: bool(),
    actions: list(embedded(actionSchema)),
    timeout: goDuration({ always: true }),
  },
  check: (given: Partial<NtfySettings>) => [
    ...noLoginIn(given, 'url'),
    ...oneOf(given, ['topic', 'topic_file'], 'topic'),
    ...atMostOne(given, ['token', 'token_file']),
    ...(isSet(given.token) || isSet(given.token_file) ? noOtherLogin(given.http_config, 'the token') : []),
    ...((given.actions?.length ?? 0) > MOST_ACTIONS ? [tooManyActions] : []),
  ],
  normalize: (given) => ({ ...given, tags: given.tags ?? TAGS }),
};

const tooManyActions: Finding = {
  keys: ['actions'],
  message: `ntfy shows no more than ${MOST_ACTIONS} actions: remove some`,
};
