import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type GooglechatSettings, googlechatSchema } from '../../src/receivers/settings/googlechat.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { notificationOf } from '../support/notifications.ts';
import { down, huge, Integration, situations } from '../support/rendering.ts';

const PATH = '/v1/spaces/AAQAtjsc9v4/messages';
const QUERY = '?key=AIzaSyDdI0hCZtE6vySjMm&token=0T6Ml3J2z%3D%3Dqx';
const REPLY = '&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD';

let server: HttpSink;
/** The messages of the space, by thread. */
let threads: Map<string, unknown[]>;

beforeEach(async () => {
  threads = new Map();
  server = await HttpSink.start(chat);
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

/** The rules of https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create for webhooks. */
function chat({ method, path, headers, body }: SinkRequest): SinkAnswer {
  const url = new URL(path, 'https://chat.googleapis.com');
  if (url.pathname !== PATH || method !== 'POST') return refusal(404, 'NOT_FOUND', `Not there: ${path}`);
  if (url.searchParams.get('key') !== 'AIzaSyDdI0hCZtE6vySjMm' || url.searchParams.get('token') !== '0T6Ml3J2z==qx') {
    return refusal(401, 'UNAUTHENTICATED', `Bad token in ${url.search}`);
  }
  if (headers['content-type'] !== 'application/json') return refusal(400, 'INVALID_ARGUMENT', 'no JSON');
  const { text, cardsV2, thread, fallbackText, ...rest } = JSON.parse(body) as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return refusal(400, 'INVALID_ARGUMENT', 'Unknown name');
  if (text === undefined && cardsV2 === undefined) return refusal(400, 'INVALID_ARGUMENT', 'Message cannot be empty');
  if (Buffer.byteLength(body) > 32_000) return refusal(400, 'INVALID_ARGUMENT', 'Message is too long');
  if (fallbackText !== undefined && typeof fallbackText !== 'string')
    return refusal(400, 'INVALID_ARGUMENT', 'fallback');
  if (cardsV2 !== undefined && !isCard(cardsV2)) return refusal(400, 'INVALID_ARGUMENT', 'Invalid card');
  const { threadKey = url.searchParams.get('threadKey') ?? '' } = (thread ?? {}) as { threadKey?: string };
  if (threadKey.length > 4000) return refusal(400, 'INVALID_ARGUMENT', 'threadKey');
  const option = url.searchParams.get('messageReplyOption') ?? '';
  if (!/^(|REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD|REPLY_MESSAGE_OR_FAIL)$/.test(option)) {
    return refusal(400, 'INVALID_ARGUMENT', 'messageReplyOption');
  }
  // Without the option every message begins a thread.
  const name = option === '' && url.searchParams.get('threadKey') === null ? `new-${threads.size}` : threadKey;
  threads.set(name, [...(threads.get(name) ?? []), text ?? cardsV2]);
  return json(200, { name: 'spaces/AAQAtjsc9v4/messages/1', thread: { name: `spaces/AAQAtjsc9v4/threads/${name}` } });
}

/** One card whose texts are the HTML that cards know, and whose links lead somewhere. */
function isCard(cards: unknown): boolean {
  const [{ card }] = cards as [
    { card: { header?: { title: string }; sections: [{ widgets: Record<string, never>[] }] } },
  ];
  return card.sections[0].widgets.every(({ textParagraph, buttonList }) => {
    if (buttonList !== undefined) {
      const { buttons } = buttonList as { buttons: { text: string; onClick: { openLink: { url: string } } }[] };
      return buttons.every(({ text, onClick }) => text !== '' && /^https?:/.test(onClick.openLink.url));
    }
    const { text } = textParagraph as unknown as { text: string };
    return !/<(?!\/?(?:b|i|u|s|a|font|br)\b)|&(?!(?:lt|gt|amp|quot);)/.test(text);
  });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

function refusal(code: number, status: string, message: string): SinkAnswer {
  return json(code, { error: { code, message, status } });
}

function googlechat(given: Partial<GooglechatSettings> = {}): Integration<GooglechatSettings> {
  return new Integration('googlechat', googlechatSchema, { url: new Secret(server.url(PATH + QUERY)), ...given });
}

describe.each(['text', 'card'] as const)('a %s for Google Chat', (type) => {
  it.each(Object.entries(situations))('that is %s', async (_, notification) => {
    const prepared = googlechat({ type }).prepare(notification);
    expect(prepared.renderError).toBeUndefined();
    expect(prepared.preview).toMatchSnapshot();
    expect(await googlechat({ type }).send(notification)).toEqual({ ok: true });
    expect(server.bodies()).toEqual([prepared.preview]);
    expect(server.requests[0]!.path).toBe(PATH + QUERY + REPLY);
  });

  it('tells of as many alerts as fit, whatever they hold', async () => {
    expect(await googlechat({ type }).send(huge)).toEqual({ ok: true });
    expect(server.requests[0]!.body.length).toBeGreaterThan(29_000);
    expect(server.requests[0]!.body).toMatch(/\\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team/);
    expect(await googlechat({ type, message: '&"\u00e9'.repeat(20_000) }).send()).toEqual({ ok: true });
  });

  it('has what is configured and leaves out what renders to nothing', async () => {
    const given = { type, title: 'T {{ .Status }}', message: 'M <b>', link: 'https://example.org/{{ .Status }}' };
    expect(await googlechat(given).send()).toEqual({ ok: true });
    expect(await googlechat({ ...given, title: '', link: ' ' }).send()).toEqual({ ok: true });
    expect(await googlechat({ ...given, link: `https://example.org/${'x'.repeat(3000)}` }).send()).toEqual({
      ok: true,
    });
    const paragraph = { textParagraph: { text: 'M &lt;b&gt;' } };
    const open = { text: 'Open', onClick: { openLink: { url: 'https://example.org/firing' } } };
    const card = (title: string | undefined, ...widgets: unknown[]) => [
      { cardId: 'tocsin', card: { ...(title === undefined ? {} : { header: { title } }), sections: [{ widgets }] } },
    ];
    expect([...threads.values()]).toEqual([
      type === 'text'
        ? ['*T firing*\nM <b>\nhttps://example.org/firing', 'M <b>', '*T firing*\nM <b>']
        : [
            card('T firing', paragraph, { buttonList: { buttons: [open] } }),
            card(undefined, paragraph),
            card('T firing', paragraph),
          ],
    ]);
  });

  it('is plain when a template fails, and in its thread all the same', async () => {
    expect(await googlechat({ type }).send()).toEqual({ ok: true });
    const outcome = await googlechat({ type, message: '{{ .Nonsense }}' }).send(situations.mixed);
    expect(outcome).toMatchObject({ ok: true, warning: expect.stringContaining('Nonsense') as string });
    expect([...threads.values()]).toEqual([[expect.anything(), expect.stringMatching(/^\[FIRING:1\] Down\n/)]]);
  });
});

describe('the threads of Google Chat', () => {
  const other = notificationOf([down('a')], { groupKey: '{}:{alertname="Other"}' });

  it('are one for each group', async () => {
    for (const told of [situations.firing, other, situations.resolved]) {
      expect(await googlechat().send(told)).toEqual({ ok: true });
    }
    expect([...threads.values()].map((messages) => messages.length)).toEqual([2, 1]);
    expect([...threads.keys()][0]).toMatch(/^tocsin-[0-9a-f]{40}$/);
  });

  it('are one for each message where that is wanted', async () => {
    for (const told of [situations.firing, situations.resolved]) await googlechat({ threading: false }).send(told);
    expect([...threads.values()].map((messages) => messages.length)).toEqual([1, 1]);
    expect(server.requests[0]!.path).toBe(PATH + QUERY);
    expect(server.bodies()[0]).not.toHaveProperty('thread');
  });

  it("are the operator's where the URL names one", async () => {
    const url = new Secret(server.url(`${PATH}${QUERY}&threadKey=all&messageReplyOption=REPLY_MESSAGE_OR_FAIL`));
    for (const told of [situations.firing, other]) expect(await googlechat({ url }).send(told)).toEqual({ ok: true });
    expect([...threads.keys()]).toEqual(['all']);
    const strict = new Secret(server.url(`${PATH}${QUERY}&messageReplyOption=REPLY_MESSAGE_OR_FAIL`));
    expect(await googlechat({ url: strict }).send()).toEqual({ ok: true });
    expect(server.requests.at(-1)!.path).toBe(`${PATH}${QUERY}&messageReplyOption=REPLY_MESSAGE_OR_FAIL`);
  });
});

describe('Google Chat', () => {
  it('is found by a URL from a file', async () => {
    const settings = { url: undefined, url_file: '/url' };
    const readFile = async () => ` ${server.url(PATH + QUERY)}\n`;
    expect(await googlechat(settings).send(situations.firing, { readFile })).toEqual({ ok: true });
    const empty = await googlechat(settings).send(situations.firing, { readFile: async () => '\n' });
    expect(empty).toMatchObject({ ok: false, retry: false, message: "the webhook's URL is empty" });
  });

  it('may refuse a message, without its token being repeated', async () => {
    const url = new Secret(server.url(`${PATH}?key=AIzaSyDdI0hCZtE6vySjMm&token=wrong-token`));
    expect(await googlechat({ url }).send()).toMatchObject({
      ok: false,
      retry: false,
      reason: 'authError',
      message: expect.stringMatching(/^the server answered 401: UNAUTHENTICATED: Bad token in \?<redacted>$/) as string,
    });
  });

  it.each([
    [
      '429',
      refusal(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'),
      { retry: true, reason: 'rateLimited', message: 'the server answered 429: RESOURCE_EXHAUSTED: Quota exceeded' },
    ],
    [
      '429 and when to come back',
      { status: 429, headers: { 'retry-after': '3' } },
      { retry: true, retryAfterMs: 3000 },
    ],
    ['its size', refusal(400, 'INVALID_ARGUMENT', 'Message is too long.'), { retry: false, tooLarge: true }],
    ['404', refusal(404, 'NOT_FOUND', 'Space not found'), { retry: false, reason: 'clientError' }],
    [
      '503',
      { status: 503, body: 'busy' },
      { retry: true, reason: 'serverError', message: 'the server answered 503: busy' },
    ],
  ] as [string, SinkAnswer, object][])('may refuse a message with %s', async (_, answer, expected) => {
    server.answer(answer);
    expect(await googlechat().send()).toMatchObject({ ok: false, ...expected });
  });

  it('may not answer in time', async () => {
    server.answer({ afterMs: 2000 });
    expect(await googlechat({ timeout: 50 }).send()).toMatchObject({ retry: true, reason: 'contextDeadlineExceeded' });
  });
});
