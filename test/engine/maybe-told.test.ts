import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Delivery, Ready, Snapshot, Write } from '../../src/engine/types.ts';
import { fingerprint } from '../../src/model/labels.ts';
import type { Outcome } from '../../src/model/notification.ts';
import { Kept } from '../../src/store/kept.ts';
import { testConfig } from '../support/config.ts';

const config = testConfig(
  JSON.stringify({
    route: { receiver: 'r', group_wait: '0s', group_interval: '1m' },
    receivers: [{ name: 'r', webhook_configs: [{ url: 'http://a' }] }],
  }),
);
const labels = { alertname: 'Down' };
const alertAt = (at: number, endsAt: number) => ({
  fingerprint: fingerprint(labels),
  labels,
  annotations: {},
  generatorURL: '',
  startsAt: 1000,
  endsAt,
  updatedAt: at,
  timeout: false,
});
const failed = (more: object = {}): Outcome => ({ ok: false, retry: false, reason: 'other', message: 'no', ...more });

/** Fires, fails so, and is over: what is told then. */
function afterwards(outcome: Outcome): readonly Delivery[] {
  const engine = new Engine(config, 0);
  const told = (ready: Ready) => ready.sends;
  engine.step(1000, { type: 'alerts', alerts: [alertAt(1000, 3_600_000)] });
  const [first] = told(engine.step(1000, { type: 'tick' }));
  const attempt = (first ?? { attempt: 1 }).attempt;
  engine.step(2000, { type: 'sent', attempt, outcome });
  engine.step(3000, { type: 'alerts', alerts: [alertAt(3000, 3000)] });
  return told(engine.step(70_000, { type: 'tick' }));
}

describe('the end of what perhaps nobody was told', () => {
  it('is told when somebody may have been', () => {
    expect(afterwards(failed({ maybeTold: true }))).toMatchObject([
      { reason: 'all alerts resolved', alerts: [{ status: 'resolved' }] },
    ]);
  });

  it('is not told when nobody was', () => {
    expect(afterwards(failed())).toEqual([]);
  });
});

it('is remembered over a restart', () => {
  const engine = new Engine(config, 0);
  const writes = [
    ...engine.step(1000, { type: 'alerts', alerts: [alertAt(1000, 3_600_000)] }).writes,
    ...engine.step(2000, { type: 'sent', attempt: 1, outcome: failed({ maybeTold: true }) }).writes,
  ];
  const groups = writes.flatMap((write) => (write.type === 'group' ? [write.group] : []));
  const snapshot: Snapshot = {
    alerts: [alertAt(3000, 3000)],
    silences: [],
    groups: groups.slice(-1),
    log: [],
    at: 4000,
  };
  const next = new Engine(config, 5000, snapshot);
  expect(next.step(70_000, { type: 'tick' }).sends).toMatchObject([{ reason: 'all alerts resolved' }]);
});

describe('an end that perhaps nobody heard of', () => {
  const doubtful = (outcome: Outcome) => {
    const engine = new Engine(config, 0);
    engine.step(1000, { type: 'alerts', alerts: [alertAt(1000, 3_600_000)] });
    const writes: Write[] = [];
    const sent = (at: number, attempt: number, answer: Outcome) => {
      writes.push(...engine.step(at, { type: 'sent', attempt, outcome: answer }).writes);
    };
    sent(2000, 1, { ok: true });
    engine.step(3000, { type: 'alerts', alerts: [alertAt(3000, 3000)] });
    const [end] = engine.step(61_000, { type: 'tick' }).sends;
    sent(62_000, (end ?? { attempt: 0 }).attempt, outcome);
    writes.push(...engine.step(63_000, { type: 'alerts', alerts: [alertAt(63_000, 3_600_000)] }).writes);
    return { engine, writes };
  };

  it('is taken back when the alert fires again', () => {
    const { engine } = doubtful(failed({ maybeTold: true }));
    expect(engine.step(130_000, { type: 'tick' }).sends).toMatchObject([
      { reason: 'new alerts added', alerts: [{ status: 'firing' }] },
    ]);
  });

  it('is nothing to take back when nobody heard of it', () => {
    const { engine } = doubtful(failed());
    expect(engine.step(130_000, { type: 'tick' }).sends).toEqual([]);
  });

  it('is remembered over a restart', () => {
    const { writes } = doubtful(failed({ maybeTold: true }));
    const kept = new Kept();
    for (const write of writes) kept.apply(write);
    expect(kept.log.size).toBe(1);
    const next = new Engine(config, 70_000, kept.snapshot(64_000));
    expect(next.step(130_000, { type: 'tick' }).sends).toMatchObject([{ reason: 'new alerts added' }]);
  });
});

describe('what perhaps the receiver before a reload was told', () => {
  const other = testConfig(
    JSON.stringify({
      route: { receiver: 's', group_wait: '0s', group_interval: '1m' },
      receivers: [{ name: 's', webhook_configs: [{ url: 'http://b' }] }],
    }),
  );
  const firing = (): Engine => {
    const engine = new Engine(config, 0);
    engine.step(1000, { type: 'alerts', alerts: [alertAt(1000, 3_600_000)] });
    return engine;
  };

  it('does not end at the one after it', () => {
    const engine = firing();
    engine.step(2000, { type: 'sent', attempt: 1, outcome: failed({ maybeTold: true }) });
    engine.step(3000, { type: 'alerts', alerts: [alertAt(3000, 3000)] });
    const reloaded = engine.step(4000, { type: 'config', config: other });
    expect(reloaded.writes.filter(({ type }) => type === 'group')).toMatchObject([{ group: { telling: {} } }]);
    const sends = [...reloaded.sends, ...engine.step(130_000, { type: 'tick' }).sends];
    expect(sends).toEqual([]);
  });

  it('comes out too late to be taken for what the one after it is told', () => {
    const engine = firing();
    const [now] = [
      ...engine.step(4000, { type: 'config', config: other }).sends,
      ...engine.step(4000, { type: 'tick' }).sends,
    ];
    expect(now).toMatchObject({ receiver: 's', reason: 'first notification' });
    engine.step(5000, { type: 'sent', attempt: 1, outcome: failed({ maybeTold: true }) });
    const { writes } = engine.step(6000, { type: 'sent', attempt: now!.attempt, outcome: failed() });
    expect(writes.filter(({ type }) => type === 'group')).toMatchObject([{ group: { telling: {} } }]);
    engine.step(7000, { type: 'alerts', alerts: [alertAt(7000, 7000)] });
    expect(engine.step(130_000, { type: 'tick' }).sends).toEqual([]);
  });
});
