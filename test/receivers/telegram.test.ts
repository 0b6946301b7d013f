import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import { type TelegramSettings, telegramSchema } from '../../src/receivers/settings/telegram.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import type { Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
const CHAT = -1001234567890;
const OLD_GROUP = -4711;

let templates: Templates;
let server: HttpSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await HttpSink.start(botApi);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://core.telegram.org/bots/api as far as they are about `sendMessage`. */
function botApi({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const called = /^\/bot([^/]+)\/(\w+)$/.exec(path);
  if (called === null || called[2] !== 'sendMessage') return refusal(404, 'Not Found');
  if (called[1] !== TOKEN) return refusal(401, 'Unauthorized');
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return refusal(400, 'Bad Request: no JSON');
  const { chat_id, text, parse_mode, message_thread_id } = JSON.parse(body) as Record<string, string | undefined>;
  if (chat_id === String(OLD_GROUP)) {
    const parameters = { migrate_to_chat_id: CHAT };
    return refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', parameters);
  }
  if (chat_id !== String(CHAT)) return refusal(400, 'Bad Request: chat not found');
  if (message_thread_id !== undefined && message_thread_id !== '7') {
    return refusal(400, 'Bad Request: message thread not found');
  }
  const shown = parsed(text ?? '', parse_mode);
  if (shown === undefined) return refusal(400, "Bad Request: can't parse entities: unexpected sign at byte offset 5");
  if (shown.trim() === '') return refusal(400, 'Bad Request: message text is empty');
  if (shown.length > 4096) return refusal(400, 'Bad Request: message is too long');
  return json(200, { ok: true, result: { message_id: 1, chat: { id: CHAT }, date: 1, text: shown } });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusal(status: number, description: string, parameters?: object): SinkAnswer {
  return json(status, { ok: false, error_code: status, description, parameters });
}

/** The text as it is shown; nothing when Telegram cannot parse its markup. */
function parsed(text: string, mode: string | undefined): string | undefined {
  if (mode === undefined) return text;
  if (mode === 'MarkdownV2') {
    const rest = text.replace(/\\[!-~]/g, '').replace(/\*[^*\n]*\*/g, '');
    return /[_*[\]()~`>#+\-=|{}.!]/.test(rest) ? undefined : text;
  }
  if (mode === 'Markdown') return (text.replace(/\\[_*`[]/g, '').match(/[_*`[]/g) ?? []).length % 2 ? undefined : text;
  if (mode !== 'HTML') return undefined;
  const open: string[] = [];
  for (const [, slash, name] of text.matchAll(/<(\/?)([^\s>]*)[^>]*>/g)) {
    if (!/^(b|strong|i|em|u|s|code|pre|a|blockquote|tg-spoiler)$/.test(name ?? '')) return undefined;
    if (slash === '') open.push(name!);
    else if (open.pop() !== name) return undefined;
  }
  const rest = text.replace(/<[^<>]*>/g, '');
  if (open.length > 0 || /<|&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)/i.test(rest)) return undefined;
  return rest.replace(/&[^;]+;/g, '*');
}

const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: 'up again' });
const mixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });
const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));

function prepared(notification: Notification, given: Partial<TelegramSettings> = {}): Prepared {
  const settings = settingsOf(telegramSchema, {
    http_config: httpSettings(),
    api_url: server.url('').replace(/\/$/, ''),
    bot_token: new Secret(TOKEN),
    chat_id: CHAT,
    ...given,
  });
  return prepare({ type: 'telegram', index: 0, sendResolved: true, settings }, notification, templates);
}

function send(given: Partial<TelegramSettings> = {}, notification: Notification = mixed) {
  return prepared(notification, given).send(attemptIO());
}

function textOf({ preview }: Prepared): string {
  return (preview as { text: string }).text;
}

describe('a message to Telegram', () => {
  it.each([
    ['firing', notificationOf([down('a'), down('b')])],
    ['mixed', mixed],
    ['resolved', notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' })],
  ])('is shown for a notification that is %s', async (_name, notification) => {
    const { preview, renderError, send: attempt } = prepared(notification);
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toEqual({ ok: true });
  });

  it('has the keys of the API, all of them texts, in the order of their names', async () => {
    const given = { message: '<b>{{ .Status }}</b> & x', message_thread_id: 7, disable_notifications: true };
    expect(await send({ ...given, parse_mode: '' })).toEqual({ ok: true });
    expect(server.requests[0]?.body).toBe(
      '{"chat_id":"-1001234567890","disable_notification":"true","disable_web_page_preview":"true",' +
        '"message_thread_id":"7","text":"\\u003cb\\u003efiring\\u003c/b\\u003e \\u0026 x"}\n',
    );
  });

  it('escapes what alerts say in HTML, and nothing without', () => {
    const message = '<b>{{ (index .Alerts 0).Annotations.summary }}</b>';
    expect(textOf(prepared(mixed, { message }))).toBe('<b>&lt;a&gt; &amp; &#34;down&#34;</b>');
    expect(textOf(prepared(mixed, { message, parse_mode: 'Markdown' }))).toBe('<b><a> & "down"</b>');
  });

  it('says in plain words what a broken template does not say', async () => {
    const { preview, renderError, send: attempt } = prepared(mixed, { message: '{{ .Nonsense }}' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    expect(await attempt(attemptIO())).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') });
  });

  const perAlert: readonly (readonly [string, string])[] = [
    ['HTML', '<b>{{ .Status }}</b>\n{{ range .Alerts }}<i>{{ .Labels.instance }}</i>\n{{ end }}'],
    ['MarkdownV2', '*{{ .Status }}*\n{{ range .Alerts }}*{{ .Labels.instance }}*\n{{ end }}'],
    ['Markdown', '*{{ .Status }}*\n{{ range .Alerts }}*{{ .Labels.instance }}*\n{{ end }}'],
    ['', '{{ .Status }}\n{{ range .Alerts }}{{ .Labels.instance }}\n{{ end }}'],
  ];
  it.each(perAlert)('tells of fewer of five thousand alerts, with markup that is whole: %j', async (mode, message) => {
    const sent = prepared({ ...many, externalURL: 'http://x.example/a_b?c&d' }, { message, parse_mode: mode });
    expect(textOf(sent)).toMatch(/\n\\?\+4\d\d\d more: http/);
    expect(runeCount(textOf(sent))).toBeLessThanOrEqual(4096);
    expect(runeCount(textOf(sent))).toBeGreaterThan(4000);
    expect(await sent.send(attemptIO())).toEqual({ ok: true });
  });

  it('is cut, and goes out as it stands, where one alert alone is too long for its markup', async () => {
    const sent = prepared(mixed, { message: '<b>{{ printf "%5000s" "x" }}</b>' });
    expect(runeCount(textOf(sent))).toBe(4096);
    expect(await sent.send(attemptIO())).toMatchObject({ ok: true, warning: expect.stringContaining('markup') });
  });
});

describe('Telegram', () => {
  it('is called with the token and the chat that files hold at that moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-telegram-'));
    const files = { bot_token_file: join(folder, 'token'), chat_id_file: join(folder, 'chat') };
    const given = { bot_token: undefined, chat_id: 0, ...files };
    expect(await send(given)).toMatchObject({ ok: false, retry: false, message: expect.stringContaining('token') });
    writeFileSync(files.bot_token_file, `\n${TOKEN}\n`);
    writeFileSync(files.chat_id_file, 'operations');
    const wrong = `there is no chat id in ${files.chat_id_file}: it must hold a number`;
    expect(await send(given)).toMatchObject({ ok: false, retry: false, message: wrong });
    expect(server.requests).toEqual([]);
    writeFileSync(files.chat_id_file, ` ${CHAT}\n`.replace('-', '-00'));
    expect(await send(given)).toEqual({ ok: true });
    expect(prepared(mixed, given).preview).not.toHaveProperty('chat_id');
    writeFileSync(files.bot_token_file, '\n');
    expect(await send(given)).toMatchObject({ ok: false, retry: false, message: 'the bot token is empty' });
    rmSync(folder, { recursive: true });
  });

  it.each([
    [{ chat_id: 5 }, 'clientError', 'the server answered 400: Bad Request: chat not found'],
    [{ message_thread_id: 8 }, 'clientError', 'the server answered 400: Bad Request: message thread not found'],
    [{ message: '\n' }, 'clientError', 'the server answered 400: Bad Request: message text is empty'],
    [{ bot_token: new Secret('1:wrong') }, 'authError', 'the server answered 401: Unauthorized'],
  ])('refuses %j for good', async (given, reason, message) => {
    expect(await send(given)).toEqual({ ok: false, retry: false, reason, message });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['HTML', '<b>never closed'],
    ['HTML', '<h1>{{ .Status }}</h1>'],
    ['MarkdownV2', 'a.b'],
    ['Markdown', 'snake_case'],
  ])('gets a text without markup when it cannot parse %s such as %j', async (parse_mode, message) => {
    const outcome = await send({ parse_mode, message });
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining("can't parse entities") });
    const [first, second] = server.bodies() as Record<string, string>[];
    expect(server.requests).toHaveLength(2);
    expect(first?.['parse_mode']).toBe(parse_mode);
    expect(second).toEqual({ ...first, parse_mode: undefined });
  });

  it('gets a text without markup when there is too much of it', async () => {
    server.answer((request) =>
      request.body.includes('"parse_mode"')
        ? refusal(400, 'Bad Request: ENTITIES_TOO_LONG')
        : json(200, { ok: true, result: {} }),
    );
    const outcome = await send({ parse_mode: 'HTML', message: '<b>a</b>' });
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('ENTITIES_TOO_LONG') });
    expect(server.requests).toHaveLength(2);
  });

  it('is tried once more without markup, not again', async () => {
    server.answer(refusal(400, "Bad Request: can't parse entities: whatever"));
    expect(await send()).toMatchObject({ ok: false, retry: false, reason: 'clientError' });
    expect(server.requests).toHaveLength(2);
  });

  it('is written to by the new id of a group', async () => {
    const outcome = await send({ chat_id: OLD_GROUP, parse_mode: 'Markdown', message: 'snake_case' });
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining(`set chat_id to ${CHAT}`) });
    const chats = (server.bodies() as Record<string, string>[]).map((body) => body['chat_id']);
    expect(chats).toEqual([String(OLD_GROUP), String(CHAT), String(CHAT)]);
  });

  it('that sends from one id to the next is not followed for ever', async () => {
    server.answer((_request, count) => refusal(400, 'Bad Request: upgraded', { migrate_to_chat_id: -count }));
    expect(await send()).toMatchObject({ ok: false, retry: false });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [
      'too many requests, with the wait in the body',
      refusal(429, 'Too Many Requests: retry after 34', { retry_after: 34 }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 34_000 },
    ],
    [
      'too many requests with status 200',
      json(200, { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3 } }),
      { retry: true, reason: 'rateLimited', retryAfterMs: 3000 },
    ],
    [
      'a refusal with status 200',
      json(200, { ok: false, error_code: 403, description: 'Forbidden: bot was kicked' }),
      { retry: false, reason: 'authError', message: 'the server answered 403: Forbidden: bot was kicked' },
    ],
    ['a refusal without a code', json(200, { ok: false }), { retry: false, reason: 'clientError' }],
    ['a code that is none', json(200, { ok: false, error_code: 200 }), { retry: false, reason: 'clientError' }],
    [
      'a text that is too long after all',
      refusal(400, 'Bad Request: message is too long'),
      { retry: false, reason: 'clientError', tooLarge: true },
    ],
    [
      'the same in the words of what is behind it',
      refusal(400, 'Bad Request: MESSAGE_TOO_LONG'),
      { retry: false, reason: 'clientError', tooLarge: true },
    ],
    ['trouble', refusal(500, 'Internal Server Error'), { retry: true, reason: 'serverError' }],
    ['trouble with markup', refusal(500, "can't parse entities"), { retry: true, reason: 'serverError' }],
    [
      'a proxy in between',
      { status: 502, headers: { 'retry-after': '7' }, body: '<html>Bad Gateway</html>' },
      { retry: true, reason: 'serverError', retryAfterMs: 7000, message: expect.stringContaining('Bad Gateway') },
    ],
    ['a page of a proxy', { body: '<html>Log in</html>' }, { retry: true, reason: 'other' }],
    ['a status that contradicts the body', json(500, { ok: true }), { retry: true, reason: 'serverError' }],
    ['other JSON', json(200, [{ ok: true }]), { retry: true, reason: 'other' }],
  ] as [string, SinkAnswer, object][])('answers: %s', async (_name, answer, expected) => {
    server.answer(answer);
    expect(await send()).toMatchObject({ ok: false, ...expected });
    // What is too large may be followed by a plain text at once.
    expect('tooLarge' in expected ? [1, 2] : [1]).toContain(server.requests.length);
  });

  it('never has its token told', async () => {
    server.answer(({ path }) => refusal(400, `Bad Request: ${path} ${TOKEN}`));
    const refused = await send({ api_url: `${server.url('/api')}` });
    expect(refused).toMatchObject({
      ok: false,
      message: 'the server answered 400: Bad Request: <redacted> <redacted>',
    });
    const unreachable = await send({ api_url: 'http://127.0.0.1:1' });
    expect(unreachable).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(JSON.stringify([refused, unreachable])).not.toContain(TOKEN.slice(0, 20));
    expect(JSON.stringify(prepared(mixed).preview)).not.toContain(TOKEN);
  });
});

describe('the configuration of a chat', () => {
  it.each([
    ['chat_id: -1001', 'of-global', '', 'https://api.telegram.org'],
    ['chat_id: -1001, bot_token: own', 'own', '', 'https://api.telegram.org'],
    ['chat_id: -1001, bot_token_file: /own', undefined, '/own', 'https://api.telegram.org'],
    ['chat_id: -1001, api_url: "http://own/"', 'of-global', '', 'http://own/'],
  ])('inherits the token with its file, or neither: %s', (entry, token, file, address) => {
    const config = testConfig(`
global: {telegram_bot_token: of-global}
route: {receiver: r}
receivers: [{name: r, telegram_configs: [{${entry}}]}]`);
    const settings = config.receivers[0]?.integrations[0]?.settings as TelegramSettings;
    expect(settings).toMatchObject({ chat_id: -1001, bot_token_file: file, api_url: address, parse_mode: 'HTML' });
    expect(settings.bot_token?.reveal()).toBe(token);
  });
});
