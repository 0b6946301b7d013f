import http from 'node:http';
import net from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;
afterEach(() => server.close());

describe('management', () => {
  it('is healthy, and ready when the state is', async () => {
    server = await TestServer.start();
    expect(await server.get('/-/healthy')).toMatchObject({ status: 200, text: 'OK' });
    expect(await server.ask('HEAD', '/-/healthy')).toMatchObject({ status: 200, text: '' });
    expect(await server.get('/-/ready')).toMatchObject({ status: 200, text: 'OK' });
    server.state.readiness = { ok: false, message: 'not stored: disk full' };
    expect(await server.get('/-/ready')).toMatchObject({ status: 503, text: 'not stored: disk full' });
    expect(await server.get('/-/healthy')).toMatchObject({ status: 200 });
  });

  it('reloads, and says why not', async () => {
    server = await TestServer.start();
    expect(await server.post('/-/reload', undefined)).toMatchObject({ status: 200, text: '' });
    server.state.reloading = () => Promise.reject(new Error('a.yml:3:1: unknown key'));
    const answer = await server.post('/-/reload', undefined);
    expect(answer).toMatchObject({ status: 500, text: 'failed to reload config: a.yml:3:1: unknown key\n' });
  });

  it.each([
    ['GET', '/-/reload', 'OPTIONS, POST'],
    ['PUT', '/-/reload', 'OPTIONS, POST'],
    ['POST', '/-/healthy', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, OPTIONS'],
    ['POST', '/', 'GET, OPTIONS'],
  ])('does not allow %s %s', async (method, path, allowed) => {
    server = await TestServer.start();
    const answer = await server.ask(method, path);
    expect(answer).toMatchObject({ status: 405, text: 'Method Not Allowed\n', headers: { allow: allowed } });
    const options = await server.ask('OPTIONS', path);
    expect(options).toMatchObject({ status: 200, text: '', headers: { allow: allowed } });
  });

  it('shows metrics, packed for those who ask', async () => {
    server = await TestServer.start();
    const plain = await server.get('/metrics');
    expect(plain.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(plain.text).toContain('alertmanager_alerts_received_total{status="firing",version="v2"} 0');
    const packed = await packedMetrics(server.port);
    expect(packed).toContain('alertmanager_notifications_total{integration="slack"} 0');
  });

  it('knows nothing elsewhere', async () => {
    server = await TestServer.start();
    for (const path of ['/nope', '/api', '/api/v3/alerts', '/-/nope', '/debug/pprof/', '/index.html']) {
      const answer = await server.get(path);
      expect(answer).toMatchObject({ status: 404, text: '404 page not found\n' });
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    expect(await server.get('/%zz')).toMatchObject({ status: 404 });
    expect(await server.get('/api/v2/silence/%zz')).toMatchObject({ status: 400 });
  });

  it('does not say what it is made of', async () => {
    server = await TestServer.start();
    expect((await server.get('/')).headers['x-powered-by']).toBeUndefined();
  });
});

describe('counting', () => {
  it('counts requests by route and never by path', async () => {
    server = await TestServer.start();
    await server.get('/api/v2/alerts?filter=a=b');
    await server.get('/api/v2/alerts?filter=a');
    await server.get('/api/v2/silence/one');
    await server.get('/api/v2/silence/two');
    await server.get('/api/v2/three');
    await server.ask('PURGE', '/api/v2/status');
    await server.get('/-/healthy');
    const count = (labels: string): Promise<number | undefined> =>
      server.metric(`alertmanager_http_request_duration_seconds_count{${labels}}`);
    expect(await count('handler="/api/v2/alerts",method="get",code="200"')).toBe(1);
    expect(await count('handler="/api/v2/alerts",method="get",code="400"')).toBe(1);
    expect(await count('handler="/api/v2/silence/{silenceID}",method="get",code="422"')).toBe(2);
    expect(await count('handler="/api/v2/{unknown}",method="get",code="404"')).toBe(1);
    expect(await count('handler="/api/v2/status",method="unknown",code="405"')).toBe(1);
    expect(await server.metric('alertmanager_http_response_size_bytes_sum{handler="/-/healthy",method="get"}')).toBe(2);
    const { text } = await server.get('/metrics');
    expect(text).not.toContain('silence/one');
    expect(text).not.toContain('three');
  });
});

describe('the prefix', () => {
  it('holds everything, and its root leads there', async () => {
    server = await TestServer.start({ routePrefix: '/am/x' });
    expect((await server.get('/am/x/api/v2/status')).status).toBe(200);
    expect((await server.get('/am/x/-/healthy')).status).toBe(200);
    expect((await server.get('/am/x/')).text).toContain('<title>');
    expect(await server.get('/')).toMatchObject({ status: 302, headers: { location: '/am/x/' } });
    expect(await server.get('/am/x')).toMatchObject({ status: 301, headers: { location: '/am/x/' } });
    for (const path of ['/api/v2/status', '/-/healthy', '/am/', '/am/xy', '/am/xy/-/healthy']) {
      expect((await server.get(path)).status).toBe(404);
    }
    const { text } = await server.get('/am/x/api/v2/nope');
    expect(text).toContain('path /am/x/api/v2/nope was not found');
  });
});

describe('clean paths', () => {
  it.each([
    ['//api/v2/status', '/api/v2/status'],
    ['/api//v2/alerts/?a=b//c', '/api/v2/alerts/?a=b//c'],
    ['/api/v2/alerts/../status', '/api/v2/status'],
    ['/./../..//', '/'],
    ['//evil.example/..', '/'],
    ['/a/./b', '/a/b'],
  ])('leads from %s to %s', async (path, to) => {
    server = await TestServer.start();
    expect(await server.get(path)).toMatchObject({ status: 301, headers: { location: to } });
  });
});

describe('limits', () => {
  it('refuses one GET more than allowed, and nothing else', async () => {
    server = await TestServer.start({ getConcurrency: 1 });
    const waiting: (() => void)[] = [];
    server.metrics.exposition = () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ text: 'x', contentType: 'text/plain' }));
      });
    const slow = server.get('/metrics');
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = await server.get('/api/v2/status');
    expect(refused).toMatchObject({
      status: 503,
      text: 'Limit of concurrent GET requests reached (1), try again later.\n\n',
    });
    expect((await server.post('/api/v2/alerts', [{ labels: { a: 'b' } }])).status).toBe(200);
    waiting[0]!();
    expect((await slow).text).toBe('x');
    expect((await server.get('/api/v2/status')).status).toBe(200);
  });

  it('answers 503 when a request takes too long', async () => {
    server = await TestServer.start({ timeoutMs: 50 });
    server.state.storing = () => new Promise(() => {});
    const answer = await server.post('/api/v2/alerts', [{ labels: { a: 'b' } }]);
    expect(answer).toMatchObject({ status: 503, text: 'Exceeded configured timeout of 50ms.\n' });
  });

  it('drops an answer that comes after the deadline', async () => {
    server = await TestServer.start({ timeoutMs: 30 });
    server.state.storing = () => new Promise((resolve) => setTimeout(resolve, 60));
    expect((await server.post('/api/v2/alerts', [{ labels: { a: 'b' } }])).status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(server.logged).toEqual([]);
    expect((await server.get('/-/healthy')).status).toBe(200);
  });
});

it('breaks off an answer that is under way at the deadline', async () => {
  server = await TestServer.start({ timeoutMs: 300 });
  const annotations = { text: 'x'.repeat(10_000) };
  const alerts = Array.from({ length: 1_500 }, (_, i) => ({ labels: { i: String(i) }, annotations }));
  expect((await server.post('/api/v2/alerts', alerts)).status).toBe(200);
  const socket = net.connect(server.port, '127.0.0.1', () =>
    socket.write('GET /api/v2/alerts HTTP/1.1\r\nHost: x\r\n\r\n'),
  );
  socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 600));
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(15_000_000);
});

/** The metrics as a client gets them that takes gzip. */
function packedMetrics(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(
        { port, host: '127.0.0.1', path: '/metrics', agent: false, headers: { 'Accept-Encoding': 'gzip' } },
        (res) => {
          expect(res.headers['content-encoding']).toBe('gzip');
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('end', () => resolve(gunzipSync(Buffer.concat(chunks)).toString()));
        },
      )
      .on('error', reject);
  });
}
