// The receivers of our own from the text of a configuration to what goes out: all that stands between the schemas and the
// senders, which have tests of their own.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestReport } from '../../src/runtime/test-send.ts';
import { TestServer, TestState } from '../http/server.ts';
import { testConfig } from '../support/config.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';

let sink: HttpSink;
beforeEach(async () => {
  sink = await HttpSink.start(everybody);
});
afterEach(() => sink.close());

/** As each of them answers who is welcome. It repeats what it was asked, as many do. */
function everybody({ path, headers, body }: SinkRequest): SinkAnswer {
  const asked = { path, authorization: headers.authorization, key: headers['x-gotify-key'], body };
  const room = path.includes('/directory/') ? { room_id: '!room:example.org' } : {};
  const answer = { result: 'success', event_id: '$1', asked, ...room };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

const config = (url: string) => `
route: {receiver: all}
receivers:
- name: all
  twilio_configs: [{url: '${url}', account_sid: AC-account, auth_token: hidden-auth-token, from: '+1501', to: ['+1415']}]
  zulip_configs: [{url: '${url}', bot_email: bot@example.org, api_key: hidden-zulip-key, to: ops}]
  googlechat_configs: [{url: '${url}/v1/spaces/x/messages?key=hidden-chat-key&token=hidden-chat-token'}]
  matrix_configs: [{homeserver_url: '${url}', access_token: hidden-matrix-token, room_id: '#ops:example.org'}]
  gotify_configs: [{url: '${url}', token: hidden-gotify-token}]
  ntfy_configs:
  - url: '${url}'
    topic: hidden-ntfy-topic
    token: hidden-ntfy-token
    actions: [{action: http, label: a, url: 'https://example.org', headers: {X-Key: hidden-button-key}}]
  slack_configs: [{api_url: '${url}/hidden-slack-path-of-the-webhook', channel: ops}]
`;

describe('the receivers of our own', () => {
  it("come after Alertmanager's, in print and in what is notified", () => {
    const { receivers, original } = testConfig(config('http://127.0.0.1'));
    const order = ['slack', 'ntfy', 'gotify', 'matrix', 'googlechat', 'zulip', 'twilio'];
    expect(receivers[0]!.integrations.map(({ type }) => type)).toEqual(order);
    expect([...original.matchAll(/^ {2}(\w+)_configs:$/gm)].map(([, type]) => type)).toEqual(order);
  });

  it('are printed without their secrets, as a configuration that means the same', () => {
    const { original } = testConfig(config('http://127.0.0.1'));
    expect(original).not.toContain('hidden');
    expect(original.match(/<secret>/g)?.length).toBe(9);
    expect(testConfig(original).original).toBe(original);
  });

  it('tell what they are configured to, and give away no secret when they report', async () => {
    const server = await TestServer.start({}, new TestState(config(sink.url(''))));
    const { text } = await server.post('/api/tocsin/v1/receivers/test', { receiver: 'all' });
    await server.close();
    const { integrations } = JSON.parse(text) as TestReport;
    const own = integrations.filter(({ integration }) => integration !== 'slack[0]');
    for (const { integration, attempts } of own) {
      expect(attempts, integration).toMatchObject([
        { status: 'firing', ok: true },
        { status: 'resolved', ok: true },
      ]);
    }
    expect(own.length).toBe(6);
    expect(sink.requests.filter(({ body }) => body.includes('hidden-ntfy-topic')).length).toBe(2);
    expect(text).toContain('<redacted>');
    expect(text).not.toMatch(/hidden|SEMtYWNjb3VudDpoaWRkZW4|QUMtYWNjb3VudDpoaWRkZW4/);
    expect(JSON.stringify(server.logged)).not.toContain('hidden');
  });
});
