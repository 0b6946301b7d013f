// One conversation with a mail server, by the choices that Alertmanager makes: when to encrypt, how to log in, when to
// give up. nodemailer speaks the protocol; its own choices differ and are overruled here.

import { connect, type Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Outcome } from '../model/notification.ts';
import type { Deadline } from './deadline.ts';
import { describeError, failed } from './http.ts';
import { lookup } from './lookup.ts';
import { shortened } from './observe.ts';
import type { ReceiverIO } from './receiver.ts';
import { Redactor } from './redact.ts';
import { secretText } from './secrets.ts';
import type { EmailSettings } from './settings/email.ts';
import { type TlsOptions, tlsMaterial } from './tls.ts';

export interface Post {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: Buffer;
}

const FAREWELL_MS = 2000;

interface Login {
  readonly method: 'CRAM-MD5' | 'LOGIN' | 'PLAIN';
  readonly secret: string;
}

/**
 * Delivers a mail to those whom it has not reached, and notes in `reached` whom it has then. Whatever goes wrong once the
 * server is spoken to is worth another attempt, as in Alertmanager's email.go; rejects only when the configuration is no
 * good: a certificate that cannot be read, for one.
 */
export async function deliver(
  post: Post,
  settings: EmailSettings,
  io: ReceiverIO,
  deadline: Deadline,
  reached: Set<string>,
): Promise<Outcome> {
  const tls = (await tlsMaterial(settings.tls_config, io)).options();
  const conversation = new Conversation(settings, deadline.signal);
  const redactor = new Redactor();
  const left = post.to.filter((address) => !reached.has(address));
  try {
    await conversation.open(tls);
    const login = await chooseLogin(conversation.mechanisms(), settings, conversation.encrypted(), io);
    if (login !== undefined) {
      conceal(login, settings, redactor);
      await conversation.login(login);
    }
    const { response, accepted, rejectedErrors = [] } = await conversation.send({ ...post, to: left });
    conversation.quit();
    for (const address of accepted) reached.add(address);
    for (const error of rejectedErrors) observe(io, settings, redactor, error);
    observe(io, settings, redactor, { response });
    return conclude(rejectedErrors, redactor);
  } catch (error) {
    conversation.abort();
    const late = deadline.explain();
    // The last ones who are left are not to be had: the others have their mail.
    const refusals = reached.size > 0 && late === undefined ? refusalsIn(error) : [];
    if (refusals.length > 0) return conclude(refusals, redactor);
    observe(io, settings, redactor, late ?? (error instanceof Error ? error : { message: String(error) }));
    if (late !== undefined) return failed(late.message, late.reason, true);
    const auth = error instanceof Error && 'code' in error && error.code === 'EAUTH';
    const message = redactor.clean(describeError(error).replace(/\s+/g, ' '));
    const failure = failed(message, auth ? 'authError' : 'other', true);
    return isTooLarge(error) ? { ...failure, tooLarge: true } : failure;
  } finally {
    deadline.release();
  }
}

/** How many of those who are refused are named. */
const NAMED = 5;

interface Refusal {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly message: string;
}

/** What came of a mail that some got. Who is refused for now (greylisted, one of too many) is tried again. */
function conclude(refusals: readonly Refusal[], redactor: Redactor): Outcome {
  if (refusals.length === 0) return { ok: true };
  const passing = refusals.filter(({ responseCode = 0 }) => responseCode < 500);
  const named = (passing.length > 0 ? passing : refusals).map(
    ({ recipient = '', response, message }) => `${recipient} (${response ?? message})`,
  );
  const more = named.length > NAMED ? `; and ${named.length - NAMED} more` : '';
  const words = redactor.clean((named.slice(0, NAMED).join('; ') + more).replace(/\s+/g, ' '));
  if (passing.length === 0) return { ok: true, warning: `the mail server refused ${words}` };
  return failed(`the mail server refused for now ${words}`, 'other', true);
}

/** Who is refused, when all are. */
function refusalsIn(error: unknown): readonly Refusal[] {
  const errors: unknown = error instanceof Error && 'rejectedErrors' in error ? error.rejectedErrors : undefined;
  return Array.isArray(errors) ? (errors as readonly Refusal[]) : [];
}

/** Keeps the secret out of what is shown, also as it goes over the wire: servers repeat the line that they do not like. */
function conceal(
  { secret }: Login,
  { auth_identity: identity, auth_username: user }: EmailSettings,
  redactor: Redactor,
) {
  redactor.add(secret);
  redactor.add(Buffer.from(secret).toString('base64'));
  redactor.add(plain(identity, user, secret));
}

/** RFC 3463: 5.3.4 and 5.2.3 are about the message's size; 552 alone is as well, unless it is the mailbox that is full. */
function isTooLarge(error: unknown): boolean {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined;
  return typeof response === 'string' && /^(?:5\d\d[ -]5\.(?:3\.4|2\.3)\b|552[ -](?!\d\.\d))/.test(response);
}

interface Reply {
  /** What the server said, in full. */
  readonly response?: string | undefined;
  readonly message?: string | undefined;
  readonly recipient?: string | undefined;
}

/** Tells whoever watches what the server said in the end, or why it said nothing. */
function observe(io: ReceiverIO, { smarthost }: EmailSettings, redactor: Redactor, reply: Reply): void {
  if (io.observed === undefined) return;
  const { response, message = '', recipient } = reply;
  const request = `SMTP ${smarthost.host}:${smarthost.port}${recipient === undefined ? '' : ` RCPT TO:<${recipient}>`}`;
  if (response === undefined) {
    io.observed({ request, error: redactor.clean(message).replace(/\s+/g, ' ') });
  } else {
    io.observed({ request, status: Number(response.slice(0, 3)), body: shortened(redactor.clean(response)) });
  }
}

