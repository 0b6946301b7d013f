// The keys of an entry of `pagerduty_configs`.

import {
  bool,
  embedded,
  file,
  goDuration,
  inheritedSection,
  list,
  map,
  type Schema,
  secret,
  type Tree,
  template,
  tree,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

export interface PagerdutyImage {
  readonly src: string;
  readonly alt: string;
  readonly href: string;
}

export interface PagerdutyLink {
  readonly href: string;
  readonly text: string;
}

/**
 * Absent strings are '', absent secrets `undefined`. With a service key the old Events API v1 is meant, with a routing
 * key v2; the keys may be templates, as may every other string.
 */
export interface PagerdutySettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly service_key: Secret | undefined;
  readonly service_key_file: string;
  readonly routing_key: Secret | undefined;
  readonly routing_key_file: string;
  readonly url: string;
  readonly client: string;
  readonly client_url: string;
  readonly description: string;
  /** Complete with the four that Alertmanager adds: firing, resolved, num_firing, num_resolved. */
  readonly details: Readonly<Record<string, Tree | undefined>>;
  readonly images: readonly PagerdutyImage[];
  readonly links: readonly PagerdutyLink[];
  /** The client when the file gives none. */
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

const imageSchema: Schema<PagerdutyImage> = {
  title: 'PagerDuty image',
  fields: { src: template(), alt: template(), href: template() },
};

const linkSchema: Schema<PagerdutyLink> = {
  title: 'PagerDuty link',
  fields: { href: template(), text: template() },
};

const defaultDetails: readonly (readonly [string, string])[] = [
  ['firing', '{{ .Alerts.Firing | toJson }}'],
  ['resolved', '{{ .Alerts.Resolved | toJson }}'],
  ['num_firing', '{{ .Alerts.Firing | len }}'],
  ['num_resolved', '{{ .Alerts.Resolved | len }}'],
];

export const pagerdutySchema: Schema<PagerdutySettings> = {
  title: 'PagerDuty receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    service_key: secret(),
    service_key_file: file(),
    routing_key: secret(),
    routing_key_file: file(),
    url: url({ global: 'pagerduty_url' }),
    client: template({ default: '{{ template "pagerduty.default.client" . }}' }),
    client_url: template({ default: '{{ template "pagerduty.default.clientURL" . }}' }),
    description: template({ default: '{{ template "pagerduty.default.description" .}}' }),
    details: map(tree()),
    images: list(embedded(imageSchema)),
    links: list(embedded(linkSchema)),
    source: template(),
    severity: template(),
    class: template(),
    component: template(),
    group: template(),
    timeout: goDuration({ always: true }),
  },
  check: (given) => [
    ...(isSet(given.routing_key) || isSet(given.service_key) || given.routing_key_file || given.service_key_file
      ? []
      : [
          {
            keys: ['routing_key', 'routing_key_file', 'service_key', 'service_key_file'],
            message:
              'there is no integration key: add routing_key or routing_key_file (Events API v2), or service_key or service_key_file (the Prometheus integration)',
          },
        ]),
    ...atMostOne(given, ['routing_key', 'routing_key_file']),
    ...atMostOne(given, ['service_key', 'service_key_file']),
  ],
  normalize: (given) => ({ ...given, source: given.source || given.client, details: withDefaults(given.details) }),
};

function withDefaults(details: PagerdutySettings['details']): PagerdutySettings['details'] {
  const merged: Record<string, Tree | undefined> = Object.assign(Object.create(null), details);
  for (const [name, value] of defaultDetails) {
    if (!(name in merged)) merged[name] = value;
  }
  return merged;
}
