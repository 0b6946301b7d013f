// Mail servers that take a mail for some, or take it and do not say so: everybody gets it, and nobody has it twice without
// being able to tell.

import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { type EmailMessage, email } from '../../src/receivers/email.ts';
import { prepareWith } from '../../src/receivers/prepare.ts';
import { type EmailSettings, emailSchema } from '../../src/receivers/settings/email.ts';
import { tlsSchema } from '../../src/receivers/settings/tls.ts';
import { firing, notificationOf } from '../support/notifications.ts';
import { attemptIO, NOW, settingsOf } from '../support/receiving.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

const MINUTE = 60_000;
const closing: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function sink(options: SMTPServerOptions & { password?: string } = {}): Promise<SmtpSink> {
  const started = await SmtpSink.start(options);
  closing.push(started);
  return started;
}

const message: EmailMessage = {
  group: '{}:{alertname="Down"}',
  news: 'down',
  from: 'tocsin@example.org',
  to: 'a@example.org, b@example.org, c@example.org',
  headers: [['Subject', '[FIRING:1] Down']],
  text: 'down',
  html: '',
};

function settingsFor(port: number, given: Partial<EmailSettings> = {}): EmailSettings {
  return settingsOf(emailSchema, {
    smarthost: { host: '127.0.0.1', port: String(port) },
    require_tls: false,
    hello: 'tocsin.example',
    tls_config: settingsOf(tlsSchema, {}),
    ...given,
  });
}

const send = (settings: EmailSettings, mail = message, at = 0) =>
  email.send(mail, settings, attemptIO({ now: NOW + at }));

/** Refuses addresses with the code that `codeOf` gives them, 0 for none. */
const refusing = (codeOf: (address: string) => number): SMTPServerOptions => ({
  onRcptTo: ({ address }, _session, callback) => {
    const responseCode = codeOf(address);
    callback(responseCode === 0 ? null : Object.assign(new Error(`no ${responseCode}`), { responseCode }));
  },
});

const recipients = (server: SmtpSink) =>
  server.mails.map(({ to }) => to.map((address) => address.slice(0, 1)).join(''));

describe('recipients that are refused for now', () => {
  it('get the mail later, though its text says how long the alert has been firing', async () => {
    let grey = true;
    const server = await sink(refusing((address) => (grey && address.startsWith('b') ? 450 : 0)));
    const settings = {
      ...settingsFor(server.port),
      from: message.from,
      to: message.to,
      text: '{{ since (index .Alerts 0).StartsAt }}',
    };
    const attempt = (at: number) => {
      const notification = { ...notificationOf([firing({ alertname: 'Down' })]), at: NOW + at };
      const { send } = prepareWith(email, settings, notification, defaultTemplates());
      return send(attemptIO({ now: NOW + at }));
    };
    expect(await attempt(0)).toMatchObject({ ok: false, retry: true });
    grey = false;
    expect(await attempt(MINUTE)).toEqual({ ok: true });
    expect(recipients(server)).toEqual(['ac', 'b']);
    const [first, second] = server.mails.map(({ parsed }) => parsed.text);
    expect(first).not.toBe(second);
  });

  it('get the mail later, and the others do not get it again', async () => {
    let grey = true;
    const server = await sink(refusing((address) => (grey && address.startsWith('b') ? 450 : 0)));
    const settings = settingsFor(server.port);
    expect(await send(settings)).toEqual({
      ok: false,
      retry: true,
      reason: 'other',
      message: 'the mail server refused for now b@example.org (450 no 450)',
      maybeTold: true,
    });
    expect(await send(settings, message, MINUTE)).toMatchObject({ ok: false, retry: true });
    grey = false;
    expect(await send(settings, message, 2 * MINUTE)).toEqual({ ok: true });
    expect(recipients(server)).toEqual(['ac', 'b']);
  });

  it('of whom a server takes a few at a time get it a few at a time', async () => {
    let taken = 0;
    const server = await sink({
      ...refusing(() => (++taken > 2 ? 452 : 0)),
      onMailFrom: (_address, _session, callback) => {
        taken = 0;
        callback();
      },
    });
    const settings = settingsFor(server.port);
    const to = Array.from({ length: 11 }, (_, i) => `${'abcdefghijk'.charAt(i)}@example.org`).join(', ');
    const first = await send(settings, { ...message, to });
    expect(first).toMatchObject({ message: expect.stringMatching(/g@example\.org \(452 no 452\); and 4 more$/) });
    for (let tries = 1; tries < 5; tries++)
      expect(await send(settings, { ...message, to })).toMatchObject({ retry: true });
    expect(await send(settings, { ...message, to })).toEqual({ ok: true });
    expect(recipients(server)).toEqual(['ab', 'cd', 'ef', 'gh', 'ij', 'k']);
  });

  it('and then for good are told of in a warning', async () => {
    let code = 450;
    const server = await sink(refusing((address) => (address.startsWith('b') ? code : 0)));
    const settings = settingsFor(server.port);
    expect(await send(settings)).toMatchObject({ ok: false, retry: true });
    code = 550;
    expect(await send(settings)).toEqual({ ok: true, warning: 'the mail server refused b@example.org (550 no 550)' });
    expect(recipients(server)).toEqual(['ac']);
  });

  it('for ten minutes do not keep the mail from counting as sent any longer', async () => {
    const server = await sink(refusing((address) => (address.startsWith('b') ? 450 : 0)));
    const settings = settingsFor(server.port);
    expect(await send(settings)).toMatchObject({ ok: false, retry: true });
    expect(await send(settings, message, 10 * MINUTE - 1)).toMatchObject({ ok: false, retry: true });
    expect(await send(settings, message, 10 * MINUTE)).toMatchObject({
      ok: true,
      warning: expect.stringContaining('b@'),
    });
    expect(recipients(server)).toEqual(['ac']);
  });

  it('do not keep the others from other news', async () => {
    const server = await sink(refusing((address) => (address.startsWith('b') ? 450 : 0)));
    const settings = settingsFor(server.port);
    await send(settings);
    await send(settings, { ...message, news: 'well' });
    expect(recipients(server)).toEqual(['ac', 'ac']);
  });
});

