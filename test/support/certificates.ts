// Certificates for tests, made by openssl when a test needs them: an authority, and what it vouches for.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export class Authority {
  /** PEM. */
  readonly cert: string;
  readonly #folder: string;
  #count = 0;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'tocsin-ca-'));
    this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Test authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    this.cert = this.#read('ca.pem');
  }

  /** A certificate for those names (`DNS:localhost`, `IP:127.0.0.1`). */
  issue(...names: readonly string[]): Certificate {
    return this.#issue(names, '2');
  }

  /** The same, which is good for no longer than now. */
  issueExpired(...names: readonly string[]): Certificate {
    return this.#issue(names, '0');
  }

  #issue(names: readonly string[], days: string): Certificate {
    const id = `c${this.#count++}`;
    writeFileSync(join(this.#folder, `${id}.ext`), `subjectAltName=${names.join(',')}\n`);
    this.#openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=Test',
      '-keyout',
      `${id}.key`,
      '-out',
      `${id}.csr`,
    );
    this.#openssl(
      'x509',
      '-req',
      '-in',
      `${id}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      days,
      '-extfile',
      `${id}.ext`,
      '-out',
      `${id}.pem`,
    );
    return { cert: this.#read(`${id}.pem`), key: this.#read(`${id}.key`) };
  }

  /** Where the authority's certificate is as a file. */
  get file(): string {
    return join(this.#folder, 'ca.pem');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }
}
