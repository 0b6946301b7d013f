// The keys of an entry of `email_configs`.

import {
  bool,
  embedded,
  type Finding,
  file,
  type HostPort,
  inheritedBool,
  inheritedHostPort,
  inheritedSection,
  map,
  maybe,
  type Schema,
  secret,
  template,
  text,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import type { GlobalSettings } from './global.ts';
import { isSet, type TlsSettings, tlsSchema } from './tls.ts';

export interface ThreadingSettings {
  readonly enabled: boolean;
  /** `daily` or `none`; '' while threading is off. */
  readonly thread_by_date: string;
}

/** Absent strings are '', absent secrets `undefined`. */
export interface EmailSettings {
  readonly send_resolved: boolean;
  /** Comma-separated addresses; a template. */
  readonly to: string;
  readonly from: string;
  readonly hello: string;
  readonly smarthost: HostPort;
  readonly auth_username: string;
  readonly auth_password: Secret | undefined;
  readonly auth_password_file: string;
  readonly auth_secret: Secret | undefined;
  readonly auth_secret_file: string;
  readonly auth_identity: string;
  /** Names in MIME's canonical form (`Reply-To`), values are templates. Complete with Subject, To and From. */
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
  readonly text: string;
  readonly require_tls: boolean;
  readonly tls_config: TlsSettings;
  /** `undefined`: TLS from the start on port 465 and on no other. */
  readonly force_implicit_tls: boolean | undefined;
  readonly threading: ThreadingSettings;
}

const threadingSchema: Schema<ThreadingSettings> = {
  title: 'threading',
  fields: { enabled: bool(), thread_by_date: text() },
  check: (given) =>
    given.enabled && !['', 'none', 'daily'].includes(given.thread_by_date)
      ? [{ keys: ['thread_by_date'], message: 'use daily (a thread a day) or none (one thread for the group)' }]
      : [],
  normalize: (given) => ({ ...given, thread_by_date: given.thread_by_date || (given.enabled ? 'daily' : '') }),
};

export const emailSchema: Schema<EmailSettings> = {
  title: 'email receiver',
  fields: {
    send_resolved: bool({ always: true }),
    to: template(),
    from: template({ global: 'smtp_from' }),
    hello: text({ global: 'smtp_hello' }),
    smarthost: inheritedHostPort({ global: 'smtp_smarthost' }),
    auth_username: text({ global: 'smtp_auth_username' }),
    auth_password: secret(),
    auth_password_file: file(),
    auth_secret: secret(),
    auth_secret_file: file(),
    auth_identity: text({ global: 'smtp_auth_identity' }),
    headers: map(template(), { completedInUse: true }),
    html: template({ default: '{{ template "email.default.html" . }}' }),
    text: template(),
    require_tls: inheritedBool({ global: 'smtp_require_tls' }),
    tls_config: inheritedSection(tlsSchema, { global: 'smtp_tls_config', unresolvedInPrint: true }),
    force_implicit_tls: maybe({ global: 'smtp_force_implicit_tls' }),
    threading: embedded(threadingSchema),
  },
  check: (given) => [
    ...(given.to === '' ? [{ keys: ['to'], message: 'there is no address to write to: add to' }] : []),
    ...headerFindings(given),
  ],
  normalize: (given) => ({ ...given, headers: canonicalHeaders(given.headers) }),
  complete: (inherited, _given, globals: GlobalSettings) => {
    const settings = {
      ...inherited,
      ...credentials(inherited, globals),
      headers: Object.assign(Object.create(null), standardHeaders(inherited), inherited.headers),
    };
    return { settings, findings: completeFindings(settings) };
  },
};

function standardHeaders({ to, from }: EmailSettings): EmailSettings['headers'] {
  return { Subject: '{{ template "email.default.subject" . }}', To: to, From: from };
}

/** A password and its file are inherited together, so that a receiver's own file outranks a global password. */
function credentials(given: EmailSettings, globals: GlobalSettings): Partial<EmailSettings> {
  const password = !isSet(given.auth_password) && given.auth_password_file === '';
  const hash = !isSet(given.auth_secret) && given.auth_secret_file === '';
  return {
    ...(password && {
      auth_password: globals.smtp_auth_password,
      auth_password_file: globals.smtp_auth_password_file,
    }),
    ...(hash && { auth_secret: globals.smtp_auth_secret, auth_secret_file: globals.smtp_auth_secret_file }),
  };
}

function completeFindings(settings: EmailSettings): readonly Finding[] {
  const smarthost: HostPort | undefined = settings.smarthost;
  return [
    ...(smarthost === undefined
      ? [{ keys: ['smarthost'], message: 'there is no mail server: add smarthost here or smtp_smarthost to global' }]
      : []),
    ...(settings.from === ''
      ? [{ keys: ['from'], message: 'there is no sender: add from here or smtp_from to global' }]
      : []),
  ];
}

function headerFindings(given: EmailSettings): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const name of Object.keys(given.headers)) {
    const canonical = canonicalHeader(name);
    if (seen.has(canonical)) {
      findings.push({
        keys: ['headers'],
        message: `the header ${canonical} is given twice: names differ in upper and lower case only`,
      });
    }
    seen.add(canonical);
  }
  for (const name of ['References', 'In-Reply-To']) {
    if (given.threading.enabled && seen.has(name)) {
      findings.push({
        keys: ['headers', 'threading'],
        message: `threading sets the header ${name} itself: remove it, or turn threading off`,
      });
    }
  }
  return findings;
}

function canonicalHeaders(headers: EmailSettings['headers']): EmailSettings['headers'] {
  const canonical: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) canonical[canonicalHeader(name)] = value;
  return canonical;
}

/** A header's name as Go's `textproto.CanonicalMIMEHeaderKey` writes it; unchanged if it has a character no name has. */
export function canonicalHeader(name: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]*$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
