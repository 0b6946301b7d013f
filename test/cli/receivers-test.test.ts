import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReceiverTest, testReceiver } from '../../src/cli/receivers-test.ts';
import { CommandError, type OutputFormat } from '../../src/cli/terminal.ts';
import { TestServer, TestState } from '../http/server.ts';
import { HttpSink } from '../support/http-sink.ts';

let sink: HttpSink;
let server: TestServer;

beforeEach(async () => {
  sink = await HttpSink.start({ headers: { 'content-type': 'text/plain' }, body: 'thank\u001b[31m you' });
  const url = sink.url('/hook');
  server = await TestServer.start(
    {},
    new TestState(`
route: {receiver: team}
receivers:
- name: team
  webhook_configs: [{url: '${url}'}]
  slack_configs: [{api_url: '${url}', channel: ops}]
- name: nobody
`),
  );
});
afterEach(async () => {
  await server.close();
  await sink.close();
});

async function run(
  name: string,
  given: Partial<ReceiverTest> = {},
  format: OutputFormat = 'simple',
): Promise<{ out: string; error: string }> {
  let out = '';
  const session = {
    terminal: {
      out: (text: string) => {
        out += text;
      },
      err: () => undefined,
    },
    url: `http://127.0.0.1:${server.port}/`,
    urlGiven: true,
    httpConfigFile: '',
    format,
    dateFormat: '',
    timeoutMs: 30_000,
    now: Date.now(),
    mode: 'fallback' as const,
    verbose: false,
  };
  try {
    await testReceiver(session, name, { label: [], annotation: [], ...given });
    return { out, error: '' };
  } catch (error) {
    if (error instanceof CommandError) return { out, error: error.message };
    throw error;
  }
}

/** With the same times each time. */
const timeless = (text: string): string => text.replace(/\d+ ms/g, 'N ms').replaceAll(String(sink.port), 'PORT');

describe('receivers test', () => {
  it('prints what was answered to each notification, and fails when one failed', async () => {
    const { out, error } = await run('team');
    expect(timeless(out)).toBe(`team/webhook[0]
  firing    ok, N ms
    POST http://127.0.0.1:PORT/<redacted>
      200 thank[31m you
  resolved  ok, N ms
    POST http://127.0.0.1:PORT/<redacted>
      200 thank[31m you
team/slack[0]
  firing    FAILED (clientError, final), N ms
    channel "ops": Slack refused the message: thank[31m you
    POST http://127.0.0.1:PORT/<redacted>
      200 thank[31m you
  resolved  not sent: send_resolved is false: it is told of firing alerts only
`);
    expect(error).toBe('1 of 3 test notifications failed');
  });

  it('asks for one integration, with labels and annotations of its own', async () => {
    const given = { integration: 'webhook[0]', label: ['host=a'], annotation: ['summary=Hello'], sendTimeout: 20_000 };
    const { out, error } = await run('team', given);
    expect([out.includes('slack'), error]).toEqual([false, '']);
    expect(sink.bodies()[0]).toMatchObject({
      alerts: [{ labels: { alertname: 'TocsinTest', host: 'a' }, annotations: { summary: 'Hello' } }],
    });
  });

  it('prints headers and what was sent when more is asked for, and JSON for programs', async () => {
    const { out } = await run('team', { integration: 'slack[0]' }, 'extended');
    expect(out).toContain('      content-type: text/plain\n');
    expect(out).toContain('    sent:\n      {\n        "channel": "ops",\n');
    const json = await run('team', { integration: 'slack[0]' }, 'json');
    expect(JSON.parse(json.out)).toMatchObject({ receiver: 'team', integrations: [{ integration: 'slack[0]' }] });
    expect(json.error).toBe('1 of 1 test notifications failed');
  });

  it('says so where nothing is told, or nothing is known', async () => {
    expect(await run('nobody')).toEqual({ out: 'nobody has no integrations: it tells nobody\n', error: '' });
    expect(await run('teem')).toEqual({
      out: '',
      error: '[POST /receivers/test][404] there is no receiver "teem"; the receivers: "team", "nobody"',
    });
    expect((await run('team', { sendTimeout: 90_000 })).error).toMatch(
      /^\[POST \/receivers\/test\]\[400\] .*at most 60s/,
    );
  });
});
