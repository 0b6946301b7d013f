// The keys of an entry of `victorops_configs`: Splunk On-Call, as VictorOps is called now.

import {
  bool,
  type Finding,
  file,
  inheritedSection,
  map,
  type Schema,
  secret,
  template,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { asFolder } from './folder.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

/**
 * Absent strings are '', absent secrets `undefined`. One of `api_key` and `api_key_file` is set; where both are, one here
 * and the other in `global:`, it is the key that counts and not the file, as in Alertmanager. Neither is a template.
 */
export interface VictoropsSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_key: Secret | undefined;
  readonly api_key_file: string;
  /** Its path ends in a slash; the API key and the routing key follow. */
  readonly api_url: string;
  readonly routing_key: string;
  /** While something fires: `CRITICAL`, `WARNING` or `INFO`; anything else counts as the first. */
  readonly message_type: string;
  readonly state_message: string;
  readonly entity_display_name: string;
  readonly monitoring_tool: string;
  readonly custom_fields: Readonly<Record<string, string>>;
}

/** Custom fields that would collide with what is sent anyway. */
const RESERVED = [
  'routing_key',
  'message_type',
  'state_message',
  'entity_display_name',
  'monitoring_tool',
  'entity_id',
  'entity_state',
];

function defaultTemplate(name: string): string {
  return `{{ template "victorops.default.${name}" . }}`;
}

export const victoropsSchema: Schema<VictoropsSettings> = {
  title: 'VictorOps receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_key: secret({ global: 'victorops_api_key' }),
    api_key_file: file({ global: 'victorops_api_key_file' }),
    api_url: url({ global: 'victorops_api_url', always: true }),
    routing_key: template({ always: true }),
    message_type: template({ default: 'CRITICAL', always: true }),
    state_message: template({ default: defaultTemplate('state_message'), always: true }),
    entity_display_name: template({ default: defaultTemplate('entity_display_name'), always: true }),
    monitoring_tool: template({ default: defaultTemplate('monitoring_tool'), always: true }),
    custom_fields: map(template()),
  },
  check: (given) => [
    ...(given.routing_key === '' ? [noRoutingKey] : []),
    ...atMostOne(given, ['api_key', 'api_key_file']),
    ...reservedFindings(Object.keys(given.custom_fields)),
  ],
  complete: (inherited) => ({
    settings: { ...inherited, api_url: asFolder(inherited.api_url) },
    findings: [
      ...(inherited.api_url === '' ? [noUrl] : []),
      ...(isSet(inherited.api_key) || inherited.api_key_file !== '' ? [] : [noKey]),
    ],
  }),
};

function reservedFindings(names: readonly string[]): readonly Finding[] {
  const taken = names.filter((name) => RESERVED.includes(name));
  if (taken.length === 0) return [];
  return [
    {
      keys: ['custom_fields'],
      message: `these are no custom fields, but sent anyway: ${taken.join(', ')}: remove them, or give them other names`,
    },
  ];
}

const noRoutingKey: Finding = { keys: ['routing_key'], message: 'routing_key is missing: add it' };

const noUrl: Finding = {
  keys: ['api_url'],
  message: 'there is no URL of the VictorOps API: add api_url here or victorops_api_url to global',
};

const noKey: Finding = {
  keys: ['api_key', 'api_key_file'],
  message:
    'there is no API key: add api_key or api_key_file here, or victorops_api_key or victorops_api_key_file to global',
};
