import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Delivery, Write } from '../../src/engine/types.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Config } from '../../src/model/config.ts';
import { fingerprint, type LabelSet } from '../../src/model/labels.ts';
import { Loop, type LoopEvents, StoreUnavailable } from '../../src/runtime/loop.ts';
import type { Store } from '../../src/store/store.ts';

const config: Config = {
  resolveTimeoutMs: 300_000,
  route: {
    receiver: 'r',
    groupBy: [],
    groupByAll: false,
    groupWaitMs: 20,
    groupIntervalMs: 60_000,
    repeatIntervalMs: 3_600_000,
    matchers: [],
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    labels: {},
    routes: [],
  },
  receivers: [
    { name: 'r', labels: {}, integrations: [{ type: 'webhook', index: 0, sendResolved: true, settings: {} }] },
  ],
  inhibitRules: [],
  timeIntervals: new Map(),
  templates: [],
  original: '',
  hash: '',
};

/** A store whose commits end when and how the test says. */
class SlowStore implements Store {
  readonly commits: { readonly writes: readonly Write[]; end(error?: Error): void }[] = [];
  /** While set, commits end at once with it, or well with `null`. */
  always: Error | null | undefined = undefined;

  commit(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.commits.push({ writes, end });
      if (this.always !== undefined) end(this.always ?? undefined);
    });
  }
  load(): never {
    throw new Error('not used');
  }
  history(): never {
    throw new Error('not used');
  }
  prune(): Promise<number> {
    return Promise.resolve(0);
  }
  stats(): never {
    throw new Error('not used');
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function setUp(patienceMs = 5_000): { store: SlowStore; loop: Loop; sends: Delivery[]; log: string[] } {
  const store = new SlowStore();
  const sends: Delivery[] = [];
  const log: string[] = [];
  const events: LoopEvents = {
    send: (delivery) => sends.push(delivery),
    stepped: () => {},
    committed: (writes) => log.push(`committed ${writes > 0 ? 'writes' : 'nothing'}`),
    commitFailed: (error) => log.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
    commitRecovered: () => log.push('recovered'),
  };
  const loop = new Loop(new Engine(config, Date.now()), store, events, { patienceMs, retryMs: 30 });
  return { store, loop, sends, log };
}

function alert(labels: LabelSet): Alert {
  const now = Date.now();
  return {
    fingerprint: fingerprint(labels),
    labels,
    annotations: {},
    generatorURL: '',
    startsAt: now,
    endsAt: now + 300_000,
    updatedAt: now,
    timeout: true,
  };
}

const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const alertsOf = (writes: readonly Write[]): string[] =>
  writes.flatMap((w) => (w.type === 'alert' ? [w.alert.labels['alertname']!] : []));

describe('the loop', () => {
  it('answers after the commit, and not before', async () => {
    const { store, loop } = setUp();
    let answered = false;
    const submitted = loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'A' })] }).then(() => {
      answered = true;
    });
    await tick(5);
    expect(answered).toBe(false);
    expect(alertsOf(store.commits[0]!.writes)).toEqual(['A']);
    store.commits[0]!.end();
    await submitted;
    expect(answered).toBe(true);
    store.always = null;
    await loop.stop();
  });

  it('gathers what arrives during a commit into the next one', async () => {
    const { store, loop } = setUp();
    const all = ['A', 'B', 'C'].map((alertname) => loop.submit({ type: 'alerts', alerts: [alert({ alertname })] }));
    expect(store.commits.length).toBe(1);
    store.always = null;
    store.commits[0]!.end();
    await Promise.all(all);
    expect(store.commits.length).toBe(2);
    expect(alertsOf(store.commits[1]!.writes)).toEqual(['B', 'C']);
    await loop.stop();
  });

  it('sends only what is committed', async () => {
    const { store, loop, sends } = setUp();
    void loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'A' })] });
    store.commits[0]!.end();
    await tick(60);
    expect(store.commits.length).toBe(2);
    expect(sends.length).toBe(0);
    store.always = null;
    store.commits[1]!.end();
    await tick(5);
    expect(sends.length).toBe(1);
    await loop.stop();
  });

  it('rejects callers when the store fails, still sends, and tries the writes again before later ones', async () => {
    const { store, loop, sends, log } = setUp();
    store.always = new Error('disk is full');
    await expect(loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'A' })] })).rejects.toThrow(
      StoreUnavailable,
    );
    expect(loop.unready()).toBe('disk is full');
    await tick(120);
    expect(sends.length).toBe(1);
    expect(loop.backlog()).toBeGreaterThan(0);
    store.always = null;
    await tick(80);
    expect(loop.unready()).toBeUndefined();
    expect(log).toContain('recovered');
    expect(alertsOf(store.commits.at(-1)!.writes)).toContain('A');
    expect(loop.backlog()).toBe(0);
    await loop.stop();
  });

  it('does not wait for ever for a store that hangs: callers hear of it, pages go out, also those that come later', async () => {
    const { store, loop, sends } = setUp(60);
    await expect(loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'A' })] })).rejects.toThrow(
      'does not answer',
    );
    await expect(loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'B' })] })).rejects.toThrow(
      StoreUnavailable,
    );
    await tick(30);
    expect(sends.map((s) => s.alerts.length)).toEqual([1]);
    expect(store.commits.length).toBe(1);
    store.always = null;
    store.commits[0]!.end();
    await tick(20);
    expect(loop.unready()).toBeUndefined();
    expect(alertsOf(store.commits[1]!.writes)).toEqual(['B']);
    await loop.stop();
  });

  it('commits what is left when it stops, and refuses what comes after', async () => {
    const { store, loop } = setUp();
    const first = loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'A' })] });
    const second = loop.submit({ type: 'alerts', alerts: [alert({ alertname: 'B' })] });
    const stopped = loop.stop();
    store.always = null;
    store.commits[0]!.end();
    await Promise.all([first, second, stopped]);
    expect(alertsOf(store.commits[1]!.writes)).toEqual(['B']);
    await expect(loop.submit({ type: 'tick' })).rejects.toThrow('stopping');
  });
});
