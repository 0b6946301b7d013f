import { createServer, type Server, type Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { type EmailMessage, email } from '../../src/receivers/email.ts';
import { type EmailSettings, emailSchema } from '../../src/receivers/settings/email.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { attemptIO, NOW, settingsOf } from '../support/receiving.ts';
import { SmtpSink } from '../support/smtp-sink.ts';

let authority: Authority;
let certificate: Certificate;
const closing: { close(): Promise<void> }[] = [];

beforeAll(() => {
  authority = new Authority();
  certificate = authority.issue('IP:127.0.0.1', 'DNS:localhost');
});
afterAll(() => authority.remove());
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function sink(options: SMTPServerOptions & { password?: string } = {}): Promise<SmtpSink> {
  const started = await SmtpSink.start(options);
  closing.push(started);
  return started;
}

const message: EmailMessage = {
  group: 'g',
  news: '',
  from: 'Tocsin <tocsin@example.org>',
  to: 'a@example.org, "B, of example" <b@example.org>',
  headers: [
    ['Subject', '[FIRING:1] Dämon <down> 🔥'],
    ['To', 'team@example.org'],
    ['From', 'Tocsin <tocsin@example.org>'],
    ['X-Priority', '1'],
  ],
  text: 'plain text with ümlauts = equal signs\n.\na line with a dot before it',
  html: '<p>rich &amp; <b>bold</b> ümlauts</p>',
};

function settingsFor(port: number, given: Partial<EmailSettings> = {}, host = '127.0.0.1'): EmailSettings {
  return settingsOf(emailSchema, {
    smarthost: { host, port: String(port) },
    require_tls: false,
    hello: 'tocsin.example',
    tls_config: settingsOf(tlsSchema, { ca: authority.cert }),
    ...given,
  });
}

const send = (settings: EmailSettings, mail = message, io = attemptIO()) => email.send(mail, settings, io);

describe('a mail', () => {
  it('reaches all addresses of `to`, with both bodies and all headers', async () => {
    const server = await sink();
    expect(await send(settingsFor(server.port))).toEqual({ ok: true });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      from: 'tocsin@example.org',
      to: ['a@example.org', 'b@example.org'],
      hello: 'tocsin.example',
    });
    expect(mail?.parsed).toMatchObject({
      subject: '[FIRING:1] Dämon <down> 🔥',
      from: { name: 'Tocsin', address: 'tocsin@example.org' },
      to: [{ address: 'team@example.org' }],
      date: new Date(NOW).toISOString(),
    });
    expect(mail?.parsed.text?.trimEnd()).toBe(message.text);
    expect(mail?.parsed.html?.trimEnd()).toBe(message.html);
    expect(mail?.parsed.headers.find((header) => header.key === 'x-priority')?.value).toBe('1');
    expect(mail?.parsed.messageId).toMatch(/^<\d+\.[0-9a-f-]{36}@.+>$/);
    expect(mail?.raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect([...(mail?.raw ?? '')].every((char) => char < '\u0080')).toBe(true);
  });

  it('is multipart with one body as well', async () => {
    const server = await sink();
    await send(settingsFor(server.port), { ...message, text: '' });
    expect(server.mails[0]?.raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(server.mails[0]?.parsed.html?.trimEnd()).toBe(message.html);
    expect(server.mails[0]?.parsed.text ?? '').toBe('');
  });

  it('has headers of one line, whatever the labels hold', async () => {
    const server = await sink();
    const headers: EmailMessage['headers'] = [
      ['Subject', 'a\r\nBcc: evil@example.org\r\n\r\nbody'],
      ['X-Label', 'b\nX-Evil: 1'],
    ];
    expect(await send(settingsFor(server.port), { ...message, headers })).toEqual({ ok: true });
    const keys = server.mails[0]?.parsed.headers.map((header) => header.key);
    expect(keys).not.toContain('bcc');
    expect(keys).not.toContain('x-evil');
    expect(server.mails[0]?.to).toEqual(['a@example.org', 'b@example.org']);
  });

  it("keeps the operator's Message-Id and Date, and its own structure", async () => {
    const server = await sink();
    const headers: EmailMessage['headers'] = [
      ['Message-Id', '<mine@example.org>'],
      ['Date', 'Mon, 01 Jan 2024 00:00:00 +0000'],
      ['Content-Type', 'text/plain'],
    ];
    await send(settingsFor(server.port), { ...message, headers });
    expect(server.mails[0]?.parsed).toMatchObject({
      messageId: '<mine@example.org>',
      date: '2024-01-01T00:00:00.000Z',
    });
    expect(server.mails[0]?.raw.match(/^Content-Type: multipart/gm)).toHaveLength(1);
    expect(server.mails[0]?.raw.match(/^Message-Id/gim)).toHaveLength(1);
  });

  it('says hello as localhost when nothing else is configured', async () => {
    const server = await sink();
    await send(settingsFor(server.port, { hello: '' }));
    expect(server.mails[0]?.hello).toBe('localhost');
  });
});

describe('addresses', () => {
  it.each([
    ['from', ''],
    ['from', 'a@example.org, b@example.org'],
    ['from', 'nobody'],
    ['to', ''],
    ['to', 'a@example.org, nobody'],
    ['to', 'a@example.org\r\nRCPT TO:<evil@example.org>'],
    ['to', '<a@example.org> <b@'],
  ])('that are no good are a final failure: %s %j', async (key, value) => {
    const outcome = await send(settingsFor(1), { ...message, [key]: value });
    expect(outcome).toMatchObject({ ok: false, retry: false, message: expect.stringMatching(/ to send (from|to)$/) });
  });

  it('that the server refuses do not cost the others their mail', async () => {
    const server = await sink({
      onRcptTo: (address, _session, callback) =>
        callback(
          address.address.startsWith('a@') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null,
        ),
    });
    const outcome = await send(settingsFor(server.port));
    expect(server.mails[0]?.to).toEqual(['b@example.org']);
    expect(outcome).toEqual({ ok: true, warning: 'the mail server refused a@example.org (550 no such user)' });
  });

  it('that the server refuses one and all are worth another attempt', async () => {
    const server = await sink({ onRcptTo: (_address, _session, callback) => callback(new Error('greylisted')) });
    const outcome = await send(settingsFor(server.port));
    expect(outcome).toMatchObject({
      ok: false,
      retry: true,
      reason: 'other',
      message: expect.stringContaining('greylisted'),
    });
  });
});

describe('logging in', () => {
  const login = { auth_username: 'joe', auth_password: new Secret('pässword'), auth_secret: new Secret('shhh') };

  it.each([
    ['PLAIN', ['PLAIN', 'LOGIN', 'CRAM-MD5'], 'pässword'],
    ['LOGIN', ['LOGIN', 'PLAIN', 'CRAM-MD5'], 'pässword'],
    ['CRAM-MD5', ['CRAM-MD5', 'PLAIN', 'LOGIN'], 'shhh'],
  ])("uses %s when that is the server's first", async (method, authMethods, password) => {
    const server = await sink({ authMethods, password });
    expect(await send(settingsFor(server.port, login))).toEqual({ ok: true });
    expect(server.mails[0]?.user).toBe('joe');
    expect(server.logins).toMatchObject([{ method, username: 'joe' }]);
  });

  it('passes over mechanisms for which there is no secret', async () => {
    const server = await sink({ authMethods: ['XOAUTH2', 'CRAM-MD5', 'LOGIN'], password: 'pässword' });
    expect(await send(settingsFor(server.port, { ...login, auth_secret: undefined }))).toEqual({ ok: true });
    expect(server.logins).toMatchObject([{ method: 'LOGIN' }]);
  });

  it('is left out without a user name', async () => {
    const server = await sink({ authMethods: ['PLAIN'], password: 'pässword' });
    expect(await send(settingsFor(server.port, { auth_password: new Secret('pässword') }))).toEqual({ ok: true });
    expect(server.logins).toEqual([]);
  });

  it('is left out when the server offers none', async () => {
    const server = await sink();
    expect(await send(settingsFor(server.port, login))).toEqual({ ok: true });
  });

  it('fails, to be tried again, when the password is wrong, and does not show it', async () => {
    for (const authMethods of [['PLAIN'], ['LOGIN'], ['CRAM-MD5']]) {
      const server = await sink({ authMethods, password: 'another' });
      const outcome = await send(settingsFor(server.port, login));
      expect(outcome).toMatchObject({
        ok: false,
        retry: true,
        reason: 'authError',
        message: expect.stringMatching(/535/),
      });
      expect(JSON.stringify(outcome)).not.toMatch(/pässword|shhh|cMOkc3N3b3Jk/);
    }
  });

  it('fails when the server offers only what cannot be done', async () => {
    const server = await sink({ authMethods: ['XOAUTH2', 'CRAM-MD5'], password: 'x' });
    expect(await send(settingsFor(server.port, { ...login, auth_secret: undefined }))).toMatchObject({
      ok: false,
      retry: true,
      message: 'there is no way to log in: XOAUTH2 is not supported, auth_secret is missing for CRAM-MD5',
    });
  });

  it('hands over the identity with PLAIN', async () => {
    const server = await rawServer(['220 x', ['EHLO', '250-x\r\n250 AUTH PLAIN'], ['AUTH', '235 ok'], ['', '250 ok']]);
    await send(
      settingsFor(server.port, { ...login, auth_identity: 'boss' }),
      message,
      attemptIO({ signal: AbortSignal.timeout(300) }),
    );
    const line = server.lines.find((text) => text.startsWith('AUTH PLAIN '));
    expect(Buffer.from(line?.slice(11) ?? '', 'base64').toString()).toBe('boss\0joe\0pässword');
  });

  it('sends no PLAIN password over an unencrypted connection to another machine', async () => {
    // Any address of the loopback network but the one that counts as this machine.
    const server = await SmtpSink.start({ authMethods: ['PLAIN'], password: 'pässword' }, '127.0.0.2');
    closing.push(server);
    const outcome = await send(settingsFor(server.port, login, '127.0.0.2'));
    expect(outcome).toMatchObject({
      ok: false,
      retry: true,
      message: expect.stringMatching(/unencrypted .*: set require_tls$/),
    });
    expect(server.logins).toEqual([]);
  });

  it('reads secrets from files at each use', async () => {
    const server = await sink({ authMethods: ['LOGIN'], password: 'from a file' });
    const settings = settingsFor(server.port, { auth_username: 'joe', auth_password_file: '/run/secret' });
    const io = attemptIO({ readFile: async (path) => (path === '/run/secret' ? ' from a file\n' : '') });
    expect(await send(settings, message, io)).toEqual({ ok: true });
  });
});

describe('encryption', () => {
  const tls = () => ({ key: certificate.key, cert: certificate.cert });

  it('is asked for with STARTTLS when required', async () => {
    const server = await sink({ ...tls(), authMethods: ['PLAIN'], password: 'secret' });
    const settings = settingsFor(server.port, {
      require_tls: true,
      auth_username: 'joe',
      auth_password: new Secret('secret'),
    });
    expect(await send(settings)).toEqual({ ok: true });
    expect(server.mails[0]).toMatchObject({ encrypted: true, user: 'joe' });
  });

  it('is not used when it is not required, even when offered', async () => {
    const server = await sink(tls());
    expect(await send(settingsFor(server.port))).toEqual({ ok: true });
    expect(server.mails[0]?.encrypted).toBe(false);
  });

  it('that is required and not to be had means no mail', async () => {
    const server = await sink();
    const outcome = await send(settingsFor(server.port, { require_tls: true }));
    expect(outcome).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(server.mails).toEqual([]);
  });

  it('comes first when it is forced', async () => {
    const server = await sink({ ...tls(), secure: true });
    expect(await send(settingsFor(server.port, { force_implicit_tls: true, require_tls: true }))).toEqual({ ok: true });
    expect(server.mails[0]?.encrypted).toBe(true);
  });

  it('checks who the server is', async () => {
    const server = await sink({ ...tls(), secure: true });
    const settings = settingsFor(server.port, { force_implicit_tls: true, tls_config: settingsOf(tlsSchema, {}) });
    expect(await send(settings)).toMatchObject({ ok: false, retry: true });
    const careless = settingsOf(tlsSchema, { insecure_skip_verify: true });
    expect(await send({ ...settings, tls_config: careless })).toEqual({ ok: true });
    const wrong = settingsOf(tlsSchema, { ca: authority.cert, server_name: 'mail.example.org' });
    expect(await send({ ...settings, tls_config: wrong })).toMatchObject({ ok: false, retry: true });
  });

  it('with a certificate that is none is tried again: its file may be being replaced', async () => {
    const broken = settingsOf(tlsSchema, { cert: 'nonsense', key: new Secret('nonsense') });
    expect(await send(settingsFor(1, { tls_config: broken }))).toMatchObject({ ok: false, retry: true });
  });
});

describe('a mail server in trouble', () => {
  it('that is not there is worth another attempt', async () => {
    const server = await SmtpSink.start();
    const settings = settingsFor(server.port);
    await server.close();
    expect(await send(settings)).toMatchObject({
      ok: false,
      retry: true,
      message: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it.each([
    ['greets with an error', ['554 go away']],
    ['refuses the sender', ['220 x', ['EHLO', '250 x'], ['MAIL', '452 full']]],
    [
      'refuses the message',
      ['220 x', ['EHLO', '250 x'], ['MAIL', '250 ok'], ['RCPT', '250 ok'], ['DATA', '354 go'], ['.', '554 spam']],
    ],
    ['speaks another language', ['HTTP/1.1 400 Bad Request']],
  ] as [string, Script][])('that %s is worth another attempt', async (_, script) => {
    const server = await rawServer(script);
    const outcome = await send(settingsFor(server.port));
    expect(outcome).toMatchObject({ ok: false, retry: true, reason: 'other' });
  });

  it('that says nothing is left alone at the deadline', async () => {
    const server = await rawServer([]);
    const start = performance.now();
    const outcome = await send(settingsFor(server.port), message, attemptIO({ signal: AbortSignal.timeout(100) }));
    expect(outcome).toMatchObject({ ok: false, retry: true, reason: 'contextDeadlineExceeded' });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('that hangs up in the middle is worth another attempt', async () => {
    const server = await rawServer(['220 x', ['EHLO', 'hang up']]);
    expect(await send(settingsFor(server.port))).toMatchObject({ ok: false, retry: true, reason: 'other' });
  });

  it('that never says goodbye holds nobody up', async () => {
    const server = await rawServer([
      '220 x',
      ['EHLO', '250 x'],
      ['MAIL', '250 ok'],
      ['RCPT', '250 ok'],
      ['DATA', '354 go'],
      ['.', '250 queued'],
    ]);
    const start = performance.now();
    expect(await send(settingsFor(server.port), { ...message, to: 'a@example.org' })).toEqual({ ok: true });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

/** What is said at once, and then what is answered to the first line that begins so. */
type Script = (string | [prefix: string, answer: string])[];

/** A server that says what it is told to, for what no decent mail server does. */
async function rawServer(script: Script): Promise<{ port: number; lines: string[]; close(): Promise<void> }> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    for (const entry of script) if (typeof entry === 'string') socket.write(`${entry}\r\n`);
    let inData = false;
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      const complete = rest.split('\r\n');
      rest = complete.pop() ?? '';
      for (const line of complete) {
        if (inData && line !== '.') continue;
        lines.push(line);
        const entry = script.find((one) => typeof one !== 'string' && line.startsWith(one[0]));
        const answer = entry?.[1];
        if (answer === undefined) continue;
        if (answer === 'hang up') socket.destroy();
        else socket.write(`${answer}\r\n`);
        inData = answer.startsWith('354');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const started = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    lines,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  closing.push(started);
  return started;
}
