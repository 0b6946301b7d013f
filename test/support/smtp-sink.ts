// A real mail server that stands in for the smarthost: it records conversations and mails.

import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came over the wire. */
  readonly raw: string;
  readonly parsed: Email;
  /** Whether the connection was encrypted when the mail came. */
  readonly encrypted: boolean;
  /** How the client called itself. */
  readonly hello: string;
  /** Who logged in, if anybody did. */
  readonly user: string | undefined;
}

export interface LoginAttempt {
  readonly method: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export class SmtpSink {
  readonly mails: ReceivedMail[] = [];
  readonly logins: LoginAttempt[] = [];
  readonly #server: SMTPServer;
  readonly #waiting: { readonly count: number; readonly done: () => void }[] = [];

  private constructor(server: SMTPServer) {
    this.#server = server;
    // A client that gives up is no failure of the test.
    server.on('error', () => undefined);
  }

  /** By default it wants no login, offers no encryption, and accepts every mail. */
  static async start(
    options: SMTPServerOptions & { readonly password?: string } = {},
    host = '127.0.0.1',
  ): Promise<SmtpSink> {
    const { password, ...rest } = options;
    const sink: SmtpSink = new SmtpSink(
      new SMTPServer({
        authOptional: true,
        disabledCommands: [...(password === undefined ? ['AUTH'] : []), ...('key' in rest ? [] : ['STARTTLS'])],
        disableReverseLookup: true,
        onAuth: (auth, _session, callback) => {
          sink.logins.push({ method: auth.method, username: auth.username, password: auth.password ?? undefined });
          const right = auth.method === 'CRAM-MD5' ? auth.validatePassword(password ?? '') : auth.password === password;
          if (right) callback(null, { user: auth.username });
          else callback(new Error('Invalid username or password'));
        },
        onData: (stream, session, callback) => {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            const raw = Buffer.concat(chunks);
            const { mailFrom, rcptTo } = session.envelope;
            void PostalMime.parse(raw).then((parsed) => {
              sink.#add({
                from: mailFrom === false ? '' : mailFrom.address,
                to: rcptTo.map((recipient) => recipient.address),
                raw: raw.toString('utf8'),
                parsed,
                encrypted: session.secure,
                hello: session.hostNameAppearsAs,
                user: session.user,
              });
              callback();
            });
          });
        },
        ...rest,
      }),
    );
    await new Promise<void>((resolve) => {
      sink.#server.listen(0, host, resolve);
    });
    return sink;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Resolves when that many mails have come. */
  async arrived(count: number): Promise<void> {
    if (this.mails.length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #add(mail: ReceivedMail): void {
    this.mails.push(mail);
    for (const waiting of this.#waiting) if (this.mails.length >= waiting.count) waiting.done();
  }
}
