import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({
    cluster: () => ({
      name: '01ABC',
      status: 'ready',
      peers: [
        { name: '02', address: '10.0.0.2:9094' },
        { name: '01ABC', address: '10.0.0.1:9094' },
      ],
    }),
  });
});
afterAll(() => server.close());

const ALERTS = '/api/v2/alerts';
const GOOD = [{ labels: { a: 'b' } }];

describe('paths and methods', () => {
  it.each([
    ['PUT', ALERTS, 'GET,POST'],
    ['HEAD', ALERTS, 'GET,POST'],
    ['OPTIONS', ALERTS, 'GET,POST'],
    ['DELETE', '/api/v2/silences', 'GET,POST'],
    ['POST', '/api/v2/alerts/groups', 'GET'],
    ['POST', '/api/v2/status', 'GET'],
    ['PUT', '/api/v2/receivers', 'GET'],
    ['POST', '/api/v2/silence/x', 'DELETE,GET'],
  ])('does not allow %s %s', async (method, path, allowed) => {
    const answer = await server.ask(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.headers['content-type']).toBe('application/json');
    const message = `method ${method} is not allowed, but [${allowed}] are`;
    expect(answer.text).toBe(method === 'HEAD' ? '' : JSON.stringify({ code: 405, message }));
  });

  it.each(['', '/', '/nope', '/Alerts', '/silence', '/silence/', '/silence/x/y', '/swagger.json'])(
    'knows nothing at /api/v2%s',
    async (path) => {
      const answer = await server.get(`/api/v2${path}?x`);
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.text)).toEqual({ code: 404, message: `path /api/v2${path} was not found` });
    },
  );

  it('does not mind a slash at the end', async () => {
    expect((await server.get(`${ALERTS}/`)).status).toBe(200);
  });

  it('says of API v1 that it is gone', async () => {
    const gone: [string, string][] = [
      ['GET', '/status'],
      ['GET', '/receivers'],
      ['GET', '/alerts'],
      ['POST', '/alerts'],
      ['GET', '/silences'],
      ['POST', '/silences'],
      ['GET', '/silence/x'],
      ['DELETE', '/silence/x'],
    ];
    for (const [method, path] of gone) {
      const answer = await server.ask(method, `/api/v1${path}`);
      expect(answer.status).toBe(410);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(JSON.parse(answer.text)).toMatchObject({ status: 'deprecated', error: expect.stringContaining('v2 API') });
    }
    expect((await server.get('/api/v1/nope')).status).toBe(404);
  });
});

describe('content types', () => {
  it.each([
    ['text/plain', 415, 'unsupported media type "text/plain", only [application/json] are allowed'],
    ['application/xml', 415, 'unsupported media type "application/xml", only [application/json] are allowed'],
    ['', 415, 'unsupported media type "application/octet-stream", only [application/json] are allowed'],
    ['bogus', 400, 'parsing Content-Type header from "bogus" failed'],
  ])('refuses a body of type %j', async (type, status, message) => {
    const answer = await server.post(ALERTS, GOOD, { 'Content-Type': type });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ code: status, message: expect.stringContaining(message) });
  });

  it.each(['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8'])('takes %s', async (type) => {
    expect((await server.post(ALERTS, GOOD, { 'Content-Type': type })).status).toBe(200);
  });

  it('asks for a body before it looks at its type', async () => {
    expect((await server.post(ALERTS, '', { 'Content-Type': 'text/plain' })).status).toBe(422);
  });

  it.each([
    ['application/json', 200],
    ['*/*', 200],
    ['application/*', 200],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 200],
    ['application/json;q=0', 406],
    ['text/html', 406],
    ['bogus', 406],
    ['', 406],
  ])('answers those who accept %j with %i', async (accept, status) => {
    expect((await server.get(`${ALERTS}?filter=a=none`, { Accept: accept })).status).toBe(status);
    expect((await server.get('/api/v2/silence/x', { Accept: accept })).status).toBe(status === 200 ? 422 : 406);
    expect((await server.post(ALERTS, GOOD, { Accept: accept })).status).toBe(200);
  });

  it('is never cached', async () => {
    for (const path of [ALERTS, '/api/v2/status', '/api/v2/nope']) {
      expect((await server.get(path)).headers['cache-control']).toBe('no-store');
    }
  });
});

describe('CORS', () => {
  const origin = 'http://elsewhere';

  it('lets any site read and post, and none delete', async () => {
    const allows = async (method: string, headers = {}): Promise<string | undefined> =>
      (await server.ask(method, ALERTS, method === 'POST' ? GOOD : undefined, headers)).headers[
        'access-control-allow-origin'
      ];
    expect(await allows('GET', { origin })).toBe('*');
    expect(await allows('POST', { origin })).toBe('*');
    expect(await allows('DELETE', { origin })).toBeUndefined();
    expect(await allows('GET')).toBeUndefined();
    expect((await server.get(ALERTS)).headers.vary).toBe('Origin');
  });

  it.each([
    [{ origin, 'access-control-request-method': 'POST' }, 'POST', undefined],
    [
      { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'accept,content-type' },
      'GET',
      'accept,content-type',
    ],
    [{ origin, 'access-control-request-method': 'DELETE' }, undefined, undefined],
    [{ 'access-control-request-method': 'POST' }, undefined, undefined],
    [
      { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-secret' },
      undefined,
      undefined,
    ],
  ])('answers a preflight: %#', async (headers, method, allowed) => {
    const answer = await server.ask('OPTIONS', ALERTS, undefined, headers);
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers['access-control-allow-methods']).toBe(method);
    expect(answer.headers['access-control-allow-origin']).toBe(method === undefined ? undefined : '*');
    expect(answer.headers['access-control-allow-headers']).toBe(allowed);
    expect(answer.headers.vary).toBe('Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  });
});

describe('GET /api/v2/status', () => {
  it('tells the version, the configuration, when it started, and who is in the cluster', async () => {
    const answer = await server.get('/api/v2/status');
    expect(answer.text).toBe(
      '{"cluster":{"name":"01ABC","peers":[{"address":"10.0.0.1:9094","name":"01ABC"},{"address":"10.0.0.2:9094","name":"02"}],' +
        `"status":"ready"},"config":{"original":${JSON.stringify(server.state.config().original)}},` +
        '"uptime":"2026-01-02T03:04:05.678Z","versionInfo":{"branch":"b","buildDate":"d","buildUser":"u",' +
        `"goVersion":"${process.version}","revision":"r","version":"0.34.0"}}\n`,
    );
  });
});

describe('GET /api/v2/receivers', () => {
  it('lists them in the order of the file', async () => {
    expect(JSON.parse((await server.get('/api/v2/receivers')).text)).toEqual([
      { labels: { name: 'default' }, name: 'default' },
      { labels: { name: 'db-team', owner: 'dba', tier: '1' }, name: 'db-team' },
      { labels: { name: 'all-d', owner: 'everyone' }, name: 'all-d' },
    ]);
  });

  it('selects by labels', async () => {
    const answer = await server.get('/api/v2/receivers?receiver_matchers=owner=dba');
    expect(answer.text).toBe('[{"labels":{"name":"db-team","owner":"dba","tier":"1"},"name":"db-team"}]\n');
    const bad = await server.get('/api/v2/receivers?receiver_matchers=owner');
    expect(bad).toMatchObject({
      status: 400,
      text: '"failed to parse receiver_matchers param: bad matcher format: owner"\n',
    });
  });
});
