import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;
afterEach(() => server.close());

const PATH = '/api/v2/alerts';
const MB = 1024 * 1024;

/** Sends a request's head and then the chunks, and resolves with the status and the text of the answer. */
function send(
  head: http.OutgoingHttpHeaders,
  chunks: Iterable<Buffer>,
): Promise<{ status: number; text: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', ...head };
    const options = { host: '127.0.0.1', port: server.port, method: 'POST', path: PATH, agent: false, headers };
    const req = http.request(options, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text, connection: res.headers.connection }));
    });
    req.on('error', reject);
    for (const chunk of chunks) req.write(chunk);
    req.end();
  });
}

function* megabytes(n: number): Iterable<Buffer> {
  const chunk = Buffer.alloc(MB, 0x20);
  for (let i = 0; i < n; i++) yield chunk;
}

describe('bodies', () => {
  it('are refused with 413 when they say that they are too long', async () => {
    server = await TestServer.start({ maxBodyBytes: 4 * MB });
    const answer = await send({ 'Content-Length': 50 * MB }, megabytes(50));
    expect(answer).toMatchObject({ status: 413, connection: 'close' });
    expect(JSON.parse(answer.text)).toEqual({ code: 413, message: 'the body is longer than 4194304 bytes' });
    expect((await server.get('/-/healthy')).status).toBe(200);
  });

  it('are refused with 413 when they turn out to be too long', async () => {
    server = await TestServer.start({ maxBodyBytes: 4 * MB });
    expect((await send({}, megabytes(50))).status).toBe(413);
    expect((await server.get('/-/healthy')).status).toBe(200);
  });

  it('may be as long as the limit', async () => {
    server = await TestServer.start({ maxBodyBytes: 4 * MB });
    const body = Buffer.concat([Buffer.from('[]'), Buffer.alloc(4 * MB - 2, 0x20)]);
    expect((await send({}, [body])).status).toBe(200);
    expect((await send({}, [body, Buffer.from(' ')])).status).toBe(413);
  });

  it('are refused with 503 while others fill the room that all of them have', async () => {
    server = await TestServer.start({ maxBodyBytes: 4 * MB, maxBodiesBytes: 5 * MB });
    const taken = nextRequest();
    const half = net.connect(server.port, '127.0.0.1');
    const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${4 * MB}\r\n\r\n`;
    half.write(head);
    half.write(Buffer.alloc(3 * MB, 0x20));
    // Whoever goes beyond the room is refused: the first one has to have its part of it before the second one asks.
    const first = await taken;
    await until(() => isRead(first, head.length + 3 * MB));
    const big = Buffer.concat([Buffer.from('[]'), Buffer.alloc(3 * MB, 0x20)]);
    expect((await send({}, [big])).status).toBe(503);
    expect((await send({}, [Buffer.from('[]')])).status).toBe(200);
    half.destroy();
    await until(async () => (await send({}, [big])).status === 200);
  });

  it('that break off leave the server as it was', async () => {
    server = await TestServer.start();
    for (let i = 0; i < 5; i++) {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.write(
        `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[`,
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    expect((await send({}, [Buffer.from('[]')])).status).toBe(200);
    expect(server.logged).toEqual([]);
  });

  it('may come in any pieces', async () => {
    server = await TestServer.start();
    const text = Buffer.from('[{"labels":{"é":"😀"}}]');
    const bytes = Array.from(text, (byte) => Buffer.from([byte]));
    expect((await send({}, bytes)).status).toBe(200);
    expect((await server.get(PATH)).text).toContain('"labels":{"é":"😀"}');
  });
});

/** The next request that a server of this process begins to read. */
function nextRequest(): Promise<http.IncomingMessage> {
  return new Promise((resolve) => {
    const begun = (message: unknown): void => {
      unsubscribe('http.server.request.start', begun);
      resolve((message as { request: http.IncomingMessage }).request);
    };
    subscribe('http.server.request.start', begun);
  });
}

/** Whether so many bytes of its connection have come, and whoever reads the body has all of them. */
function isRead(request: http.IncomingMessage, bytes: number): boolean {
  return request.socket.bytesRead >= bytes && request.readableFlowing === true && request.readableLength === 0;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within fifteen seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
