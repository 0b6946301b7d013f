// The keys of an entry of `rocketchat_configs`.

import {
  bool,
  embedded,
  type Finding,
  file,
  inheritedSection,
  list,
  maybe,
  type Schema,
  secret,
  template,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

export interface RocketchatField {
  /** `short_fields` decides when the file does not say. */
  readonly short: boolean | undefined;
  readonly title: string;
  readonly value: string;
}

/** A button with a link or with what it says in the user's name. What else there is Alertmanager reads and does not send. */
export interface RocketchatAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly imageurl: string;
  readonly iswebview: boolean;
  readonly webviewheightratio: string;
  readonly msg: string;
  readonly msginchatwindow: boolean;
  readonly msgprocessingtype: string;
}

/**
 * Absent strings are '', absent secrets `undefined`. At least one of `token` and `token_file` is set, and of `token_id` and
 * `token_id_file`; where both are, one here and the other in `global:`, it is the file that counts, as in Alertmanager.
 */
export interface RocketchatSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_url: string;
  readonly token_id: Secret | undefined;
  readonly token_id_file: string;
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly channel: string;
  readonly color: string;
  readonly title: string;
  readonly title_link: string;
  readonly text: string;
  readonly fields: readonly RocketchatField[];
  readonly short_fields: boolean;
  readonly emoji: string;
  readonly icon_url: string;
  readonly image_url: string;
  readonly thumb_url: string;
  /** Read and not sent, as in Alertmanager. */
  readonly link_names: boolean;
  readonly actions: readonly RocketchatAction[];
}

const fieldSchema: Schema<RocketchatField> = {
  title: 'Rocket.Chat field',
  fields: { short: maybe({ always: true }), title: template({ always: true }), value: template({ always: true }) },
};

const actionSchema: Schema<RocketchatAction> = {
  title: 'Rocket.Chat action',
  fields: {
    type: template({ always: true }),
    text: template({ always: true }),
    url: template({ always: true }),
    imageurl: template({ always: true }),
    iswebview: bool({ always: true }),
    webviewheightratio: template({ always: true }),
    msg: template({ always: true }),
    msginchatwindow: bool({ always: true }),
    msgprocessingtype: template({ always: true }),
  },
};

function defaultTemplate(name: string): string {
  return `{{ template "rocketchat.default.${name}" . }}`;
}

export const rocketchatSchema: Schema<RocketchatSettings> = {
  title: 'Rocket.Chat receiver',
  fields: {
    send_resolved: bool({ always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: url({ global: 'rocketchat_api_url' }),
    token_id: secret({ global: 'rocketchat_token_id' }),
    token_id_file: file({ global: 'rocketchat_token_id_file' }),
    token: secret({ global: 'rocketchat_token' }),
    token_file: file({ global: 'rocketchat_token_file' }),
    channel: template(),
    color: template({ default: '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}' }),
    title: template({ default: defaultTemplate('title') }),
    title_link: template({ default: defaultTemplate('titlelink') }),
    text: template({ default: defaultTemplate('text') }),
    fields: list(embedded(fieldSchema)),
    short_fields: bool({ always: true }),
    emoji: template({ default: defaultTemplate('emoji') }),
    icon_url: template({ default: defaultTemplate('iconurl') }),
    image_url: template(),
    thumb_url: template(),
    link_names: bool({ always: true }),
    actions: list(embedded(actionSchema)),
  },
  check: (given) => [...atMostOne(given, ['token', 'token_file']), ...atMostOne(given, ['token_id', 'token_id_file'])],
  complete: (inherited) => ({ settings: inherited, findings: missing(inherited) }),
};

function missing(settings: RocketchatSettings): readonly Finding[] {
  const findings: Finding[] = [];
  for (const key of ['token_id', 'token'] as const) {
    if (isSet(settings[key]) || settings[`${key}_file`] !== '') continue;
    const message = `there is no ${key}: add ${key} or ${key}_file here, or rocketchat_${key} or rocketchat_${key}_file to global`;
    findings.push({ keys: [key, `${key}_file`], message });
  }
  return findings;
}