it('a mail that may have arrived keeps its Message-Id, and the next one has another', async () => {
  const ids: (string | undefined)[] = [];
  const server = await sink({
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        ids.push(/^Message-Id: (.*)$/im.exec(Buffer.concat(chunks).toString())?.[1]);
        callback(ids.length === 1 ? Object.assign(new Error('who knows'), { responseCode: 451 }) : null);
      });
    },
  });
  const settings = settingsFor(server.port);
  expect(await send(settings)).toMatchObject({ ok: false, retry: true });
  expect(await send(settings)).toEqual({ ok: true });
  expect(await send(settings)).toEqual({ ok: true });
  const [first, second, third] = ids;
  expect(first).toMatch(/^<.+@.+>$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

it('a server that repeats the login it refuses shows no password', async () => {
  for (const method of ['PLAIN', 'LOGIN']) {
    const seen: string[] = [];
    const server = await sink({
      authMethods: [method],
      password: 'another',
      onAuth: (auth, _session, callback) => {
        const line = [`\0joe\0${auth.password}`, auth.password ?? ''].map((text) =>
          Buffer.from(text).toString('base64'),
        );
        seen.push(...line);
        callback(new Error(`bad: ${line.join(' or ')} or ${auth.password}`));
      },
    });
    const observed: unknown[] = [];
    const io = attemptIO({ observed: (exchange) => observed.push(exchange) });
    const settings = settingsFor(server.port, { auth_username: 'joe', auth_password: new Secret('open sesame') });
    const outcome = await email.send(message, settings, io);
    expect(outcome).toMatchObject({
      ok: false,
      reason: 'authError',
      message: expect.stringContaining('bad: <redacted>'),
    });
    expect(seen).toHaveLength(2);
    for (const secret of [...seen, 'open sesame']) expect(JSON.stringify([outcome, observed])).not.toContain(secret);
  }
});

it('a certificate that is being replaced is worth another attempt', async () => {
  const server = await sink();
  const settings = settingsFor(server.port, { tls_config: settingsOf(tlsSchema, { ca_file: '/nowhere/ca.pem' }) });
  expect(await send(settings)).toMatchObject({
    ok: false,
    retry: true,
    message: expect.stringContaining('/nowhere/ca.pem'),
  });
});

it('a header without a blank is no line that servers refuse', async () => {
  const server = await sink();
  const long = `${'x'.repeat(3000)} ü🔥`;
  const headers: EmailMessage['headers'] = [
    ['Subject', long.slice(0, 3000)],
    ['X-Label', `${long}\r\nBcc: evil@example.org`],
  ];
  expect(await send(settingsFor(server.port), { ...message, headers })).toEqual({ ok: true });
  const [mail] = server.mails;
  expect(Math.max(...(mail?.raw ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(100);
  expect(mail?.parsed.subject).toBe('x'.repeat(3000));
  expect(mail?.raw).not.toMatch(/^Bcc/m);
});
