// The keys of an entry of `sns_configs`, and of the `sigv4` in it.

import {
  bool,
  embedded,
  type Finding,
  inheritedSection,
  map,
  type Schema,
  secret,
  template,
  text,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { isSet } from './tls.ts';

/** How requests to AWS are signed. What is absent ('', or `undefined` for the secret) AWS's default chain knows. */
export interface Sigv4Settings {
  readonly region: string;
  readonly access_key: string;
  readonly secret_key: Secret | undefined;
  readonly profile: string;
  readonly role_arn: string;
  readonly external_id: string;
  readonly use_fips_sts_endpoint: boolean;
}

/** Absent strings are ''. Every string outside of `sigv4` is a template, as are the names of attributes. */
export interface SnsSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  /** '' for the region's own. */
  readonly api_url: string;
  readonly sigv4: Sigv4Settings;
  /** Of topic, phone number and target one is set, or else all three, which AWS refuses. */
  readonly topic_arn: string;
  readonly phone_number: string;
  readonly target_arn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Accepted and without effect: there is one HTTP client, which reads AWS_CA_BUNDLE in any case. */
  readonly use_aws_http_client: boolean;
}

const sigv4Schema: Schema<Sigv4Settings> = {
  title: 'sigv4',
  fields: {
    region: text(),
    access_key: text(),
    secret_key: secret(),
    profile: text(),
    role_arn: text(),
    external_id: text(),
    use_fips_sts_endpoint: bool(),
  },
  check: (given) => [
    ...keyFindings(given),
    ...(given.external_id !== '' && given.role_arn === ''
      ? [{ keys: ['external_id', 'role_arn'], message: 'external_id is told when a role is assumed: add role_arn' }]
      : []),
  ],
};

function keyFindings(given: Sigv4Settings): readonly Finding[] {
  const secretGiven = isSet(given.secret_key);
  if ((given.access_key !== '') === secretGiven) return [];
  const [has, lacks] = secretGiven ? ['secret_key', 'access_key'] : ['access_key', 'secret_key'];
  return [{ keys: [has!, lacks!], message: `${has} means nothing without the other key: add ${lacks}` }];
}

export const snsSchema: Schema<SnsSettings> = {
  title: 'SNS receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: template(),
    sigv4: embedded(sigv4Schema, { always: true }),
    topic_arn: template(),
    phone_number: template(),
    target_arn: template(),
    subject: template({ default: '{{ template "sns.default.subject" . }}' }),
    message: template({ default: '{{ template "sns.default.message" . }}' }),
    attributes: map(template()),
    use_aws_http_client: bool(),
  },
  check: (given) => {
    const set = (['topic_arn', 'phone_number', 'target_arn'] as const).filter((key) => given[key] !== '');
    // All three at once Alertmanager takes for one.
    if (set.length % 2 === 1) return [];
    return set.length === 0
      ? [
          {
            keys: ['topic_arn', 'phone_number', 'target_arn'],
            message: 'there is nowhere to send to: add topic_arn, phone_number or target_arn',
          },
        ]
      : [{ keys: [set[1]!, ...set], message: `${set.join(' and ')} exclude each other: keep one of them` }];
  },
};
