// What a `tls_config` means for a connection. Apart because HTTP and mail share it; files are read at each use, so that
// renewed certificates count from the next connection on.

import { createHash } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext, type SecureVersion } from 'node:tls';
import type { ReceiverIO } from './receiver.ts';
import type { TlsSettings, TlsVersion } from './settings/tls.ts';

/** What the settings and the files they name come to. */
export interface TlsMaterial {
  /** Equal for equal material: connections may be shared. Holds no secret. */
  readonly key: string;
  /** Options for `tls.connect`. Throws when certificates or keys cannot be read as such. */
  options(): TlsOptions;
}

export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

const versions: Readonly<Record<Exclude<TlsVersion, ''>, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** Where systems keep the certificates of the authorities they trust, the commonest first. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Reads what the settings name. Rejects with an error that names the file which cannot be read. */
export async function tlsMaterial(settings: TlsSettings, io: ReceiverIO): Promise<TlsMaterial> {
  for (const key of ['ca_ref', 'cert_ref', 'key_ref'] as const) {
    if (settings[key] !== '')
      throw new Error(`tls_config: ${key} names an entry of a secret manager, and there is none`);
  }
  const read = (inline: string, file: string) => (inline === '' && file !== '' ? io.readFile(file) : inline);
  const ca = await read(settings.ca, settings.ca_file);
  const cert = await read(settings.cert, settings.cert_file);
  const key = await read(settings.key?.reveal() ?? '', settings.key_file);
  const { server_name, insecure_skip_verify, min_version, max_version } = settings;
  const system = ca === '' && !insecure_skip_verify ? await systemRoots(io) : '';
  const parts = [ca, cert, key, server_name, String(insecure_skip_verify), min_version, max_version, system];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const context = () =>
    createSecureContext({
      ...(ca !== '' ? { ca } : system !== '' ? { ca: [...rootCertificates, system] } : {}),
      ...(cert === '' ? {} : { cert, key }),
      ...(min_version === '' ? {} : { minVersion: versions[min_version] }),
      ...(max_version === '' ? {} : { maxVersion: versions[max_version] }),
      // OpenSSL's default level has no ciphers for versions as old as these.
      ...(isOld(min_version) || isOld(max_version) ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    });
  return {
    key: hash,
    options: () => ({
      secureContext: remembered(hash, context),
      rejectUnauthorized: !insecure_skip_verify,
      ...(server_name === '' ? {} : { servername: server_name }),
    }),
  };
}

const contexts = new Map<string, SecureContext>();
const CONTEXTS = 100;

/** Contexts are kept, because reading all the authorities takes tens of milliseconds. */
function remembered(key: string, make: () => SecureContext): SecureContext {
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (contexts.size >= CONTEXTS) contexts.clear();
  contexts.set(key, made);
  return made;
}

/** Whether the settings name files: then they have to be read at each use. */
export function readsFiles(settings: TlsSettings): boolean {
  return settings.ca_file !== '' || settings.cert_file !== '' || settings.key_file !== '';
}

function isOld(version: TlsVersion): boolean {
  return version === 'TLS10' || version === 'TLS11';
}

let roots: string | undefined;

/**
 * The authorities that this machine trusts, as PEM; '' when there is no list of them. Node.js has a list of its own,
 * which lacks those that an organization adds to its machines. Read once.
 */
async function systemRoots(io: ReceiverIO): Promise<string> {
  if (roots !== undefined) return roots;
  const named = process.env['SSL_CERT_FILE'] ?? '';
  for (const path of named === '' ? systemBundles : [named]) {
    try {
      roots = await io.readFile(path);
      return roots;
    } catch {
      // The next place.
    }
  }
  roots = '';
  return roots;
}
