import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../../src/engine/types.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { concurrentOf } from '../../src/receivers/index.ts';
import { Deliverer, type DelivererOptions } from '../../src/runtime/deliver.ts';
import { testConfig } from '../support/config.ts';
import { type Delivering, startDelivering } from '../support/delivering.ts';
import { HttpSink, type SinkAnswer, type SinkRequest } from '../support/http-sink.ts';
import { defaultTemplates } from '../support/templates.ts';

/** A machine that is busy with other things takes ten times as long: only what hangs is to be noticed. */
const HANGING_MS = 180_000;
vi.setConfig({ testTimeout: HANGING_MS + 10_000 });

const closing: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await closeConnections();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function sink(answer: SinkAnswer | ((request: SinkRequest) => SinkAnswer)): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

/** A provider that takes so many messages per window, and counts what comes beyond. */
class Limit {
  readonly taken: string[] = [];
  readonly #most: number;
  readonly #windowMs: number;
  #windowEndsAt = 0;
  #left = 0;
  refused = 0;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Milliseconds to wait when it is refused. */
  take(message: string): { readonly ok: boolean; readonly left: number; readonly resetMs: number } {
    const now = performance.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + this.#windowMs;
      this.#left = this.#most;
    }
    const resetMs = this.#windowEndsAt - now;
    if (this.#left === 0) {
      this.refused++;
      return { ok: false, left: 0, resetMs };
    }
    this.#left--;
    this.taken.push(message);
    return { ok: true, left: this.#left, resetMs };
  }
}

const seconds = (ms: number) => String(Math.ceil(ms) / 1000);

/** Says nothing until it is too late. */
const slackServer = (limit: Limit) => (request: SinkRequest) => {
  const { attachments } = JSON.parse(request.body) as { attachments: { text: string }[] };
  const { ok, resetMs } = limit.take(attachments[0]?.text ?? '');
  return ok ? { body: 'ok' } : { status: 429, headers: { 'retry-after': seconds(resetMs) }, body: 'slow down' };
};

/** Tells with each answer what is left. */
const discordServer = (limit: Limit) => (request: SinkRequest) => {
  const { embeds } = JSON.parse(request.body) as { embeds: { description: string }[] };
  const { ok, left, resetMs } = limit.take(embeds[0]?.description ?? '');
  const headers = { 'x-ratelimit-remaining': String(left), 'x-ratelimit-reset-after': seconds(resetMs) };
  return ok ? { status: 204, headers } : { status: 429, headers: { ...headers, 'retry-after': seconds(resetMs) } };
};

/** A group for each name. */
function run(receivers: object, options: Partial<DelivererOptions> = {}, groupInterval = '5m') {
  const config = testConfig(
    JSON.stringify({
      route: { receiver: 'r', group_by: ['name'], group_wait: '0s', group_interval: groupInterval },
      receivers: [{ name: 'r', ...receivers }],
    }),
  );
  const going = startDelivering(config, options);
  closing.push(going);
  return {
    ...going,
    fire: (names: readonly string[]) => going.fire(names.map((name) => ({ alertname: 'Down', name }))),
  };
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + HANGING_MS;
  while (!done()) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const names = Array.from({ length: 2000 }, (_, i) => `n${i}`);
const failures = ({ outcomes }: Pick<Delivering, 'outcomes'>) =>
  outcomes.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome]));

describe('a burst of two thousand groups', () => {
  it('comes to a Slack webhook in order and at the pace that it takes', async () => {
    const limit = new Limit(40, 100);
    const server = await sink(slackServer(limit));
    const going = run({ slack_configs: [{ api_url: server.url(), text: '{{ .GroupLabels.name }}' }] });
    await going.fire(names);
    await until(() => limit.taken.length >= names.length);
    expect(limit.taken).toEqual(names);
    expect(limit.refused).toBeLessThanOrEqual(10);
  });

  it('is no different where few are taken', async () => {
    const limit = new Limit(5, 200);
    const server = await sink(slackServer(limit));
    const going = run({ slack_configs: [{ api_url: server.url(), text: '{{ .GroupLabels.name }}' }] });
    await going.fire(names.slice(0, 60));
    await until(() => limit.taken.length >= 60);
    expect(limit.taken).toEqual(names.slice(0, 60));
    expect(limit.refused).toBeGreaterThan(0);
    expect(limit.refused).toBeLessThanOrEqual(6);
    expect(failures(going)).toHaveLength(limit.refused);
  });

  it('comes to a Discord webhook in order, and never too fast', async () => {
    const limit = new Limit(40, 60);
    const server = await sink(discordServer(limit));
    const going = run({ discord_configs: [{ webhook_url: server.url(), message: '{{ .GroupLabels.name }}' }] });
    await going.fire(names);
    await until(() => limit.taken.length >= names.length);
    expect(limit.taken).toEqual(names);
    expect(limit.refused).toBe(0);
  });
});

