import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/receivers/explain.ts';

const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('an error', () => {
  it.each([
    [new Error('plain'), 'plain'],
    [new TypeError(''), 'TypeError'],
    ['no error', 'no error'],
    [new Error('two\n lines '), 'two lines'],
    [new AggregateError([new Error('a'), new Error('b'), new Error('a')]), 'a; b'],
    [
      new Error(
        '80AC4D49F27F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:350:\n',
      ),
      'TLS: wrong version number (the other side does not speak TLS on that port)',
    ],
    [
      new Error(
        '40C7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../rec.c:1590:SSL alert number 40\n',
      ),
      'TLS: sslv3 alert handshake failure (the server may want a client certificate (cert_file and key_file of tls_config) or another version of TLS)',
    ],
    [
      coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      'self-signed certificate (no trusted authority vouches for its certificate: if it is the right server, name its authority in ca_file of tls_config)',
    ],
    [
      coded('tlsv13 alert certificate required', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      'tlsv13 alert certificate required (the server wants a client certificate: set cert_file and key_file of tls_config)',
    ],
    [coded('certificate has expired', 'CERT_HAS_EXPIRED'), 'certificate has expired'],
  ])('is told in one line, with what to do: %s', (error, words) => {
    expect(describeError(error)).toBe(words);
  });
});
