import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, TestServer } from './server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start();
});
afterEach(() => server.close());

const PATH = '/api/v2/alerts';

interface Shown {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: { name: string }[];
  readonly status: { state: string; silencedBy: string[]; inhibitedBy: string[]; mutedBy: string[] };
}

async function list(query = ''): Promise<Shown[]> {
  const answer = await server.get(PATH + query);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Shown[];
}

describe('POST /api/v2/alerts', () => {
  it('stores an alert and answers nothing', async () => {
    const answer = await server.post(PATH, [{ labels: { alertname: 'Down' } }]);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-type']).toBeUndefined();
    expect((await list()).map((alert) => alert.labels)).toEqual([{ alertname: 'Down' }]);
  });

  it.each([
    ['neither', {}, '2026-01-02T03:04:05.678Z', '2026-01-02T03:09:05.678Z'],
    ['the end only', { endsAt: '2026-01-02T04:00:00Z' }, '2026-01-02T04:00:00.000Z', '2026-01-02T04:00:00.000Z'],
    ['the start only', { startsAt: '2026-01-01T00:00:00Z' }, '2026-01-01T00:00:00.000Z', '2026-01-02T03:09:05.678Z'],
    ['zero times', zeros(), '2026-01-02T03:04:05.678Z', '2026-01-02T03:09:05.678Z'],
    ['nulls', { startsAt: null, endsAt: null }, '2026-01-02T03:04:05.678Z', '2026-01-02T03:09:05.678Z'],
    ['an offset', { startsAt: '2026-01-01T02:00:00+02:00' }, '2026-01-01T00:00:00.000Z', '2026-01-02T03:09:05.678Z'],
    [
      'the last instant',
      { endsAt: '9999-12-31T23:59:59.999Z' },
      '9999-12-31T23:59:59.999Z',
      '9999-12-31T23:59:59.999Z',
    ],
  ])('fills in the times: %s', async (_, times, startsAt, endsAt) => {
    expect((await server.post(PATH, [{ labels: { a: 'b' }, ...times }])).status).toBe(200);
    expect(await list()).toMatchObject([{ startsAt, endsAt, updatedAt: '2026-01-02T03:04:05.678Z' }]);
  });

  it('drops labels without a value, keeps annotations without one, and takes null for the empty text', async () => {
    const alert = { labels: { a: 'b', c: '', d: null }, annotations: { x: '', y: null, z: 'w' } };
    await server.post(PATH, [alert]);
    expect(await list()).toMatchObject([{ labels: { a: 'b' }, annotations: { x: '', y: '', z: 'w' } }]);
    expect((await list())[0]?.fingerprint).toBe('d2b371819297f98a');
  });

  it('keeps odd names harmless', async () => {
    const text = '[{"labels":{"__proto__":"p","constructor":"c","toString":"t","10":"ten","9":"nine"}}]';
    expect((await server.post(PATH, text)).status).toBe(200);
    const answer = await server.get(PATH);
    expect(answer.text).toContain('"labels":{"10":"ten","9":"nine","__proto__":"p","constructor":"c","toString":"t"}');
    expect((await server.get(`${PATH}?filter=__proto__=p&filter=constructor=c`)).text).toContain('"toString":"t"');
    expect((await server.get(`${PATH}?filter=valueOf=~".%2B"`)).text).toBe('[]\n');
  });

  it('stores the valid alerts of a batch and reports the others together', async () => {
    const answer = await server.post(PATH, [
      { labels: { a: '1' } },
      { labels: {} },
      { labels: { a: '2' }, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' },
      { labels: { '': 'x' } },
      { labels: { a: '3' }, annotations: { '': 'x' } },
      { labels: { a: '4' } },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.text.endsWith('"\n')).toBe(true);
    expect(JSON.parse(answer.text)).toBe(
      [
        'at least one label pair required',
        'start time must be before end time',
        'invalid label set: invalid name ""',
        'invalid annotations: invalid name ""',
      ].join('\n'),
    );
    expect((await list()).map((alert) => alert.labels['a']).sort()).toEqual(['1', '4']);
    expect(await server.metric('alertmanager_alerts_invalid_total{version="v2"}')).toBe(4);
    expect(await server.metric('alertmanager_alerts_received_total{status="firing",version="v2"}')).toBe(5);
    expect(await server.metric('alertmanager_alerts_received_total{status="resolved",version="v2"}')).toBe(1);
  });

  it.each([
    ['', 422, 602, 'alerts in body is required'],
    ['{', 400, 400, 'parsing alerts body from "" failed, because'],
    ['[{]', 400, 400, 'parsing alerts body from "" failed, because'],
    ['{}', 400, 400, 'it must be an array, not an object'],
    ['"x"', 400, 400, 'it must be an array, not a string'],
    ['[] x', 400, 400, 'parsing alerts body from "" failed, because'],
    ['[null]', 400, 400, '0 must be an object, not null'],
    ['[[]]', 400, 400, '0 must be an object, not an array'],
    ['[{}]', 422, 602, '0.labels in body is required'],
    ['[{"labels":null}]', 422, 602, '0.labels in body is required'],
    ['[{"labels":{"a":"b"}},{}]', 422, 602, '1.labels in body is required'],
    ['[{"labels":{"a":1}}]', 400, 400, '0.labels.a must be a string, not a number'],
    ['[{"labels":{"a":["x"]}}]', 400, 400, '0.labels.a must be a string, not an array'],
    ['[{"labels":"x"}]', 400, 400, '0.labels must be an object, not a string'],
    ['[{"labels":{"a":"b"},"annotations":{"a":true}}]', 400, 400, '0.annotations.a must be a string, not a boolean'],
    ['[{"labels":{"a":"b"},"startsAt":"x"}]', 400, 400, '0.startsAt is no time that RFC 3339 knows: "x"'],
    ['[{"labels":{"a":"b"},"endsAt":5}]', 400, 400, '0.endsAt must be a string, not a number'],
    ['[{"labels":{"a":"b"},"generatorURL":5}]', 400, 400, '0.generatorURL must be a string, not a number'],
    ['[{"labels":{"a":"b"},"generatorURL":"x y"}]', 422, 601, '0.generatorURL in body must be of type uri: "x y"'],
    ['[{},{"labels":{"a":1}}]', 400, 400, '1.labels.a must be a string, not a number'],
    [`${'['.repeat(200_000)}`, 400, 400, 'parsing alerts body from "" failed, because'],
    [`${'['.repeat(2_000_000)}`, 400, 400, 'it is nested too deeply'],
    [`[${'{},'.repeat(600_000)}{}]`, 400, 400, 'it holds more than 1000000 values'],
    [`[{"labels":{${'"a":"",'.repeat(1_100_000)}"a":""}}]`, 400, 400, 'it holds more than 1000000 values'],
    [`[${'{"a":'.repeat(100_000)}`, 400, 400, 'it is nested too deeply'],
  ])('refuses the whole batch: %.60s', async (body, status, code, message) => {
    const answer = await server.post(PATH, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ code, message: expect.stringContaining(message) });
    expect(await list()).toEqual([]);
  });

  it('takes null for no alerts, and any case in the names of fields', async () => {
    expect((await server.post(PATH, 'null')).status).toBe(200);
    expect((await server.post(PATH, '[{"Labels":{"A":"b"},"STARTSAT":"2020-01-01T00:00:00Z"}]')).status).toBe(200);
    expect(await list()).toMatchObject([{ labels: { A: 'b' }, startsAt: '2020-01-01T00:00:00.000Z' }]);
  });

  it('makes half of a surrogate pair U+FFFD, as Go does', async () => {
    const text =
      '[{"labels":{"a\\ud800":"x\\udc00y\\ud83d\\ude00"},"annotations":{"n":"\\uDBFF"},"generatorURL":"/\\ud801"}]';
    expect((await server.post(PATH, text)).status).toBe(200);
    expect(await list()).toMatchObject([
      { labels: { 'a\ufffd': 'x\ufffdy😀' }, annotations: { n: '\ufffd' }, generatorURL: '/\ufffd' },
    ]);
  });

  it('takes emoji and ten thousand labels', async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`label ${i}`, `value ${i}`]));
    expect((await server.post(PATH, [{ labels: { '🔥': '💥' } }, { labels: many }])).status).toBe(200);
    expect((await list()).map((alert) => Object.keys(alert.labels).length).sort()).toEqual([1, 10_000]);
    expect(await list(`?filter=${encodeURIComponent('"🔥"="💥"')}`)).toHaveLength(1);
  });

  it('refuses names that the classic syntax does not know when that is asked for', async () => {
    await server.close();
    server = await TestServer.start({ matcherMode: 'classic' });
    const answer = await server.post(PATH, [
      { labels: { ok_1: 'x' } },
      { labels: { '1a': 'x' } },
      { labels: { é: 'x' } },
    ]);
    expect(JSON.parse(answer.text)).toBe('invalid label set: invalid name "1a"\ninvalid label set: invalid name "é"');
    expect(await list()).toHaveLength(1);
  });

  it('answers 503 when the store does not take it', async () => {
    class StoreUnavailable extends Error {
      override readonly name = 'StoreUnavailable';
    }
    server.state.storing = () => Promise.reject(new StoreUnavailable('not stored: disk full'));
    const answer = await server.post(PATH, [{ labels: { a: 'b' } }]);
    expect(answer).toMatchObject({ status: 503, text: '"not stored: disk full"\n' });
  });

  it('answers 500 without a word about its insides when there is a bug, and logs it', async () => {
    server.state.storing = () => Promise.reject(new RangeError('secret detail'));
    const answer = await server.post(PATH, [{ labels: { a: 'b' } }]);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(server.logged).toMatchObject([{ level: 'error', message: 'A request failed' }]);
  });
});