describe('an integration that wants no more', () => {
  it('holds nobody else up', async () => {
    const slack = await sink({ status: 429, headers: { 'retry-after': '30' } });
    const hook = await sink({ status: 200 });
    const going = run({ slack_configs: [{ api_url: slack.url() }], webhook_configs: [{ url: hook.url() }] });
    await going.fire(names.slice(0, 200));
    // The outcomes, and not the requests: a request that has come is still under way.
    await until(() => going.outcomes.length === 201);
    expect(hook.requests.length).toBe(200);
    expect(slack.requests.length).toBe(1);
    expect(going.deliverer.underway()).toBe(199);
  });

  it('is waited for until the deadline, and no longer', async () => {
    const hook = await sink({ status: 429, headers: { 'retry-after': '45' }, body: 'not now' });
    const going = run({ webhook_configs: [{ url: hook.url() }] }, { concurrency: 2 });
    const late: Delivery[] = [];
    const delivery = (groupKey: string, leftMs: number): Delivery => ({
      ...{ receiver: 'r', integration: 'webhook', index: 0, groupKey, attempt: late.length + 1, tries: 1 },
      ...{ reason: 'first notification', groupLabels: {}, routeLabels: {}, at: Date.now(), alerts: [] },
      deadlineAt: Date.now() + leftMs,
    });
    going.deliverer.send(delivery('a', 60_000));
    await until(() => going.outcomes.length === 1);
    going.deliverer.send(delivery('b', 60_000));
    going.deliverer.send(delivery('c', 80));
    await until(() => going.outcomes.length === 2);
    expect(going.outcomes[1]).toMatchObject({
      delivery: { groupKey: 'c' },
      outcome: {
        ok: false,
        retry: true,
        reason: 'contextDeadlineExceeded',
        message: 'the deadline passed before its turn came',
      },
    });
    expect(hook.requests.length).toBe(1);
    expect(going.deliverer.underway()).toBe(1);
  });

  it('is asked again, in many at once where the type has no order', async () => {
    let refusing = true;
    const hook = await sink(() => (refusing ? { status: 429, headers: { 'retry-after': '1' } } : {}));
    const going = run({ webhook_configs: [{ url: hook.url() }] });
    await going.fire(names.slice(0, 100));
    await until(() => going.outcomes.length >= 50);
    expect(hook.requests.length).toBe(50);
    refusing = false;
    await until(() => going.outcomes.filter(({ outcome }) => outcome.ok).length === 100);
    expect(failures(going)).toHaveLength(50);
  });
});

describe('one message at a time', () => {
  it('is what Slack, Discord and Rocket.Chat get', () => {
    expect(['slack', 'discord', 'rocketchat', 'webhook', 'pagerduty'].map(concurrentOf)).toEqual([
      ...[1, 1, 1],
      ...[undefined, undefined],
    ]);
  });

  it('does not mean that one that gets no answer holds up the others', async () => {
    const server = await sink(({ body }) => (body.includes('n0') ? { afterMs: 60_000 } : { body: 'ok' }));
    const going = run({ slack_configs: [{ api_url: server.url(), text: '{{ .GroupLabels.name }}' }] });
    await going.fire(['n0', 'n1', 'n2']);
    await until(() => server.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.requests.length).toBe(1);
    await until(() => going.outcomes.length === 2);
    expect(going.outcomes.map(({ delivery }) => delivery.groupLabels['name'])).toEqual(['n1', 'n2']);
  });
});

describe('what takes long to render', () => {
  it('leaves the process time for all else, and every integration its turn', async () => {
    const receivers = { webhook_configs: [{ url: 'http://a' }], pagerduty_configs: [{ routing_key: 'k' }] };
    const config = testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', ...receivers }] }));
    const begun: string[] = [];
    const deliverer = new Deliverer(
      () => ({ config, templates: defaultTemplates() }),
      async ({ type }, { groupKey }) => {
        begun.push(`${type} ${groupKey}`);
        const until = performance.now() + 20;
        while (performance.now() < until);
        return { ok: true };
      },
      () => {},
      { attempted: () => {}, routeLabelFailed: () => {} },
      { externalURL: () => '', concurrency: 50, concurrentOf },
    );
    closing.push({ close: () => deliverer.stop(0) });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const keys = names.slice(0, 20);
    for (const integration of ['webhook', 'pagerduty']) {
      for (const groupKey of keys) {
        const target = { receiver: 'r', integration, index: 0, groupKey, groupLabels: {}, routeLabels: {}, alerts: [] };
        const times = { attempt: 1, tries: 1, at: Date.now(), deadlineAt: Date.now() + HANGING_MS };
        deliverer.send({ ...target, ...times, reason: 'first notification' });
      }
    }
    expect(begun.length).toBeLessThan(5);
    await until(() => begun.length === 40);
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(begun.findIndex((one) => one.startsWith('pagerduty'))).toBeLessThan(10);
    for (const type of ['webhook', 'pagerduty']) {
      expect(begun.filter((one) => one.startsWith(type))).toEqual(keys.map((key) => `${type} ${key}`));
    }
    await until(() => deliverer.underway() === 0);
  });
});
