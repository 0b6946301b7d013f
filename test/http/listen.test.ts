import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../src/http/listen.ts';
import { ask } from './server.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(100)));
});

const hello: http.RequestListener = (_req, res) => res.end('hello');

async function serve(addresses: string[], handler = hello): Promise<Listening> {
  const listening = await listen(handler, { addresses, webConfigFile: '' });
  open.push(listening);
  return listening;
}

const portOf = (address: string | undefined): number => Number(/:(\d+)$/.exec(address ?? '')![1]);

describe('listen', () => {
  it('binds several addresses and tells which ports it got', async () => {
    const { addresses } = await serve(['127.0.0.1:0', '[::1]:0', 'localhost:0', ':0']);
    expect(addresses).toHaveLength(4);
    expect(addresses[0]).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(addresses[1]).toMatch(/^\[::1\]:[1-9]\d*$/);
    expect(addresses[3]).toMatch(/^(?:\[::\]|0\.0\.0\.0):[1-9]\d*$/);
    expect((await ask(portOf(addresses[0]), 'GET', '/')).text).toBe('hello');
    expect((await ask(portOf(addresses[3]), 'GET', '/')).text).toBe('hello');
    const six = await new Promise<string>((resolve, reject) => {
      const req = http.get({ host: '::1', port: portOf(addresses[1]), agent: false }, (res) => {
        res.setEncoding('utf8').on('data', resolve);
      });
      req.on('error', reject);
    });
    expect(six).toBe('hello');
  });

  it.each(['9093', 'localhost', '127.0.0.1:http', '127.0.0.1:99999', '::1:9093', '[::1]', 'vsock://:9093', ''])(
    'refuses the address %j in words',
    async (address) => {
      await expect(serve([address])).rejects.toThrow(
        `--web.listen-address: ${JSON.stringify(address)} is no host:port`,
      );
    },
  );

  it('says which address is taken, and leaves none bound', async () => {
    const first = await serve(['127.0.0.1:0']);
    const taken = first.addresses[0]!;
    const free = await freePort();
    await expect(serve([`127.0.0.1:${free}`, taken])).rejects.toThrow(`listen ${taken}: the address is already in use`);
    await serve([`127.0.0.1:${free}`]);
  });

  it('refuses a web configuration instead of ignoring it', async () => {
    const options = { addresses: ['127.0.0.1:0'], webConfigFile: 'web.yml' };
    await expect(listen(hello, options)).rejects.toThrow('--web.config.file=web.yml: TLS and authentication');
  });

  it('lets requests under way end, closes idle connections, and takes no new ones', async () => {
    const late: (() => void)[] = [];
    const listening = await serve(['127.0.0.1:0'], (_req, res) => {
      late.push(() => res.end('late'));
    });
    const port = portOf(listening.addresses[0]);
    const agent = new http.Agent({ keepAlive: true });
    const answer = new Promise<string>((resolve, reject) => {
      const req = http.get({ host: '127.0.0.1', port, agent }, (res) => {
        res.setEncoding('utf8').on('data', resolve);
      });
      req.on('error', reject);
    });
    const idle = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    while (late.length === 0) await pause(5);
    const closed = listening.close(5_000);
    await expect(ask(port, 'GET', '/')).rejects.toThrow('ECONNREFUSED');
    late[0]!();
    expect(await answer).toBe('late');
    const startedAt = performance.now();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    agent.destroy();
    idle.destroy();
  });

  it('cuts what does not end in time', async () => {
    const listening = await serve(['127.0.0.1:0'], () => {});
    const answer = ask(portOf(listening.addresses[0]), 'GET', '/');
    const failed = expect(answer).rejects.toThrow();
    await pause(50);
    const startedAt = performance.now();
    await listening.close(100);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await failed;
  });

  it('refuses headers without end', async () => {
    const { addresses } = await serve(['127.0.0.1:0']);
    const bomb = { 'X-Bomb': 'x'.repeat(100_000) };
    expect((await ask(portOf(addresses[0]), 'GET', '/', undefined, bomb)).status).toBe(431);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x-${i}`, 'some more bytes']));
    expect((await ask(portOf(addresses[0]), 'GET', '/', undefined, many)).status).toBe(431);
    expect((await ask(portOf(addresses[0]), 'GET', '/')).status).toBe(200);
  });

  it('does not wait for ever for headers or bodies', async () => {
    const patience = { headersMs: 100, requestMs: 300, checkMs: 30 };
    const listening = await listen((req, res) => req.resume().on('end', () => res.end()), {
      addresses: ['127.0.0.1:0'],
      webConfigFile: '',
      patience,
    });
    open.push(listening);
    const slow = async (text: string): Promise<string> => {
      let answer = '';
      const socket = net.connect(portOf(listening.addresses[0]), '127.0.0.1', () => socket.write(text));
      const drip = setInterval(() => socket.write('x'), 20);
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        answer += chunk;
      });
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(drip);
      return answer;
    };
    expect(await slow('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await slow('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('survives what is not HTTP', async () => {
    const { addresses } = await serve(['127.0.0.1:0']);
    for (const bytes of [
      '\u0000\u0001\u0002',
      'GET / HTTP/9.9\r\n\r\n',
      '\r\n\r\n\r\n',
      'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    ]) {
      const socket = net.connect(portOf(addresses[0]), '127.0.0.1', () => socket.end(bytes, 'latin1'));
      socket.resume();
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect((await ask(portOf(addresses[0]), 'GET', '/')).status).toBe(200);
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
