import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/engine/types.ts';
import type { Outcome } from '../../src/model/notification.ts';
import { Metrics } from '../../src/runtime/metrics.ts';
import type { MetricsSources } from '../../src/runtime/metrics-gauges.ts';
import { NOW, TestState } from './server.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics({
    receiverNames: false,
    alertNames: false,
    integrations: ['slack', 'webhook'],
    process: false,
  });
});

async function series(from = metrics): Promise<Map<string, number>> {
  const { text } = await from.exposition();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

function attempt(tries: number, outcome: Outcome, final: boolean): Attempt {
  const target = { groupKey: '{}', receiver: 'team', integration: 'slack', index: 0 };
  return { ...target, attempt: 1, tries, reason: 'first notification', startedAt: NOW, outcome, final };
}

const FAILED: Outcome = { ok: false, retry: true, reason: 'serverError', message: '500' };

describe('Metrics', () => {
  it('counts notifications once and each attempt to send them', async () => {
    metrics.attempted(attempt(1, FAILED, false), 100);
    metrics.attempted(attempt(2, FAILED, false), 100);
    metrics.attempted(attempt(3, { ok: true }, true), 2000);
    metrics.attempted(attempt(1, { ...FAILED, reason: 'rateLimited' }, true), 100);
    const found = await series();
    expect(found.get('alertmanager_notifications_total{integration="slack"}')).toBe(2);
    expect(found.get('alertmanager_notification_requests_total{integration="slack"}')).toBe(4);
    expect(found.get('alertmanager_notification_requests_failed_total{integration="slack"}')).toBe(3);
    expect(found.get('alertmanager_notifications_failed_total{integration="slack",reason="rateLimited"}')).toBe(1);
    expect(found.get('alertmanager_notifications_failed_total{integration="slack",reason="serverError"}')).toBe(0);
    expect(found.get('alertmanager_notification_latency_seconds_bucket{le="1",integration="slack"}')).toBe(3);
    expect(found.get('alertmanager_notification_latency_seconds_count{integration="slack"}')).toBe(4);
    expect(found.get('alertmanager_notification_latency_seconds_count{integration="webhook"}')).toBe(0);
  });

  it('names receivers when asked to', async () => {
    const named = new Metrics({ receiverNames: true, alertNames: true, integrations: ['slack'], process: false });
    named.attempted(attempt(1, { ok: true }, true), 1);
    named.alertLimited('Down');
    const found = await series(named);
    expect(found.get('alertmanager_notifications_total{integration="slack",receiver_name="team"}')).toBe(1);
    expect(found.get('alertmanager_alerts_limited_total{alertname="Down"}')).toBe(1);
  });

  it('counts what the loop and the store do, in seconds', async () => {
    metrics.stepped(true, 20);
    metrics.stepped(false, 20);
    metrics.committed(7, 500);
    metrics.commitFailed();
    metrics.suppressed('silence', 3);
    metrics.alertLimited('Down');
    metrics.configLoaded(true, NOW);
    metrics.configLoaded(false, NOW + 1000);
    const found = await series();
    expect(found.get('alertmanager_dispatcher_alert_processing_duration_seconds_sum')).toBe(0.02);
    expect(found.get('alertmanager_dispatcher_alert_processing_duration_seconds_count')).toBe(1);
    expect(found.get('tocsin_engine_step_duration_seconds_count')).toBe(2);
    expect(found.get('tocsin_store_commit_duration_seconds_sum')).toBe(0.5);
    expect(found.get('tocsin_store_writes_total')).toBe(7);
    expect(found.get('tocsin_store_commit_failures_total')).toBe(1);
    expect(found.get('alertmanager_notifications_suppressed_total{reason="silence"}')).toBe(3);
    expect(found.get('alertmanager_alerts_limited_total')).toBe(1);
    expect(found.get('alertmanager_config_last_reload_successful')).toBe(0);
    expect(found.get('alertmanager_config_last_reload_success_timestamp_seconds')).toBe(NOW / 1000);
  });

  it('reads the rest off the present state', async () => {
    const state = new TestState();
    metrics.watch(sources(state));
    const alert = (labels: Record<string, string>, endsAt: number): object => ({
      fingerprint: JSON.stringify(labels),
      labels,
      annotations: {},
      generatorURL: '',
      startsAt: NOW,
      endsAt,
      updatedAt: NOW,
      timeout: false,
    });
    await state.submitAlerts([
      alert({ a: '1', severity: 'critical' }, NOW + 1000),
      alert({ a: '2', severity: 'warning' }, NOW + 1000),
      alert({ a: '3' }, NOW + 10),
    ] as Parameters<typeof state.submitAlerts>[0]);
    const silence = { matcherSets: [], updatedAt: NOW, createdBy: '', comment: '', annotations: {} };
    await state.submitSilences([
      { ...silence, id: 'a', startsAt: NOW, endsAt: NOW + 1000 },
      { ...silence, id: 'b', startsAt: NOW + 500, endsAt: NOW + 1000 },
      { ...silence, id: 'c', startsAt: NOW, endsAt: NOW + 10 },
    ]);
    state.time = NOW + 100;
    const found = await series();
    const expected: Record<string, number> = {
      'alertmanager_alerts{state="active"}': 1,
      'alertmanager_alerts{state="suppressed"}': 1,
      'alertmanager_alerts{state="unprocessed"}': 0,
      'alertmanager_silences{state="active"}': 1,
      'alertmanager_silences{state="pending"}': 1,
      'alertmanager_silences{state="expired"}': 1,
      alertmanager_alerts_per_alert_limit: 5,
      alertmanager_dispatcher_aggregation_groups: 1,
      alertmanager_receivers: 3,
      alertmanager_integrations: 0,
      alertmanager_inhibition_rules: 1,
      alertmanager_cluster_enabled: 1,
      alertmanager_cluster_members: 1,
      alertmanager_cluster_failed_peers: 0,
      alertmanager_peer_position: 0,
      'alertmanager_cluster_peer_info{peer="01"}': 1,
      'alertmanager_build_info{version="0.34.0",branch="b"}': 1,
      tocsin_store_backlog_writes: 4,
      tocsin_store_size_bytes: 4096,
    };
    for (const [name, value] of Object.entries(expected)) expect([name, found.get(name)]).toEqual([name, value]);
    expect(found.get('alertmanager_config_hash')).toBe(Number.parseInt(state.config().hash.slice(0, 12), 16));
  });

  it('shows the process when asked to', async () => {
    const all = new Metrics({ receiverNames: false, alertNames: false, integrations: [], process: true });
    const names = [...(await series(all)).keys()];
    for (const name of ['process_start_time_seconds', 'process_resident_memory_bytes', 'process_cpu_seconds_total']) {
      expect(names).toContain(name);
    }
    expect(names.some((name) => name.startsWith('nodejs_'))).toBe(true);
  });
});

function sources(state: TestState): MetricsSources {
  return {
    now: state.now,
    config: state.config,
    alerts: state.alerts,
    alertStatus: state.alertStatus,
    silences: state.silences,
    groupCount: () => state.engine.view.groupCount(),
    backlog: () => 4,
    storeBytes: () => Promise.resolve(4096),
    perAlertnameLimit: 5,
    cluster: { enabled: true, peer: '01' },
    build: { version: '0.34.0', branch: 'b' },
  };
}