/** Whether TLS comes before SMTP: as configured, or else on port 465. */
function isImplicit(settings: EmailSettings): boolean {
  return settings.force_implicit_tls ?? settings.smarthost.port === '465';
}

/**
 * The first mechanism in the server's order for which there is a secret, as Go chooses; none without a user name or when
 * the server offers none. Rejects when it offers only others, and when a password would travel in the clear.
 */
async function chooseLogin(
  offered: readonly string[],
  settings: EmailSettings,
  encrypted: boolean,
  io: ReceiverIO,
): Promise<Login | undefined> {
  if (settings.auth_username === '' || offered.length === 0) return undefined;
  const obstacles: string[] = [];
  for (const mechanism of offered) {
    if (mechanism === 'CRAM-MD5') {
      // Not trimmed when it comes from a file, as in Alertmanager.
      const secret =
        settings.auth_secret_file === ''
          ? (settings.auth_secret?.reveal() ?? '')
          : await io.readFile(settings.auth_secret_file);
      if (secret !== '') return { method: 'CRAM-MD5', secret };
      obstacles.push('auth_secret is missing for CRAM-MD5');
    } else if (mechanism === 'PLAIN' || mechanism === 'LOGIN') {
      const secret = await secretText(settings.auth_password, settings.auth_password_file, io);
      if (secret === '') {
        obstacles.push(`auth_password is missing for ${mechanism}`);
      } else if (mechanism === 'PLAIN' && !encrypted && !isLocal(settings.smarthost.host)) {
        throw new Error('the server wants the password over an unencrypted connection (PLAIN): set require_tls');
      } else {
        return { method: mechanism, secret };
      }
    } else {
      obstacles.push(`${mechanism} is not supported`);
    }
  }
  throw new Error(`there is no way to log in: ${obstacles.join(', ')}`);
}

function isLocal(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}

/** nodemailer's connection with promises. Every step rejects when the connection fails or the signal is aborted. */
class Conversation {
  readonly #settings: EmailSettings;
  readonly #signal: AbortSignal;
  #socket: Socket | undefined;
  #connection: SMTPConnection | undefined;
  /** Fails the step that is under way. */
  #fail: (error: Error) => void = () => undefined;

  constructor(settings: EmailSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /** Connects, encrypts and says hello. */
  async open(tls: TlsOptions): Promise<void> {
    const { default: Connection } = await import('nodemailer/lib/smtp-connection');
    const { smarthost, hello, auth_identity: identity, require_tls } = this.#settings;
    const implicit = isImplicit(this.#settings);
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#socket = await this.#step<Socket>((done) => {
      this.#signal.throwIfAborted();
      // The system resolves names, as for everything else on this machine; nodemailer would ask DNS itself.
      const socket = connect({ host: smarthost.host, port: Number(smarthost.port), lookup });
      this.#socket = socket;
      socket.once('error', (error) => this.#fail(error));
      socket.once('connect', () => done(null, socket));
    });
    const connection = new Connection({
      connection: this.#socket,
      host: smarthost.host,
      port: Number(smarthost.port),
      secure: implicit,
      // Without require_tls Alertmanager does not encrypt even when the server offers to.
      requireTLS: require_tls && !implicit,
      ignoreTLS: !require_tls,
      name: hello || 'localhost',
      tls: { ...tls },
      // nodemailer's own PLAIN has no place for the identity.
      customAuth: {
        PLAIN: ({ auth, sendCommand }) =>
          sendCommand(`AUTH PLAIN ${plain(identity, auth.credentials.user, auth.credentials.pass)}`).then((answer) => {
            if (answer.status !== 235) throw new Error('Invalid login');
          }),
      },
    });
    this.#connection = connection;
    connection.on('error', (error: Error) => this.#fail(error));
    connection.on('end', () => this.#fail(new Error('the mail server closed the connection')));
    await this.#step<void>((done) => connection.connect((error) => done(error ?? null)));
  }

  /** What the server's last greeting offers to log in with, in its order. */
  mechanisms(): string[] {
    const greeting = this.#connection?.lastServerResponse || '';
    const line = /^250[- ]AUTH[ =]([^\r\n]*)/im.exec(greeting)?.[1] ?? '';
    return line
      .toUpperCase()
      .split(/\s+/)
      .filter((word) => word !== '');
  }

  encrypted(): boolean {
    return this.#connection?.secure ?? false;
  }

  async login({ method, secret }: Login): Promise<void> {
    const credentials = { user: this.#settings.auth_username, pass: secret };
    await this.#step<boolean>((done) => this.#connection?.login({ method, credentials }, done));
  }

  /** Sends to all who are not refused, and says who is and why. Rejects when all are. */
  send(post: Post): Promise<SMTPConnection.SentMessageInfo> {
    const envelope = { from: post.from, to: [...post.to] };
    return this.#step((done) => this.#connection?.send(envelope, post.mail, done));
  }

  /** Takes leave, without waiting for long until the server does. */
  quit(): void {
    this.#end();
    this.#connection?.quit();
    const timer = setTimeout(() => this.#socket?.destroy(), FAREWELL_MS);
    this.#socket?.once('close', () => clearTimeout(timer));
  }

  abort(): void {
    this.#end();
    this.#connection?.close();
    this.#socket?.destroy();
  }

  #end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#fail = () => undefined;
  }

  readonly #onAbort = (): void => {
    this.#fail(new Error('the attempt was aborted'));
  };

  #step<T>(start: (done: (error: Error | null, result?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      start((error, result) => (error === null ? resolve(result as T) : reject(error)));
    });
  }
}

function plain(identity: string, user: string, password: string): string {
  return Buffer.from(`${identity}\u0000${user}\u0000${password}`).toString('base64');
}
