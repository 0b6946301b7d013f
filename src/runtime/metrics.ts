// What the server counts about itself, under Alertmanager's metric names where it has them and `tocsin_` for the rest.
// The only module that knows the metrics library: the loop, the deliverer and the HTTP side call plain methods.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, Summary } from 'prom-client';
import type { Attempt } from '../engine/types.ts';
import type { FailureReason, Outcome } from '../model/notification.ts';
import { type MetricsSources, registerGauges } from './metrics-gauges.ts';

export interface MetricsOptions {
  /** `--enable-feature=receiver-name-in-metrics`: notifications are counted per receiver too. */
  readonly receiverNames: boolean;
  /** `--enable-feature=alert-names-in-metrics`: dropped alerts are counted per alertname. */
  readonly alertNames: boolean;
  /** The types of receivers that there are. */
  readonly integrations: readonly string[];
  /** Whether to add the `process_` and `nodejs_` metrics. */
  readonly process: boolean;
}

export type SuppressedReason = 'silence' | 'inhibition' | 'mute_time_interval' | 'active_time_interval';

/** Milliseconds go in, seconds come out, as Prometheus wants them. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #registry = new Registry();
  readonly #received: Counter<'status' | 'version'>;
  readonly #invalid: Counter<'version'>;
  readonly #limited: Counter<'alertname'>;
  readonly #notifications: Counter<string>;
  readonly #notificationsFailed: Counter<string>;
  readonly #requests: Counter<string>;
  readonly #requestsFailed: Counter<string>;
  readonly #latency: Histogram<string>;
  readonly #suppressed: Counter<'reason'>;
  readonly #httpDuration: Histogram<'handler' | 'method' | 'code'>;
  readonly #httpSize: Histogram<'handler' | 'method'>;
  readonly #httpInFlight: Gauge<'method'>;
  readonly #httpRefused: Counter<'method'>;
  readonly #ingest: Summary;
  readonly #step: Histogram;
  readonly #commit: Histogram;
  readonly #commitFailures: Counter;
  readonly #written: Counter;
  readonly #reloadOk: Gauge;
  readonly #reloadAt: Gauge;

  constructor(options: MetricsOptions) {
    this.#options = options;
    const registers = [this.#registry];
    const perIntegration = options.receiverNames ? ['integration', 'receiver_name'] : ['integration'];
    const counter = <T extends string>(name: string, help: string, labelNames: T[]): Counter<T> =>
      new Counter({ name, help, labelNames, registers });
    this.#received = counter('alertmanager_alerts_received_total', 'The total number of received alerts.', [
      'status',
      'version',
    ]);
    this.#invalid = counter('alertmanager_alerts_invalid_total', 'The total number of invalid alerts received.', [
      'version',
    ]);
    this.#limited = counter(
      'alertmanager_alerts_limited_total',
      'Alerts that were dropped because their alertname had reached its limit.',
      options.alertNames ? ['alertname'] : [],
    );
    this.#notifications = counter(
      'alertmanager_notifications_total',
      'The total number of attempted notifications.',
      perIntegration,
    );
    this.#notificationsFailed = counter(
      'alertmanager_notifications_failed_total',
      'The total number of failed notifications.',
      [...perIntegration, 'reason'],
    );
    this.#requests = counter(
      'alertmanager_notification_requests_total',
      'The total number of attempts to send a notification.',
      perIntegration,
    );
    this.#requestsFailed = counter(
      'alertmanager_notification_requests_failed_total',
      'The total number of failed attempts to send a notification.',
      perIntegration,
    );
    this.#latency = new Histogram({
      name: 'alertmanager_notification_latency_seconds',
      help: 'How long attempts to send a notification took.',
      labelNames: perIntegration,
      buckets: [1, 5, 10, 15, 20],
      registers,
    });
    this.#suppressed = counter(
      'alertmanager_notifications_suppressed_total',
      'Alerts that were left out of notifications because they were silenced, inhibited or muted by a time interval.',
      ['reason'],
    );
    this.#httpDuration = new Histogram({
      name: 'alertmanager_http_request_duration_seconds',
      help: 'How long HTTP requests took.',
      labelNames: ['handler', 'method', 'code'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#httpSize = new Histogram({
      name: 'alertmanager_http_response_size_bytes',
      help: 'The size of HTTP responses.',
      labelNames: ['handler', 'method'],
      buckets: [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
      registers,
    });
    this.#httpInFlight = new Gauge({
      name: 'alertmanager_http_requests_in_flight',
      help: 'GET requests that are being served.',
      labelNames: ['method'],
      registers,
    });
    this.#httpRefused = counter(
      'alertmanager_http_concurrency_limit_exceeded_total',
      'Requests that were refused because too many were being served.',
      ['method'],
    );
    this.#ingest = new Summary({
      name: 'alertmanager_dispatcher_alert_processing_duration_seconds',
      help: 'How long the engine took to take in a batch of alerts.',
      percentiles: [],
      registers,
    });
    const quick = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
    const histogram = (name: string, help: string): Histogram =>
      new Histogram({ name, help, buckets: quick, registers });
    this.#step = histogram('tocsin_engine_step_duration_seconds', 'How long steps of the engine took.');
    this.#commit = histogram('tocsin_store_commit_duration_seconds', 'How long commits to the store took.');
    this.#commitFailures = counter('tocsin_store_commit_failures_total', 'Commits that the store refused.', []);
    this.#written = counter('tocsin_store_writes_total', 'Writes that were committed to the store.', []);
    this.#reloadOk = new Gauge({
      name: 'alertmanager_config_last_reload_successful',
      help: 'Whether the last attempt to load the configuration was successful.',
      registers,
    });
    this.#reloadAt = new Gauge({
      name: 'alertmanager_config_last_reload_success_timestamp_seconds',
      help: 'When the configuration was last loaded successfully.',
      registers,
    });
    this.#showZeros();
    if (options.process) collectDefaultMetrics({ register: this.#registry });
  }

  /** Adds the metrics that are read off the present state. To be called once, when there is a state. */
  watch(sources: MetricsSources): void {
    registerGauges(this.#registry, sources);
  }

  /** Alerts that were posted, valid or not. */
  alertsReceived(firing: number, resolved: number): void {
    if (firing > 0) this.#received.inc({ status: 'firing', version: 'v2' }, firing);
    if (resolved > 0) this.#received.inc({ status: 'resolved', version: 'v2' }, resolved);
  }

  alertsInvalid(n: number): void {
    this.#invalid.inc({ version: 'v2' }, n);
  }

  /** An alert was dropped because its alertname has reached its limit. */
  alertLimited(alertname: string): void {
    this.#limited.inc(this.#options.alertNames ? { alertname } : {});
  }

  /** One attempt to send ended, after `tookMs`. */
  attempted(attempt: Attempt, tookMs: number): void {
    const labels = this.#labels(attempt.integration, attempt.receiver);
    if (attempt.tries === 1) this.#notifications.inc(labels);
    this.#requests.inc(labels);
    this.#latency.observe(labels, tookMs / 1000);
    if (attempt.outcome.ok) return;
    this.#requestsFailed.inc(labels);
    if (attempt.final) this.#notificationsFailed.inc({ ...labels, reason: attempt.outcome.reason });
  }

  /** That many alerts were left out of a notification. */
  suppressed(reason: SuppressedReason, alerts: number): void {
    this.#suppressed.inc({ reason }, alerts);
  }

  /** The engine took a step; `alerts` says whether it took in alerts. */
  stepped(alerts: boolean, tookMs: number): void {
    this.#step.observe(tookMs / 1000);
    if (alerts) this.#ingest.observe(tookMs / 1000);
  }

  committed(writes: number, tookMs: number): void {
    this.#written.inc(writes);
    this.#commit.observe(tookMs / 1000);
  }

  commitFailed(): void {
    this.#commitFailures.inc();
  }

  /** The configuration was read, or could not be, at that instant. */
  configLoaded(ok: boolean, at: number): void {
    this.#reloadOk.set(ok ? 1 : 0);
    if (ok) this.#reloadAt.set(at / 1000);
  }

  /** A request was answered. `handler` is the route, never the path that was asked for. */
  httpServed(handler: string, method: string, code: number, tookMs: number): void {
    this.#httpDuration.observe({ handler, method, code: String(code) }, tookMs / 1000);
  }

  httpSize(handler: string, method: string, bytes: number): void {
    this.#httpSize.observe({ handler, method }, bytes);
  }

  httpInFlight(change: 1 | -1): void {
    this.#httpInFlight.inc({ method: 'get' }, change);
  }

  httpRefused(): void {
    this.#httpRefused.inc({ method: 'get' });
  }

  /** Everything in Prometheus's text format, and its content type. */
  async exposition(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  #labels(integration: string, receiver: string): Record<string, string> {
    return this.#options.receiverNames ? { integration, receiver_name: receiver } : { integration };
  }

  /** Series that are there from the start, so that a rate can be taken of the first event. */
  #showZeros(): void {
    for (const status of ['firing', 'resolved']) this.#received.inc({ status, version: 'v2' }, 0);
    this.#invalid.inc({ version: 'v2' }, 0);
    this.#httpInFlight.set({ method: 'get' }, 0);
    this.#httpRefused.inc({ method: 'get' }, 0);
    if (this.#options.receiverNames) return;
    for (const integration of this.#options.integrations) {
      this.#notifications.inc({ integration }, 0);
      this.#requests.inc({ integration }, 0);
      this.#requestsFailed.inc({ integration }, 0);
      this.#latency.zero({ integration });
      for (const reason of FAILURE_REASONS) this.#notificationsFailed.inc({ integration, reason }, 0);
    }
  }
}

const FAILURE_REASONS = [
  'other',
  'clientError',
  'serverError',
  'contextCanceled',
  'contextDeadlineExceeded',
  'authError',
  'rateLimited',
] as const satisfies readonly FailureReason[];

// A reason that is added to the type must be added to the list.
type Listed = (typeof FAILURE_REASONS)[number];
type Reason = Extract<Outcome, { ok: false }>['reason'];
const everyReasonIsListed: Reason extends Listed ? true : never = true;
void everyReasonIsListed;
