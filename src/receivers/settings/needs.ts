// What the receivers of our own ask of their keys, in words that all of them share.

import type { Finding } from '../../model/schema.ts';
import type { HttpClientSettings } from './http.ts';
import { isSet, orList } from './tls.ts';

function given(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isSet(value);
}

/** A finding for each of the keys that is not there. */
export function needed<T>(settings: T, keys: readonly (keyof T & string)[]): readonly Finding[] {
  return keys
    .filter((key) => !given(settings[key]))
    .map((key) => ({ keys: [key], message: `${key} is missing: add it` }));
}

/** A finding unless exactly one of the keys is there. `what` they are for, as in `there is no token`. */
export function oneOf<T>(settings: T, keys: readonly (keyof T & string)[], what: string): readonly Finding[] {
  const set = keys.filter((key) => given(settings[key]));
  if (set.length === 0) return [{ keys, message: `there is no ${what}: add ${orList(keys)}` }];
  if (set.length === 1) return [];
  return [{ keys: [set.at(-1)!, ...set], message: `at most one of ${orList(keys)} may be set: remove all but one` }];
}

/** A finding when the entry's `http_config` logs in, while the receiver sends a login of its own. */
export function noOtherLogin(client: HttpClientSettings | undefined, because: string): readonly Finding[] {
  const logins = ['basic_auth', 'authorization', 'oauth2'] as const;
  const set = logins.find((key) => client?.[key] !== undefined);
  if (set === undefined) return [];
  return [{ keys: ['http_config'], message: `${because} is the login already: remove ${set} from http_config` }];
}

/** A finding when that URL holds a name or a password: it is shown with the configuration. */
export function noLoginIn<T>(settings: T, key: keyof T & string): readonly Finding[] {
  const url = settings[key];
  if (typeof url !== 'string' || !/^[^/]*\/\/[^/?#]*@/.test(url)) return [];
  return [
    {
      keys: [key],
      message: `${key} holds a login, which would be shown to everybody: log in with this receiver's own keys or http_config instead`,
    },
  ];
}