describe('GET /api/v2/alerts', () => {
  beforeEach(async () => {
    await server.post(PATH, [
      {
        labels: { alertname: 'x', team: 'db', severity: 'critical', cluster: 'c' },
        annotations: { s: '<b>&\u2028' },
        generatorURL: 'http://p/?a=<b>&c',
        startsAt: '2026-01-01T00:00:00Z',
      },
      { labels: { alertname: 'y', team: 'db', severity: 'warning', cluster: 'c' } },
      { labels: { alertname: 'z' } },
      { labels: { alertname: 'over' }, startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' },
    ]);
  });

  it('writes an alert byte for byte as Alertmanager does', async () => {
    expect((await server.get(`${PATH}?filter=alertname=x`)).text).toBe(
      '[{"annotations":{"s":"\\u003cb\\u003e\\u0026\\u2028"},"endsAt":"2026-01-02T03:09:05.678Z","fingerprint":"b38df1de9f4c2e28",' +
        '"receivers":[{"name":"db-team"},{"name":"all-d"}],"startsAt":"2026-01-01T00:00:00.000Z",' +
        '"status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2026-01-02T03:04:05.678Z",' +
        '"generatorURL":"http://p/?a=\\u003cb\\u003e\\u0026c","labels":{"alertname":"x","cluster":"c","severity":"critical","team":"db"}}]\n',
    );
  });

  it('lists by fingerprint and leaves out what is over', async () => {
    const alerts = await list();
    expect(alerts.map((alert) => alert.labels['alertname'])).toEqual(['y', 'x', 'z']);
    expect(alerts.map((alert) => alert.fingerprint)).toEqual(alerts.map((alert) => alert.fingerprint).sort());
  });

  it('shows what inhibits an alert, and what silences it', async () => {
    expect(await list('?filter=alertname=y')).toMatchObject([
      { status: { state: 'suppressed', inhibitedBy: ['b38df1de9f4c2e28'], silencedBy: [], mutedBy: [] } },
    ]);
    const matchers = [{ name: 'alertname', value: 'z', isRegex: false }];
    const times = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' };
    await server.post('/api/v2/silences', { matchers, ...times, createdBy: '', comment: '' });
    expect(await list('?filter=alertname=z')).toMatchObject([
      { status: { state: 'suppressed', inhibitedBy: [], silencedBy: ['00000000-0000-4000-8000-000000000001'] } },
    ]);
    expect(await list('?silenced=false')).toHaveLength(2);
    expect(await list('?inhibited=false')).toHaveLength(2);
    expect(await list('?active=false')).toHaveLength(2);
    expect(await list('?active=false&silenced=false&inhibited=false')).toHaveLength(0);
  });

  it.each([
    ['?filter=team=db', 2],
    ['?filter=team!=db', 1],
    ['?filter=team=db&filter=alertname=x', 1],
    ['?filter=team=~"d."', 2],
    ['?filter=team=""', 1],
    ['?filter=team!=""', 2],
    ['?filter=nope=""', 3],
    ['?receiver=db-team', 2],
    ['?receiver=db', 0],
    ['?receiver=d.*', 3],
    ['?receiver=', 3],
    ['?receiver=x&receiver=default', 1],
    ['?receiver_matchers=owner=dba', 2],
    ['?receiver_matchers=owner=dba&receiver_matchers=tier="1"', 2],
    ['?receiver_matchers=owner=nobody', 0],
    ['?receiver=all-d&receiver_matchers=owner=dba', 2],
    ['?unprocessed=false', 3],
    ['?active=TRUE', 3],
    ['?active=checked', 3],
    ['?active=', 3],
    ['?active=nonsense', 1],
    ['?active=true&active=0', 1],
    ['?active=%zz', 3],
    ['?active=false;', 3],
    ['?filter=%zz', 3],
    ['?unknown=1', 3],
    ['?filter=alertname%3D%22x%22', 1],
    ['?filter=alertname+%3D+%22x%22', 1],
  ])('selects with %s', async (query, n) => {
    expect(await list(query)).toHaveLength(n);
  });

  it.each([
    ['?filter=alertname', 'bad matcher format: alertname'],
    ['?filter=', 'bad matcher format: '],
    ['?filter={a="b"}', 'unexpected open or close brace: {a="b"}'],
    ['?filter=a=~"("', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['?receiver=(', 'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`'],
    ['?receiver_matchers=owner', 'failed to parse receiver_matchers param: bad matcher format: owner'],
  ])('refuses %s', async (query, message) => {
    for (const path of [PATH, `${PATH}/groups`]) {
      const answer = await server.get(path + query);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(JSON.parse(answer.text)).toBe(message);
    }
  });

  it('shows a refreshed alert with its new end and its new annotations', async () => {
    const labels = { alertname: 'z' };
    await server.post(PATH, [{ labels, endsAt: '2026-01-02T05:00:00Z' }]);
    expect(await list('?filter=alertname=z')).toMatchObject([{ endsAt: '2026-01-02T05:00:00.000Z', annotations: {} }]);
    await server.post(PATH, [{ labels, endsAt: '2026-01-02T05:00:00Z', annotations: { n: 'e' }, generatorURL: '/g' }]);
    expect(await list('?filter=alertname=z')).toMatchObject([{ annotations: { n: 'e' }, generatorURL: '/g' }]);
    await server.post(PATH, [{ labels, endsAt: '2026-01-02T05:00:00Z', annotations: { n: 'f' }, generatorURL: '/g' }]);
    expect(await list('?filter=alertname=z')).toMatchObject([{ annotations: { n: 'f' }, generatorURL: '/g' }]);
    await server.post(PATH, [{ labels, endsAt: '2026-01-02T05:00:00Z', annotations: { n: 'f' }, generatorURL: '/h' }]);
    expect(await list('?filter=alertname=z')).toMatchObject([{ annotations: { n: 'f' }, generatorURL: '/h' }]);
  });

  it('sends long lists whole, in pieces, while other requests are served', async () => {
    const batch = (from: number): unknown =>
      Array.from({ length: 1000 }, (_, i) => ({
        labels: { n: String(from + i) },
        annotations: { text: 'é'.repeat(300) },
      }));
    for (let from = 0; from < 5000; from += 1000) expect((await server.post(PATH, batch(from))).status).toBe(200);
    const long = server.get(`${PATH}?filter=n!=""`);
    const short = server.get(`${PATH}?filter=alertname=x`);
    expect(await Promise.race([long.then(() => 'long'), short.then(() => 'short')])).toBe('short');
    const alerts = JSON.parse((await long).text) as Shown[];
    expect(new Set(alerts.map((alert) => alert.labels['n'])).size).toBe(5000);
    expect(alerts.every((alert) => alert.annotations['text'] === 'é'.repeat(300))).toBe(true);
  });
});

function zeros(): object {
  return { startsAt: '0001-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' };
}

it('does not look at the clock itself', async () => {
  await server.post(PATH, [{ labels: { a: 'b' } }]);
  server.state.time = NOW + 300_000;
  expect(await list()).toHaveLength(1);
  server.state.time = NOW + 300_001;
  expect(await list()).toHaveLength(0);
});
