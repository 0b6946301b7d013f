// The program as an init system and an operator see it: starts that must fail, stops that must not take long, reloads by
// signal. Alertmanager runs beside it where both must end alike.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  command,
  failedStart,
  type Kind,
  launch,
  Program,
  type Server,
  type StartOptions,
  scratch,
  startServer,
} from '../support/process.ts';
import { call, isRecord, Sink, subject, until } from './harness.ts';

const config = (url: string): string => `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 0s
  group_interval: 10s
receivers:
- name: hook
  webhook_configs:
  - url: ${url}/hook
`;
const PLAIN = config('http://127.0.0.1:9');
const alerts = [{ labels: { alertname: 'A', instance: 'a' } }];

const kinds: readonly Kind[] = subject === 'alertmanager' ? ['alertmanager'] : ['alertmanager', subject];

/** Starts that end with exit code 1, and what Tocsin's words must name. */
const FAILURES: readonly { name: string; options: (dir: string) => Omit<StartOptions, 'kind'>; names: RegExp }[] = [
  { name: 'no configuration file', options: () => ({ config: '' }), names: /alertmanager\.yml.*no such file/i },
  {
    name: 'a configuration with an unknown receiver',
    options: () => ({ config: 'route:\n  receiver: nobody\nreceivers:\n- name: hook\n' }),
    names: /nobody/,
  },
  {
    name: 'a configuration with an unknown key',
    options: () => ({ config: `${PLAIN}inhibit_rule: []\n` }),
    names: /alertmanager\.yml.*inhibit_rule|inhibit_rule.*alertmanager\.yml/s,
  },
  { name: 'a configuration that is no YAML', options: () => ({ config: 'route: [\n' }), names: /alertmanager\.yml/ },
  {
    name: 'a data directory below a file',
    options: (dir) => {
      writeFileSync(join(dir, 'data'), 'a file');
      return { config: PLAIN, dir };
    },
    names: /data/,
  },
  {
    name: 'a data directory that cannot be made',
    options: () => ({ config: PLAIN, flags: ['--storage.path=/proc/tocsin'] }),
    names: /\/proc\/tocsin/,
  },
  { name: 'an unknown flag', options: () => ({ config: PLAIN, flags: ['--nonsense=1'] }), names: /--nonsense/ },
  { name: 'an argument', options: () => ({ config: PLAIN, flags: ['nonsense'] }), names: /nonsense/ },
  { name: 'an unknown log level', options: () => ({ config: PLAIN, flags: ['--log.level=loud'] }), names: /loud/ },
  {
    name: 'an unknown feature',
    options: () => ({ config: PLAIN, flags: ['--enable-feature=magic'] }),
    names: /magic/,
  },
  {
    name: 'two modes of matchers',
    options: () => ({ config: PLAIN, flags: ['--enable-feature=classic-mode,utf8-strict-mode'] }),
    names: /classic/,
  },
  {
    name: 'a retention that is no duration',
    options: () => ({ config: PLAIN, flags: ['--data.retention=5x'] }),
    names: /5x/,
  },
  {
    name: 'an external URL without a scheme',
    options: () => ({ config: PLAIN, flags: ['--web.external-url=nonsense'] }),
    names: /nonsense/,
  },
];

async function post(server: Server): Promise<void> {
  expect((await call('POST', `${server.url}/api/v2/alerts`, alerts)).status).toBe(200);
}

async function receivers(server: Server): Promise<unknown[]> {
  const { body } = await call('GET', `${server.url}/api/v2/receivers`);
  return Array.isArray(body) ? body.filter(isRecord).map((receiver) => receiver['name']) : [];
}

/** The value of a metric without labels. */
async function metric(server: Server, name: string): Promise<number> {
  const { text } = await call('GET', `${server.url}/metrics`);
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
}

