import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { Problem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { NOW, TestServer } from './server.ts';

let server: TestServer;
afterEach(() => server.close());

const problem = (message: string): Problem => ({
  file: '/etc/alertmanager.yml',
  line: 3,
  column: 5,
  path: 'route.receiver',
  message,
  severity: 'error',
});

const WORDS =
  'the last reload of the configuration failed at 2026-01-02T03:05:05.678Z: ' +
  '/etc/alertmanager.yml:3:5: route.receiver: there is no <b>receiver</b> "x" (and 1 more); ' +
  'what was loaded at 2026-01-02T03:04:05.678Z stays in force';

async function failed(): Promise<TestServer> {
  const started = await TestServer.start();
  started.state.lastReload = {
    at: NOW + 60_000,
    ok: false,
    problems: [problem('there is no\n  <b>receiver</b> "x"'), problem('another')],
  };
  return started;
}

describe('a reload that failed', () => {
  it('is told by /-/ready, which stays ready and begins as ever', async () => {
    server = await failed();
    expect(await server.get('/-/ready')).toMatchObject({ status: 200, text: `OK\n${WORDS}\n` });
    expect(await server.ask('HEAD', '/-/ready')).toMatchObject({ status: 200, text: '' });
    server.state.readiness = { ok: false, message: 'the store takes no writes' };
    expect(await server.get('/-/ready')).toMatchObject({ status: 503, text: 'the store takes no writes' });
    expect(await server.get('/-/healthy')).toMatchObject({ status: 200, text: 'OK' });
  });

  it('is told by the page, as text', async () => {
    server = await failed();
    const { text } = await server.get('/');
    expect(text).toContain(WORDS.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'));
    expect(text.match(/<b>receiver/)).toBeNull();
  });

  it('changes nothing in the status that Alertmanager has', async () => {
    server = await failed();
    const after = await server.get('/api/v2/status');
    server.state.lastReload = { at: NOW, ok: true, problems: [] };
    expect(after.text).toBe((await server.get('/api/v2/status')).text);
  });

  it('has all its problems in a status of our own', async () => {
    server = await failed();
    const answer = await server.get('/api/tocsin/v1/status');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.text)).toEqual({
      version: 'r',
      alertmanagerVersion: '0.34.0',
      startedAt: '2026-01-02T03:04:05.678Z',
      configuration: {
        file: 'alertmanager.yml',
        hash: server.state.config().hash,
        loadedAt: '2026-01-02T03:04:05.678Z',
        lastReload: {
          at: '2026-01-02T03:05:05.678Z',
          ok: false,
          problems: server.state.lastReload.problems,
        },
      },
    });
    expect(await server.post('/api/tocsin/v1/status', {})).toMatchObject({ status: 405 });
  });

  it('shows no secret that the file has', async () => {
    server = await TestServer.start();
    const text =
      'receivers: [{name: a, slack_configs: [{api_url: "hunter2 hunter2", api_url_file: hunter3}]}]\nroute: {receiver: b}\n';
    const { problems } = parseConfig(text, { file: 'a.yml', tables: settingsTables, mode: 'fallback' });
    expect(problems.length).toBeGreaterThan(1);
    server.state.lastReload = { at: NOW, ok: false, problems };
    for (const path of ['/-/ready', '/', '/api/tocsin/v1/status']) {
      expect((await server.get(path)).text).not.toContain('hunter2');
    }
  });
});

describe('a reload that succeeded', () => {
  it('leaves /-/ready and the page as they are', async () => {
    server = await TestServer.start();
    expect(await server.get('/-/ready')).toMatchObject({ status: 200, text: 'OK' });
    expect((await server.get('/')).text).not.toContain('last reload');
    server.state.lastReload = { at: NOW, ok: true, problems: [{ ...problem('careful'), severity: 'warning' }] };
    expect(await server.get('/-/ready')).toMatchObject({ status: 200, text: 'OK' });
    const { text } = await server.get('/api/tocsin/v1/status');
    expect(text).toContain('careful');
  });
});
