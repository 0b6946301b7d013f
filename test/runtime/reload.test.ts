// A reload while deliveries are under way: who mends a receiver need not wait for what the broken one owes an answer.

import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/model/config.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { sameSettings } from '../../src/runtime/same-settings.ts';
import { testConfig } from '../support/config.ts';
import { startDelivering } from '../support/delivering.ts';
import { HttpSink, type SinkAnswer } from '../support/http-sink.ts';

const closing: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
  await closeConnections();
});

async function sink(answer: SinkAnswer): Promise<HttpSink> {
  const started = await HttpSink.start(answer);
  closing.push(started);
  return started;
}

const configOf = (receivers: Readonly<Record<string, readonly object[]>>): Config =>
  testConfig(
    JSON.stringify({
      route: {
        receiver: 'none',
        group_by: ['...'],
        group_wait: '0s',
        group_interval: '1h',
        routes: Object.keys(receivers).map((name) => ({ receiver: name, matchers: [`to="${name}"`] })),
      },
      receivers: [
        { name: 'none' },
        ...Object.entries(receivers).map(([name, webhook_configs]) => ({ name, webhook_configs })),
      ],
    }),
  );

function run(receivers: Readonly<Record<string, readonly object[]>>, concurrency = 50, slowMs = 30) {
  const going = startDelivering(configOf(receivers), { concurrency, slowMs });
  closing.push(going);
  return {
    ...going,
    fire: (to: string, name = 'a') => going.fire([{ alertname: 'Down', to, name }]),
    reload: (next: Readonly<Record<string, readonly object[]>>) => going.reload(configOf(next)),
  };
}

describe('an attempt without an answer', () => {
  const hang: SinkAnswer = { afterMs: 3_600_000 };

  it('is made anew as soon as the integration leads elsewhere', async () => {
    const [broken, mended] = [await sink(hang), await sink({})];
    const going = run({ r: [{ url: broken.url() }] });
    await going.fire('r');
    await broken.arrived(1);
    await going.reload({ r: [{ url: mended.url() }] });
    await mended.arrived(1);
    expect(going.outcomes[0]?.outcome).toEqual({
      ok: false,
      retry: true,
      reason: 'contextCanceled',
      message: 'there was no answer by when a reload changed the integration',
      maybeTold: true,
    });
    expect(broken.requests).toHaveLength(1);
  });

  it('goes on where the integration is what it was', async () => {
    const [slow, other] = [await sink({ afterMs: 150 }), await sink({})];
    const going = run({ r: [{ url: slow.url() }], other: [{ url: slow.url('/x') }] });
    await going.fire('r');
    await slow.arrived(1);
    await going.reload({ r: [{ url: slow.url() }], other: [{ url: other.url() }] });
    while (going.outcomes.length === 0) await new Promise((wake) => setTimeout(wake, 5));
    expect(going.outcomes[0]?.outcome).toEqual({ ok: true });
    expect(slow.requests).toHaveLength(1);
  });

  it('may still get one that comes soon', async () => {
    const [slow, other] = [await sink({ afterMs: 10 }), await sink({})];
    const going = run({ r: [{ url: slow.url() }] }, 50, 60_000);
    await going.fire('r');
    await slow.arrived(1);
    await going.reload({ r: [{ url: other.url() }] });
    while (going.outcomes.length === 0) await new Promise((wake) => setTimeout(wake, 5));
    expect(going.outcomes[0]?.outcome).toEqual({ ok: true });
    expect(other.requests).toHaveLength(0);
  });

  it('is not made anew where the integration is gone, and takes nobody’s place', async () => {
    const broken = await sink(hang);
    const going = run({ r: [{ url: broken.url() }] }, 1);
    await going.fire('r');
    await going.fire('r', 'b');
    await broken.arrived(1);
    await going.reload({});
    while (going.deliverer.underway() > 0) await new Promise((wake) => setTimeout(wake, 5));
    expect(broken.requests).toHaveLength(1);
    expect(going.outcomes.map(({ outcome }) => outcome)).toMatchObject([
      { message: 'there was no answer by when a reload changed the integration' },
      { message: 'the integration is gone from the configuration' },
    ]);
  });
});

it('who wants no more does not hold back those who take its place', async () => {
  const [limited, mended] = [await sink({ status: 429, headers: { 'retry-after': '50' } }), await sink({})];
  const going = run({ r: [{ url: limited.url() }] }, 1);
  await going.fire('r');
  await limited.arrived(1);
  await going.fire('r', 'b');
  await going.reload({ r: [{ url: mended.url() }] });
  await mended.arrived(1);
  expect(JSON.parse(mended.requests[0]?.body ?? '')).toMatchObject({ commonLabels: { name: 'b' } });
  expect(limited.requests).toHaveLength(1);
});

it('a Retry-After of years counts as a quarter of an hour', async () => {
  for (const [header, counts] of [
    ['900000000', 900_000],
    ['Wed, 21 Oct 2099 07:28:00 GMT', 900_000],
    ['600', 600_000],
  ] as const) {
    const limited = await sink({ status: 429, headers: { 'retry-after': header } });
    const going = run({ r: [{ url: limited.url() }] });
    await going.fire('r');
    while (going.outcomes.length === 0) await new Promise((wake) => setTimeout(wake, 5));
    expect(going.outcomes[0]?.outcome).toMatchObject({ retryAfterMs: counts });
  }
});

it('settings are the same with the same secrets, and with no others', () => {
  const settings = (secret: string, more: object = {}) => ({
    url: new Secret(secret),
    list: [1, { a: undefined }],
    ...more,
  });
  expect(sameSettings(settings('s'), settings('s'))).toBe(true);
  for (const other of [
    settings('t'),
    settings('s', { b: 1 }),
    settings('s', { list: [1] }),
    { ...settings('s'), url: 's' },
    undefined,
    null,
  ]) {
    expect(sameSettings(settings('s'), other)).toBe(false);
    expect(sameSettings(other, settings('s'))).toBe(false);
  }
});

it('what has no answer when the server stops is ended with the grace, in order to be told after the start', async () => {
  const hanging = await sink({ afterMs: 3_600_000 });
  const going = run({ r: [{ url: hanging.url() }] });
  await going.fire('r');
  await hanging.arrived(1);
  const start = performance.now();
  await going.deliverer.stop(20);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(going.outcomes.map(({ outcome }) => outcome)).toEqual([
    { ok: false, retry: true, reason: 'contextCanceled', message: 'the attempt was cancelled', maybeTold: true },
  ]);
});
