// Every receiver in one configuration of the built program, as an operator sees them: all are told, one that fails delays
// nobody else, no secret comes to light, a burst keeps its order, and a test send prints what the other side said.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/engine/types.ts';
import type { TestAttempt, TestReport } from '../../src/runtime/test-send.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { SinkAnswer, SinkRequest } from '../support/http-sink.ts';
import { command, Program, type Server, startServer } from '../support/process.ts';
import { CORE, secret } from '../support/receiver-table.ts';
import { ECHOES, echo, leaks, types, World } from './all-receivers-world.ts';
import { call, type Reply, sleep, until } from './harness.ts';

const TEST_PATH = '/api/tocsin/v1/receivers/test';
/** Those whose stand-ins answer over HTTP what a test wants. */
const overHttp = types.filter((type) => type !== 'email');

let world: World;
let server: Server;

beforeEach(async () => {
  world = await World.open();
});

afterEach(async () => {
  if (server.program.ended === undefined) await server.kill();
  await world.close();
});

async function start(config: string, flags: readonly string[] = []): Promise<void> {
  server = await startServer({ kind: 'tocsin', config, flags });
}

async function post(...alerts: readonly object[]): Promise<void> {
  expect((await call('POST', `${server.url}/api/v2/alerts`, alerts)).status).toBe(200);
}

function alert(group: string, more: object = {}, instance = 'i'): object {
  return { labels: { alertname: 'Down', group, instance }, annotations: { summary: 'It is down' }, ...more };
}

async function test(body: object, type = 'application/json'): Promise<Reply> {
  const headers = { 'content-type': type };
  const response = await fetch(server.url + TEST_PATH, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text, body: JSON.parse(text) };
}

const counts = () => Object.fromEntries(types.map((type) => [type, world.told(type).length]));
const each = (count: number) => Object.fromEntries(types.map((type) => [type, count]));

async function allTold(count: number): Promise<void> {
  const done = () => types.every((type) => world.told(type).length >= count);
  await until(done, 15_000, () => `${JSON.stringify(counts())}\n${server.log.slice(-3000)}`);
  // What comes too often comes soon.
  await sleep(300);
  expect(counts()).toEqual(each(count));
}

/** Lines of the log that are no debugging. */
const lines = () => server.log.split('\n').filter((line) => /level=(WARN|ERROR)/.test(line));

async function metrics(): Promise<ReadonlyMap<string, number>> {
  const { text } = await call('GET', `${server.url}/metrics`);
  const pairs = text.split('\n').map((line) => line.split(/ (?=\S+$)/));
  return new Map(pairs.map(([name = '', value]) => [name, Number(value)]));
}

/** The attempts that the database remembers, once nobody uses it. */
async function attempts(): Promise<Attempt[]> {
  const store = await openSqliteStore(join(server.dir, 'data'));
  const found: Attempt[] = [];
  for await (const { write } of store.history(0, Date.now() + 1))
    if (write.type === 'attempt') found.push(write.attempt);
  await store.close();
  return found;
}

