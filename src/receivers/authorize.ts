// The headers that an `http_config` adds to every request: who asks, and what the operator wants to be sent along.
// Secrets come out of their files here, at each use, so that rotated ones count at once.

import { bearerToken } from './oauth2.ts';
import type { ReceiverIO } from './receiver.ts';
import type { Redactor } from './redact.ts';
import { fromConfig } from './secrets.ts';
import type { HttpClientSettings } from './settings/http.ts';

/** Names in lower case. */
export type Headers = Record<string, string | string[]>;

/**
 * The headers, and the secrets among them told to the redactor. Rejects with an error that is fit to be shown when a
 * file cannot be read or no token can be had.
 */
export async function configuredHeaders(
  client: HttpClientSettings,
  io: ReceiverIO,
  redactor: Redactor,
): Promise<Headers> {
  const headers: Headers = {};
  for (const [name, header] of Object.entries(client.http_headers)) {
    const values = [...header.values];
    for (const secret of header.secrets) values.push(concealed(secret?.reveal() ?? '', redactor));
    for (const file of header.files) values.push(concealed((await io.readFile(file)).trim(), redactor));
    headers[name.toLowerCase()] = values;
  }
  const authorization = await authorizationOf(client, io, redactor);
  if (authorization !== undefined) headers['authorization'] = authorization;
  return headers;
}

async function authorizationOf(
  client: HttpClientSettings,
  io: ReceiverIO,
  redactor: Redactor,
): Promise<string | undefined> {
  const { basic_auth: basic, authorization, oauth2 } = client;
  if (basic !== undefined) {
    const user = await fromConfig(basic.username, basic.username_file, basic.username_ref, io);
    const password = await fromConfig(basic.password, basic.password_file, basic.password_ref, io);
    return basicAuthorization(user, password, redactor);
  }
  if (authorization !== undefined) {
    const { credentials, credentials_file, credentials_ref } = authorization;
    const text = await fromConfig(credentials, credentials_file, credentials_ref, io);
    return `${authorization.type} ${concealed(text, redactor)}`;
  }
  if (oauth2 !== undefined) return `Bearer ${concealed(await bearerToken(oauth2, io), redactor)}`;
  return undefined;
}

/** The `Authorization` header for a name and a password. */
export function basicAuthorization(user: string, password: string, redactor: Redactor): string {
  redactor.add(password);
  return `Basic ${concealed(Buffer.from(`${user}:${password}`).toString('base64'), redactor)}`;
}

function concealed(secret: string, redactor: Redactor): string {
  redactor.add(secret);
  return secret;
}
