// The keys of every `tls_config`, as prometheus/common defines them. Apart from http.ts because email and tracing have
// one without an HTTP client around it.

import { bool, choice, type Field, type Finding, file, type Schema, secret, text } from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';

export type TlsVersion = '' | 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/**
 * Every key is always there. An absent string is '', an absent secret `undefined`: the rule for all settings in this
 * folder. Certificates and keys are PEM texts or paths of PEM files, absolute or relative to the configuration's folder.
 */
export interface TlsSettings {
  readonly ca: string;
  readonly cert: string;
  readonly key: Secret | undefined;
  readonly ca_file: string;
  readonly cert_file: string;
  readonly key_file: string;
  /** Names in a secret manager, of which there is none: accepted, as Alertmanager accepts them, and useless. */
  readonly ca_ref: string;
  readonly cert_ref: string;
  readonly key_ref: string;
  readonly server_name: string;
  readonly insecure_skip_verify: boolean;
  /** '' leaves it to the TLS library. */
  readonly min_version: TlsVersion;
  readonly max_version: TlsVersion;
}

const versions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;

function version(): Field<TlsVersion> {
  return choice<TlsVersion>(versions, '');
}

export const tlsSchema: Schema<TlsSettings> = {
  title: 'tls_config',
  fields: {
    ca: text(),
    cert: text(),
    key: secret(),
    ca_file: file({ resolvedInPrint: true }),
    cert_file: file({ resolvedInPrint: true }),
    key_file: file({ resolvedInPrint: true }),
    ca_ref: text(),
    cert_ref: text(),
    key_ref: text(),
    server_name: text(),
    insecure_skip_verify: bool({ always: true }),
    min_version: version(),
    max_version: version(),
  },
  check: (given) => [
    ...atMostOne(given, ['ca', 'ca_file', 'ca_ref']),
    ...atMostOne(given, ['cert', 'cert_file', 'cert_ref']),
    ...atMostOne(given, ['key', 'key_file', 'key_ref']),
    ...pairFindings(given),
  ],
};

function pairFindings(given: TlsSettings): readonly Finding[] {
  const cert = given.cert !== '' || given.cert_file !== '' || given.cert_ref !== '';
  const key = isSet(given.key) || given.key_file !== '' || given.key_ref !== '';
  if (cert === key) return [];
  return cert
    ? [
        {
          keys: [given.cert_file === '' ? 'cert' : 'cert_file', 'key', 'key_file'],
          message: 'a client certificate needs its key: add key or key_file',
        },
      ]
    : [
        {
          keys: [given.key_file === '' ? 'key' : 'key_file', 'cert', 'cert_file'],
          message: 'a client key needs its certificate: add cert or cert_file',
        },
      ];
}

/** Whether a value differs from its kind's absent one. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== '' && value !== false && value !== 0;
}

/** A finding when more than one of the keys is set. */
export function atMostOne<T>(given: T, keys: readonly (keyof T & string)[]): readonly Finding[] {
  const set = keys.filter((key) => isSet(given[key]));
  if (set.length < 2) return [];
  const last = set[set.length - 1]!;
  return [{ keys: [last, ...set], message: `at most one of ${orList(keys)} may be set: remove all but one` }];
}

/** A finding when none of the keys is set, beginning with what is `missing` then, or more than one. */
export function exactlyOne<T>(given: T, keys: readonly (keyof T & string)[], missing: string): readonly Finding[] {
  if (keys.some((key) => isSet(given[key]))) return atMostOne(given, keys);
  return [{ keys, message: `${missing}: add ${orList(keys)}` }];
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]!}`;
}
