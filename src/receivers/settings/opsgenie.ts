// The keys of an entry of `opsgenie_configs`.

import {
  bool,
  embedded,
  type Finding,
  file,
  inheritedSection,
  list,
  map,
  type Schema,
  secret,
  template,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { BUILTINS } from '../../template/func/builtins.ts';
import { parseText } from '../../template/parse/parse.ts';
import { Source } from '../../template/parse/source.ts';
import { asFolder } from './folder.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

/** At least one of `id`, `name` and `username` is not ''. */
export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** `team`, `user`, `escalation`, `schedule`, or `teams` for several names with commas between them; or a template. */
  readonly type: string;
}

/**
 * Absent strings are '', absent secrets `undefined`. One of `api_key` and `api_key_file` is set; where both are, one here
 * and the other in `global:`, it is the key that counts and not the file, as in Alertmanager. Both are templates, as is
 * every other string.
 */
export interface OpsgenieSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_key: Secret | undefined;
  readonly api_key_file: string;
  /** Its path ends in a slash. */
  readonly api_url: string;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: Readonly<Record<string, string>>;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[];
  /** Separated by commas, as are `tags`. */
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly update_alerts: boolean;
}

const responderSchema: Schema<OpsgenieResponder> = {
  title: 'Opsgenie responder',
  // The type is a template too, but one that is checked below.
  fields: { id: template(), name: template(), username: template(), type: text() },
  check: (given) => [
    ...(given.id === '' && given.name === '' && given.username === ''
      ? [{ keys: ['id', 'name', 'username'], message: 'a responder needs id, name or username: add one of them' }]
      : []),
    ...typeFindings(given.type),
  ],
};

function typeFindings(type: string): readonly Finding[] {
  if (!type.includes('{{')) {
    const known = ['team', 'teams', 'user', 'escalation', 'schedule'].includes(type.toLowerCase());
    return known
      ? []
      : [
          {
            keys: ['type'],
            message: 'the type is missing or unknown: write team, teams, user, escalation or schedule',
          },
        ];
  }
  // Alertmanager checks for Go's own functions alone.
  try {
    parseText('', new Source('', type), (name) => BUILTINS.has(name));
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [{ keys: ['type'], message: `not a template: ${error.message.replace(/^template: :/, 'line ')}` }];
  }
}

function defaultTemplate(name: string): string {
  return `{{ template "opsgenie.default.${name}" . }}`;
}

export const opsgenieSchema: Schema<OpsgenieSettings> = {
  title: 'Opsgenie receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_key: secret({ global: 'opsgenie_api_key' }),
    api_key_file: file({ global: 'opsgenie_api_key_file' }),
    api_url: url({ global: 'opsgenie_api_url' }),
    message: template({ default: defaultTemplate('message') }),
    description: template({ default: defaultTemplate('description') }),
    source: template({ default: defaultTemplate('source') }),
    details: map(template()),
    entity: template(),
    responders: list(embedded(responderSchema)),
    actions: template(),
    tags: template(),
    note: template(),
    priority: template(),
    update_alerts: bool(),
  },
  check: (given) => atMostOne(given, ['api_key', 'api_key_file']),
  complete: (inherited) => ({
    settings: { ...inherited, api_url: asFolder(inherited.api_url) },
    findings: [
      ...(inherited.api_url === '' ? [noUrl] : []),
      ...(isSet(inherited.api_key) || inherited.api_key_file !== '' ? [] : [noKey]),
    ],
  }),
};

const noUrl: Finding = {
  keys: ['api_url'],
  message: 'there is no URL of the Opsgenie API: add api_url here or opsgenie_api_url to global',
};

const noKey: Finding = {
  keys: ['api_key', 'api_key_file'],
  message:
    'there is no API key: add api_key or api_key_file here, or opsgenie_api_key or opsgenie_api_key_file to global',
};
