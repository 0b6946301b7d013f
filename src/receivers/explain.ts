// What an error of a connection says to an operator: in one line, and what to do where the library's words do not tell.

/** What to do, by what is seen in the error's code or message. The first one counts. */
const advice: readonly (readonly [sign: RegExp, words: string])[] = [
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT/,
    'no trusted authority vouches for its certificate: if it is the right server, name its authority in ca_file of tls_config',
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'if it is the right server, set server_name of tls_config'],
  [/WRONG_VERSION_NUMBER|wrong version number/, 'the other side does not speak TLS on that port'],
  [
    /ALERT_CERTIFICATE_REQUIRED|alert certificate required/,
    'the server wants a client certificate: set cert_file and key_file of tls_config',
  ],
  [
    /ALERT_HANDSHAKE_FAILURE|alert handshake failure/,
    'the server may want a client certificate (cert_file and key_file of tls_config) or another version of TLS',
  ],
  [/before secure TLS connection was established/, 'perhaps the other side does not speak TLS on that port'],
];

/** Errors as OpenSSL prints them: thread, code, library, function, what went wrong, place. */
const OPENSSL = /^[0-9A-Fa-f]+:error:[0-9A-Fa-f]+:[^:]*:[^:]*:([^:]+):.*$/s;

/** What an error says, in one line. */
export function describeError(error: unknown): string {
  // An attempt at several addresses fails with one error for each, and no message of its own.
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return [...new Set(errors.map(describeOne))].join('; ');
}

function describeOne(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = (error.message || error.name).replace(OPENSSL, 'TLS: $1').replace(/\s+/g, ' ').trim();
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words = advice.find(([sign]) => sign.test(code) || sign.test(message))?.[1];
  return words === undefined || message.includes(words) ? message : `${message.replace(/[:. ]+$/, '')} (${words})`;
}
