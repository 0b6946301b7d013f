// Stand-ins for what the world has and a test machine lacks: a mail server, PagerDuty behind a proxy, a machine that
// trains a model and is watched by the real Prometheus.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { Program, realProgram, scratch } from '../support/process.ts';
import { Sink } from './harness.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly at: number;
}

/** A mail server on loopback, without TLS as a local relay has it, with a password. */
export class MailServer {
  readonly mails: Mail[] = [];
  readonly #server: SMTPServer;

  private constructor(server: SMTPServer) {
    this.#server = server;
  }

  static async open(user: string, password: string): Promise<MailServer> {
    const server = new SMTPServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      authMethods: ['PLAIN'],
      disableReverseLookup: true,
      onAuth: (auth, _session, done) => {
        if (auth.username === user && auth.password === password) done(null, { user });
        else done(new Error('wrong user or password'));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const envelope = session.envelope;
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          const to = envelope.rcptTo.map((recipient) => recipient.address);
          PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
            const { subject = '', html = '', text = '' } = mail;
            opened.mails.push({ from, to, user: session.user, subject, html, text, at: Date.now() });
            done();
          }, done);
        });
      },
    });
    const opened = new MailServer(server);
    await new Promise<void>((ready, fail) => {
      server.once('error', fail);
      server.listen(0, '127.0.0.1', ready);
    });
    server.on('error', () => {});
    return opened;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }
}

/**
 * PagerDuty's old API has one address that no setting changes: `events.pagerduty.com`. So the stand-in is that address,
 * with a certificate of its own authority, behind a proxy that takes every tunnel there.
 */
export class PagerDuty {
  readonly sink: Sink;
  readonly authorityFile: string;
  readonly #proxy: HttpServer;
  readonly #sockets = new Set<Socket>();

  private constructor(sink: Sink, proxy: HttpServer, authorityFile: string) {
    this.sink = sink;
    this.#proxy = proxy;
    this.authorityFile = authorityFile;
  }

  static async open(): Promise<PagerDuty> {
    const dir = scratch();
    const file = (name: string): string => join(dir, name);
    const openssl = (...args: string[]): void => {
      execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
    };
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=test authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=events.pagerduty.com',
      '-keyout',
      'pd.key',
      '-out',
      'pd.csr',
    );
    writeFileSync(file('ext'), 'subjectAltName=DNS:events.pagerduty.com\n');
    openssl(
      'x509',
      '-req',
      '-in',
      'pd.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'ext',
      '-out',
      'pd.pem',
    );
    const sink = await Sink.open({
      key: readFileSync(file('pd.key'), 'utf8'),
      cert: readFileSync(file('pd.pem'), 'utf8'),
    });
    const proxy = createServer((_, response) => response.writeHead(405).end());
    const opened = new PagerDuty(sink, proxy, file('ca.pem'));
    proxy.on('connect', (request, socket: Socket) => {
      const upstream = connect(sink.port, '127.0.0.1', () => {
        socket.write(`HTTP/1.1 ${request.url === 'events.pagerduty.com:443' ? '200 OK' : '403 Forbidden'}\r\n\r\n`);
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) {
        opened.#sockets.add(end);
        end.on('error', () => end.destroy());
        end.on('close', () => opened.#sockets.delete(end));
      }
    });
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    return opened;
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#proxy.close(() => done()));
    await this.sink.close();
  }
}

/** A machine that trains a model and serves its metrics. */
export class Trainer {
  /** Metric with labels, and its value. */
  readonly metrics = new Map<string, number>();
  readonly #server: HttpServer;

  private constructor(server: HttpServer) {
    this.#server = server;
  }

  static async open(): Promise<Trainer> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end([...trainer.metrics].map(([name, value]) => `${name} ${value}\n`).join(''));
    });
    const trainer = new Trainer(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return trainer;
  }

  get target(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}

/** Starts the real Prometheus: it looks every quarter of a second, and repeats a firing alert every second. */
export async function startPrometheus(options: {
  readonly rules: string;
  readonly target: string;
  readonly alertmanagers: readonly string[];
}): Promise<Program> {
  const dir = scratch();
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'rules.yml'), options.rules);
  writeFileSync(
    join(dir, 'prometheus.yml'),
    `global:
  scrape_interval: 250ms
  scrape_timeout: 250ms
  evaluation_interval: 250ms
rule_files: [rules.yml]
alerting:
  alertmanagers:
  - static_configs:
    - targets: ${JSON.stringify(options.alertmanagers)}
scrape_configs:
- job_name: training
  static_configs:
  - targets: ['${options.target}']
    labels:
      instance: gpu-node-1
`,
  );
  const prometheus = new Program(
    [
      realProgram('PROMETHEUS_BIN'),
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--rules.alert.resend-delay=1s',
      '--rules.alert.for-grace-period=0s',
    ],
    { cwd: dir },
  );
  await prometheus.seen(/Server is ready to receive web requests/, 30_000);
  return prometheus;
}