describe(`the process: ${subject}`, () => {
  it.each(FAILURES)('does not start with $name, and says so', async ({ options, names }) => {
    for (const kind of kinds) {
      const end = await failedStart({ kind, ...options(scratch()) });
      expect(end.code, `${kind}:\n${end.log}`).toBe(1);
      if (kind === 'tocsin') {
        expect(end.log).toMatch(names);
        expect(end.log, 'a trace is no message').not.toMatch(/\n\s+at .*:\d+:\d+\)/);
      }
    }
  });

  it('does not start on a port in use, and says which', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const kind of kinds) {
      const end = await failedStart({ kind, config: PLAIN, port });
      expect(end.code, end.log).toBe(1);
      expect(end.log).toContain(`127.0.0.1:${port}`);
      expect(end.log).toMatch(/address (is )?already in use/);
    }
    taken.close();
  });

  it('refuses a data directory that another process uses, which goes on unharmed', async () => {
    const first = await startServer({ kind: subject, config: PLAIN });
    const end = await failedStart({ kind: subject, config: PLAIN, dir: first.dir });
    expect(end.code, end.log).toBe(1);
    expect(end.log).toMatch(/in use|locked|another/i);
    expect(end.log).toContain(join(first.dir, 'data'));
    await post(first);
    await first.kill();
    const second = await first.again();
    expect((await call('GET', `${second.url}/api/v2/alerts`)).text).toContain('"instance":"a"');
    await second.kill();
  });

  it('prints its version and its help and ends well', async () => {
    for (const kind of kinds) {
      for (const flag of ['--version', '--help', '-h']) {
        const program = new Program([...command(kind), flag]);
        expect((await program.exited).code, `${kind} ${flag}`).toBe(0);
        expect(program.output).toMatch(flag === '--version' ? /version/ : /--config\.file/);
      }
    }
  });

  it('takes its flags as separate words too', async () => {
    for (const kind of kinds) {
      const dir = mkdtempSync(join(scratch(), 'x-'));
      writeFileSync(join(dir, 'am.yml'), PLAIN);
      const words = [
        '--config.file',
        join(dir, 'am.yml'),
        '--log.level',
        'debug',
        '--web.listen-address',
        '127.0.0.1:0',
      ];
      const more = [
        '--storage.path',
        join(dir, 'data'),
        '--cluster.listen-address',
        '127.0.0.1:0',
        '--cluster.settle-timeout',
        '0s',
      ];
      const program = new Program([...command(kind), ...words, ...more]);
      const [, port] = await program.seen(/Listening on.*address=127\.0\.0\.1:(\d+)/, 30_000);
      const status = await call('GET', `http://127.0.0.1:${port}/api/v2/status`);
      expect(status.text).toMatch(/"cluster":\{.*"status":"ready"/);
      expect((await program.end('SIGTERM', 15_000)).code).toBe(0);
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends well and soon after %s, with sends and requests under way',
    async (signal) => {
      for (const kind of kinds) {
        const sink = await Sink.open();
        sink.answerAlways('/hook', { status: 200, delayMs: 60_000 });
        const server = await startServer({ kind, config: config(sink.url) });
        await post(server);
        await until(
          () => sink.on('/hook').length > 0,
          5_000,
          () => server.log,
        );
        // A connection that is kept open, and a request that is never finished.
        const idle = request(`${server.url}/api/v2/alerts`, { method: 'POST', headers: { 'content-length': '1000' } });
        idle.on('error', () => {});
        idle.write('[');
        const started = Date.now();
        expect((await server.program.end(signal, 8_000)).code, `${kind}\n${server.log}`).toBe(0);
        expect(Date.now() - started).toBeLessThan(8_000);
        idle.destroy();
        await sink.close();
      }
    },
  );

  it('tells after the next start what it was about to tell at the stop', async () => {
    const sink = await Sink.open();
    sink.answerNext('/hook', [{ status: 200, delayMs: 60_000 }]);
    let server = await startServer({ kind: subject, config: config(sink.url) });
    await post(server);
    await until(
      () => sink.on('/hook').length === 1,
      5_000,
      () => server.log,
    );
    expect((await server.stop()).code).toBe(0);
    server = await server.again();
    await until(
      () => sink.on('/hook').length === 2,
      5_000,
      () => server.log,
    );
    await server.kill();
    await sink.close();
  });

  it('reloads on SIGHUP, and keeps what it has when the new file is wrong', async () => {
    for (const kind of kinds) {
      const server = await startServer({ kind, config: PLAIN });
      expect(await metric(server, 'alertmanager_config_last_reload_successful')).toBe(1);
      server.writeConfig(PLAIN.replace('receiver: hook', 'receiver: other').replace('name: hook', 'name: other'));
      server.hangUp();
      await until(
        async () => (await receivers(server)).includes('other'),
        5_000,
        () => server.log,
      );
      const before = server.log.length;
      server.writeConfig('route:\n  receiver: nobody\n');
      server.hangUp();
      await until(
        async () => (await metric(server, 'alertmanager_config_last_reload_successful')) === 0,
        5_000,
        () => server.log,
      );
      expect(server.log.slice(before)).toMatch(/nobody/);
      expect(await receivers(server)).toEqual(['other']);
      const ready = await (await fetch(`${server.url}/-/ready`)).text();
      if (kind === 'alertmanager') expect(ready).toBe('OK');
      else expect(ready).toMatch(/^OK\nthe last reload of the configuration failed at .*nobody.* stays in force\n$/);
      const answer = await server.reload('route: {receiver: nobody}\n');
      expect(answer.status).toBe(500);
      expect(answer.body).toMatch(/nobody/);
      expect((await server.reload(PLAIN)).status).toBe(200);
      expect(await (await fetch(`${server.url}/-/ready`)).text()).toBe('OK');
      expect(await metric(server, 'alertmanager_config_last_reload_successful')).toBe(1);
      expect(await receivers(server)).toEqual(['hook']);
      expect((await server.stop()).code).toBe(0);
    }
  });

  it('reads the environment and further files where its flags say so, at a reload too', async () => {
    if (subject === 'alertmanager') return;
    const dir = scratch();
    const team = (name: string): string =>
      `receivers: [{name: ${name}, slack_configs: [{api_url: '\${URL}', channel: '\${CHANNEL:-none}'}]}]\n`;
    writeFileSync(join(dir, 'team-a.yml'), team('a'));
    const server = await startServer({
      kind: subject,
      dir,
      config: 'include: [team-*.yml]\nroute: {receiver: a}\n',
      flags: ['--config.expand-env', '--config.include'],
      env: { URL: 'https://hooks.example/hunter2', CHANNEL: 'secret-channel' },
    });
    expect(await receivers(server)).toEqual(['a']);
    writeFileSync(join(dir, 'team-b.yml'), team('b'));
    const reload = (): Promise<Response> => fetch(`${server.url}/-/reload`, { method: 'POST' });
    expect((await reload()).status).toBe(200);
    expect(await receivers(server)).toEqual(['a', 'b']);
    writeFileSync(join(dir, 'team-c.yml'), `${team('a')}inhibit_rules: [{equal: ['\${NOPE}']}]\n`);
    const refused = await (await reload()).text();
    expect(refused).toMatch(/team-c\.yml:2:\d+: inhibit_rules\[0\]\.equal\[0\]: the environment has no variable NOPE/);
    expect(await receivers(server)).toEqual(['a', 'b']);
    const status = await (await fetch(`${server.url}/api/v2/status`)).text();
    expect(status).toMatch(/\$\{CHANNEL:-none\}/);
    for (const text of [refused, status, server.log]) expect(text).not.toMatch(/hunter2|secret-channel/);
    expect((await server.stop()).code).toBe(0);
    const without = await failedStart({ kind: subject, dir, config: '' });
    expect(without).toMatchObject({ code: 1, log: expect.stringContaining('--config.include') });
  });

  it('starts with what an earlier stop left, again and again', async () => {
    let server = await startServer({ kind: subject, config: PLAIN });
    await post(server);
    for (let i = 0; i < 3; i++) {
      expect((await server.stop()).code).toBe(0);
      server = await server.again();
      expect((await call('GET', `${server.url}/api/v2/alerts`)).text).toContain('"instance":"a"');
    }
    await server.kill();
  });

  it('makes the data directory, with its parents', async () => {
    for (const kind of kinds) {
      const path = join(scratch(), 'a', 'b', 'c');
      const { program } = launch({ kind, config: PLAIN, flags: [`--storage.path=${path}`] });
      await program.seen(/Listening on/, 30_000);
      expect(mkdirSync(path, { recursive: true })).toBeUndefined();
      await program.end('SIGTERM', 15_000);
    }
  });
});