describe('all receivers', () => {
  it('are told once for each reason, whatever happens to the process', async () => {
    const times = { wait: '100ms', interval: '1s', repeat: '1h' };
    const receivers = world.receivers('first');
    const config = world.configuration(receivers, times);
    await start(config);
    await post(alert('g'));
    await allTold(1);
    await post(alert('g'), alert('g', {}, 'j'));
    await server.kill();
    server = await server.again();
    await allTold(2);
    expect((await server.reload(world.configuration(receivers, { ...times, repeat: '2s' }))).status).toBe(200);
    await allTold(3);
    expect((await server.reload(config)).status).toBe(200);
    // The end is on its way to all of them when the server is stopped.
    for (const type of overHttp) world.of(type).answer(() => ({ afterMs: 60_000 }));
    const asked = () => overHttp.reduce((sum, type) => sum + world.requests(type).length, 0);
    const before = asked();
    const mails = world.mail.mails.length;
    const endsAt = new Date().toISOString();
    await post(alert('g', { endsAt }), alert('g', { endsAt }, 'j'));
    await until(
      () => asked() - before >= overHttp.length && world.mail.mails.length > mails,
      15_000,
      () => server.log.slice(-3000),
    );
    await sleep(200);
    expect((await server.stop()).code).toBe(0);
    const then = counts();
    for (const type of overHttp) world.of(type).answer(undefined);
    server = await server.again();
    const ended = () => overHttp.every((type) => world.told(type).length > then[type]!);
    await until(ended, 15_000, () => `${JSON.stringify([then, counts()])}\n${server.log.slice(-3000)}`);
    await sleep(1500);
    // Of what was under way nobody knows whether it arrived: they hear once more, and only they.
    for (const type of types)
      expect([type, world.told(type).length - then[type]!]).toEqual([type, type === 'email' ? 0 : 1]);
    const bodies = world.requests('webhook').map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies.map(({ status }) => status)).toEqual(['firing', 'firing', 'firing', 'resolved', 'resolved']);
    await server.stop();
    expect((await attempts()).filter(({ outcome }) => outcome.ok).length).toBe(4 * types.length);
  });

  it('do not wait for one that fails, and each failure is told in a line', async () => {
    const said = (body: object): SinkAnswer => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const bad: Record<string, () => SinkAnswer> = {
      gotify: () => ({ afterMs: 60_000 }),
      ntfy: () => ({ status: 503, body: '<html>\n<h1>Down</h1>\n</html>' }),
      rocketchat: () => said({ success: false, error: 'channel_not_found' }),
      victorops: () => said({ result: 'failure', message: 'no such team' }),
      webex: () => ({ reset: true }),
      telegram: () => ({
        ...said({ ok: false, error_code: 403, description: 'Forbidden: bot was kicked' }),
        status: 403,
      }),
    };
    for (const [type, answer] of Object.entries(bad)) world.of(type).answer(answer);
    let refusals = 0;
    world
      .of('slack')
      .answer(() =>
        refusals++ === 0 ? { status: 429, headers: { 'retry-after': '2' }, body: 'rate_limited' } : { body: 'ok' },
      );
    world.of('msteamsv2').answer(({ body }) => ({ status: body.length > 1500 ? 413 : 202 }));
    const receivers = world.receivers('first').map(({ name, entries }) => {
      if (name === 'zulip')
        return { name, entries: entries.map((entry) => ({ ...entry, content: '{{ .Nonsense }}' })) };
      if (name !== 'discord') return { name, entries };
      return { name, entries: [{ webhook_url: `http://127.0.0.1:1/${secret()}`, send_resolved: true }] };
    });
    await start(world.configuration(receivers, { wait: '0s', interval: '10s', repeat: '1h' }));
    const GROUPS = ['a', 'b', 'c'];
    const failing = [...Object.keys(bad), 'discord'];
    const healthy = types.filter((type) => !failing.includes(type) && type !== 'slack' && type !== 'msteamsv2');
    const began = Date.now();
    await post(...GROUPS.map((group) => alert(group, { annotations: { summary: 'x'.repeat(1500) } })));
    await until(
      () => healthy.every((type) => world.told(type).length === 3),
      8_000,
      () => JSON.stringify(counts()),
    );
    // Four of them, the one that was refused first.
    await until(
      () => world.told('slack').length === 4,
      8_000,
      () => JSON.stringify(counts()),
    );
    expect(Date.now() - began).toBeGreaterThan(1_900);
    await until(
      () => lines().filter((line) => line.includes('msg="Notify for alerts failed"')).length >= 21,
      20_000,
      () => lines().join('\n'),
    );
    const page = (await call('GET', `${server.url}/`)).text;
    expect(page).toContain('x'.repeat(1500));
    const measured = await metrics();
    await server.stop();

    const about = (type: string) =>
      lines().filter((line) => line.includes(`integration=${type}[0]`) && line.includes('group=\\"a\\"'));
    const linesOf = (type: string) =>
      about(type)
        .slice(0, 2)
        .map((line) => /level=\S+|err=.*|warning=.*/g[Symbol.match](line)?.join(' '));
    expect(linesOf('rocketchat')[0]).toBe(
      'level=ERROR err="channel \\"#ops\\": Rocket.Chat refused the message: channel_not_found"',
    );
    expect(linesOf('victorops')[0]).toBe('level=ERROR err="VictorOps refused the event: no such team"');
    expect(linesOf('telegram')[0]).toMatch(/^level=ERROR err=".*403.*Forbidden: bot was kicked"$/);
    expect(linesOf('gotify')[0]).toMatch(/^level=ERROR err="there was no answer in time"$/);
    expect(linesOf('ntfy')).toEqual([
      expect.stringMatching(/^level=WARN err=.*503/),
      expect.stringMatching(/^level=ERROR err=.*503/),
    ]);
    expect(linesOf('discord')).toEqual([
      expect.stringMatching(/^level=WARN err=.*ECONNREFUSED/),
      expect.stringMatching(/^level=ERROR err=.*ECONNREFUSED/),
    ]);
    expect(linesOf('zulip')).toEqual([
      expect.stringMatching(/^level=WARN warning=.*a template failed, so that a plain text was sent.*Nonsense/),
    ]);
    expect(linesOf('msteamsv2')).toEqual([
      expect.stringMatching(/^level=WARN warning=.*too large, so that a plain text was sent/),
    ]);
    const tried = await attempts();
    for (const type of failing) {
      const mine = tried.filter(({ integration }) => integration === type);
      const first = mine.filter(({ tries, final }) => final || tries === 1).slice(0, 3);
      expect(first.every(({ outcome }) => !outcome.ok && outcome.message !== '')).toBe(true);
      expect(measured.get(`alertmanager_notifications_total{integration="${type}"}`)).toBeGreaterThanOrEqual(3);
    }
    const reasons = {
      rocketchat: 'clientError',
      victorops: 'clientError',
      telegram: 'authError',
      ntfy: 'serverError',
      gotify: 'contextDeadlineExceeded',
      discord: 'other',
      webex: 'other',
    };
    for (const [type, reason] of Object.entries(reasons)) {
      const name = `alertmanager_notifications_failed_total{integration="${type}",reason="${reason}"}`;
      expect([type, (measured.get(name) ?? 0) >= 3]).toEqual([type, true]);
    }
    for (const type of healthy) {
      expect([type, measured.get(`alertmanager_notifications_total{integration="${type}"}`)]).toEqual([type, 3]);
      expect(measured.get(`alertmanager_notification_latency_seconds_count{integration="${type}"}`)).toBe(3);
      expect(tried.filter(({ integration, outcome }) => integration === type && outcome.ok).length).toBe(3);
    }
    expect(
      lines().filter((line) => healthy.some((type) => type !== 'zulip' && line.includes(`integration=${type}[`))),
    ).toEqual([]);
  });

  it('keep their secrets from all but the provider, however they are repeated', async () => {
    const receivers = world.receivers('all');
    const webhooks = receivers.find(({ name }) => name === 'webhook')!.entries as object[];
    const { plain, proxy } = world.of('webhook');
    const login = `user:${encodeURIComponent(secret())}`;
    webhooks.push(
      { url: plain.url('/x'), http_config: { proxy_url: proxy.url(login) } },
      { url: `http://${login}@127.0.0.1:${plain.port}/x` },
      { url: `http://${login}@127.0.0.1:1/${secret()}?q=${secret()}` },
      { url: `https://127.0.0.1:${plain.port}/${secret()}` },
      { url: 'http://127.0.0.1/', http_config: { proxy_url: `http://${login}@127.0.0.1:1` } },
      { url_file: world.file(`${CORE} is no URL`) },
      { url: plain.url('/x'), http_config: { authorization: { credentials_file: world.file(`${CORE}\ntwo lines`) } } },
      { url: plain.url('/x'), http_config: { http_headers: { 'X-Key': { files: [world.file(`${CORE}\u0001ü`)] } } } },
    );
    const global = {
      slack_app_token: secret(),
      opsgenie_api_key: secret(),
      victorops_api_key: secret(),
      telegram_bot_token: secret(),
      http_config: { http_headers: { 'X-Global': { secrets: [secret()] } } },
    };
    const config = world.configuration(receivers, { wait: '0s', interval: '1m', repeat: '1h' }, { global });
    await start(config, ['--log.level=debug']);
    const shown = new Map<string, string>();
    for (const [name, write] of Object.entries(ECHOES)) {
      for (const json of [false, true]) {
        for (const type of overHttp) world.of(type).answer((request) => echo(request, write, json));
        await post(alert(`${name}, ${json}`));
        await sleep(500);
      }
      const waiting = [...types];
      const testing = Array.from({ length: 3 }, async () => {
        for (let type = waiting.shift(); type !== undefined; type = waiting.shift()) {
          const { status, text } = await test({ receiver: type, timeout: '5s' });
          expect(status).toBe(200);
          shown.set(`the test of ${type}, answered ${name}`, text);
          const { length } = receivers.find((receiver) => receiver.name === type)!.entries;
          expect((JSON.parse(text) as TestReport).integrations.length).toBe(length);
        }
      });
      await Promise.all(testing);
    }
    const ctl = new Program([
      process.execPath,
      join(dirname(command('tocsin')[1]!), 'ctl.js'),
      'receivers',
      'test',
      'webhook',
      `--alertmanager.url=${server.url}`,
      '-o',
      'extended',
    ]);
    expect((await ctl.exited).code).toBe(1);
    shown.set('tocsinctl', ctl.output);
    const broken = config.replace(
      '"webhook_configs":[',
      `"webhook_configs":[{"url":"${CORE}://x","http_config":{"bearer_token":["${CORE}"]}},`,
    );
    const reload = await server.reload(broken);
    expect(reload.status).toBe(500);
    shown.set('the reload', reload.body);
    for (const path of ['/api/v2/status', '/api/tocsin/v1/status', '/', '/metrics', '/-/ready']) {
      shown.set(path, (await call('GET', server.url + path)).text);
    }
    await server.stop();
    shown.set('the log', server.log);
    const data = join(server.dir, 'data');
    for (const name of readdirSync(data)) shown.set(name, readFileSync(join(data, name), 'latin1'));
    expect(server.log).toContain('<redacted>');
    for (const [where, text] of shown) expect(leaks(text), where).toEqual([]);
  });

  it('keep their order in a burst, within what each of them allows', async () => {
    const GROUPS = 90;
    const order: Record<string, number[]> = { slack: [], discord: [] };
    const refused: Record<string, number> = { slack: 0, discord: 0 };
    const took = (type: string, { body }: SinkRequest) => order[type]!.push(Number(/burst-(\d+)/.exec(body)?.[1]));
    // Fifteen a second, of which a few may come at once; who is refused is told in whole seconds when to come again.
    let tokens = 15;
    let filledAt = Date.now();
    world.of('slack').answer((request) => {
      const now = Date.now();
      tokens = Math.min(15, tokens + ((now - filledAt) * 15) / 1000);
      filledAt = now;
      if (tokens < 1) {
        refused['slack']!++;
        return { status: 429, headers: { 'retry-after': '1' }, body: 'rate_limited' };
      }
      tokens--;
      took('slack', request);
      return { body: 'ok' };
    });
    // Five in a window of 200 ms, of which every answer tells.
    let windowAt = 0;
    let left = 5;
    world.of('discord').answer((request) => {
      const now = Date.now();
      if (now - windowAt >= 200) [windowAt, left] = [now, 5];
      const after = String((windowAt + 200 - now) / 1000);
      if (left === 0) {
        refused['discord']!++;
        return {
          status: 429,
          headers: { 'retry-after': '1', 'x-ratelimit-reset-after': after },
          body: `{"retry_after":${after}}`,
        };
      }
      took('discord', request);
      return { status: 204, headers: { 'x-ratelimit-remaining': String(--left), 'x-ratelimit-reset-after': after } };
    });
    await start(world.configuration(world.receivers('first'), { wait: '0s', interval: '5m', repeat: '1h' }));
    const began = Date.now();
    await post(...Array.from({ length: GROUPS }, (_, i) => alert(`burst-${String(i).padStart(3, '0')}`)));
    const others = ['webhook', 'ntfy', 'gotify', 'email', 'incidentio'];
    await until(
      () => others.every((type) => world.told(type).length === GROUPS),
      15_000,
      () => JSON.stringify(counts()),
    );
    const othersMs = Date.now() - began;
    await until(
      () => Object.values(order).every(({ length }) => length === GROUPS),
      25_000,
      () => JSON.stringify([order, refused]),
    );
    expect(Date.now() - began).toBeGreaterThan(othersMs);
    const straight = Array.from({ length: GROUPS }, (_, i) => i);
    expect(order).toEqual({ slack: straight, discord: straight });
    expect(refused['slack']).toBeLessThanOrEqual(6);
    expect(refused['discord']).toBeLessThanOrEqual(2);
  });

  it('can be tried, and what is printed is what the other side said', async () => {
    await start(world.configuration(world.receivers('first'), { wait: '0s', interval: '1m', repeat: '1h' }));
    const outcomes: Record<string, boolean[]> = {};
    for (const type of types) {
      const report = (await test({ receiver: type })).body as TestReport;
      expect(report.integrations.map(({ integration }) => integration)).toEqual([`${type}[0]`]);
      const told = report.integrations[0]!.attempts as TestAttempt[];
      outcomes[type] = told.map(({ ok }) => ok);
      const answers = told.flatMap(({ exchanges }) => exchanges.map(({ status }) => status));
      expect(
        answers.every((status) => status !== undefined && status >= 200 && status < 300),
        type,
      ).toBe(true);
    }
    expect(outcomes).toEqual(Object.fromEntries(types.map((type) => [type, [true, true]])));
    expect(counts()).toEqual(each(2));
    const words = 'we know nobody of that name';
    for (const type of overHttp)
      world.of(type).answer(() => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: words }));
    for (const type of overHttp) {
      const [first] = ((await test({ receiver: type })).body as TestReport).integrations[0]!.attempts as TestAttempt[];
      expect(first).toMatchObject({ ok: false, retry: false, exchanges: [{ status: 404, body: words }] });
    }
    expect((await call('GET', `${server.url}/api/v2/alerts`)).body).toEqual([]);

    expect(await test({ receiver: 'slak' })).toMatchObject({
      status: 404,
      text: expect.stringMatching(/no receiver.*slak.*slack/),
    });
    expect(await test({ receiver: 'slack', integration: 'slack[1]' })).toMatchObject({
      status: 404,
      text: expect.stringContaining('slack[0]'),
    });
    expect((await test({ receiver: 'slack' }, 'text/plain')).status).toBe(415);
    expect(
      (await fetch(server.url + TEST_PATH, { method: 'OPTIONS', headers: { origin: 'http://elsewhere' } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();

    world.of('gotify').answer(() => ({ afterMs: 60_000 }));
    const hanging = [1, 2, 3].map(() => test({ receiver: 'gotify', timeout: '1s' }));
    await until(
      () => world.requests('gotify').length >= 7,
      5_000,
      () => 'the three never came',
    );
    expect((await test({ receiver: 'gotify' })).status).toBe(429);
    for (const { body } of await Promise.all(hanging)) {
      const told = (body as TestReport).integrations[0]!.attempts as TestAttempt[];
      expect(told.map(({ reason }) => reason)).toEqual(['contextDeadlineExceeded', 'contextDeadlineExceeded']);
    }
    expect((await test({ receiver: 'ntfy' })).status).toBe(200);
  });
});
