// Puts the parts together and runs them: store, engine, loop, deliverer, API. Starts them in the order in which they need
// each other, stops them in the other.

import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { Engine } from '../engine/engine.ts';
import { createApp } from '../http/app.ts';
import { type Listening, listen } from '../http/listen.ts';
import { APP_DEFAULTS, type ClusterStatus, type ServerState, type VersionInfo } from '../http/ports.ts';
import { closeConnections } from '../receivers/http.ts';
import { concurrentOf, prepare } from '../receivers/index.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { type Loaded, loadConfiguration } from './configuration.ts';
import { Deliverer } from './deliver.ts';
import { describeFailure, describeSilence, describeSuccess, describeTarget } from './describe.ts';
import type { Flags } from './flags.ts';
import { InForce } from './in-force.ts';
import { importAdvice } from './left-behind.ts';
import type { Logger } from './log.ts';
import { Loop, type LoopEvents } from './loop.ts';
import { Metrics } from './metrics.ts';
import { groupRouteLabels } from './route-labels.ts';
import { TestSender } from './test-send.ts';

/** How long requests and sends that are under way may take to end when the server stops, milliseconds. */
const STOP_GRACE_MS = 5_000;
/** How often history that is past its retention is looked for, milliseconds. */
const PRUNE_MS = 3_600_000;
/** The most that is read of a file that holds a secret, bytes. */
const SECRET_FILE_BYTES = 1024 * 1024;
/** Attempts of one integration that may be under way at once. */
const SENDS_AT_ONCE = 50;

/** Every type that Alertmanager counts from the start: dashboards and alerts refer to them. */
const INTEGRATIONS =
  'discord email incidentio jira mattermost msteams msteamsv2 opsgenie pagerduty pushover rocketchat slack sns telegram victorops webex webhook wechat'.split(
    ' ',
  );

export interface Running {
  /** Where it listens, as Go writes addresses. */
  readonly addresses: readonly string[];
  /** Rejects when the configuration cannot be used; the old one stays in force. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the server. Rejects with an error for the operator when the configuration, the store or an address is not to be had. */
export async function startServer(flags: Flags, version: VersionInfo, log: Logger): Promise<Running> {
  const read = (): Promise<Loaded> => loadConfiguration(flags.configFile, flags.matcherMode, flags);
  const configuration = new InForce(flags.configFile, read, log);
  await configuration.load();
  const advice = importAdvice(flags.storagePath);
  const store = await openSqliteStore(flags.storagePath);
  if (advice !== undefined) log.warn(advice.message, { run: advice.run });
  try {
    return await new Server(flags, version, log, configuration, store).start();
  } catch (error) {
    await store.close();
    throw error;
  }
}

class Server {
  private readonly flags: Flags;
  private readonly version: VersionInfo;
  private readonly log: Logger;
  private readonly configuration: InForce;
  private readonly store: Store;
  private readonly metrics: Metrics;
  private readonly startedAt = Date.now();
  private readonly cluster: ClusterStatus;
  /** How long each attempt took whose outcome the engine has not taken in yet. */
  private readonly took = new Map<number, number>();
  private readonly tests = new TestSender({
    equipment: () => this.configuration.current(),
    externalURL: () => this.externalURL,
    readFile: readSecretFile,
    log: (level, message, fields) => this.log[level](message, fields),
  });
  private externalURL: string;
  private lastNow = 0;

  constructor(flags: Flags, version: VersionInfo, log: Logger, configuration: InForce, store: Store) {
    this.flags = flags;
    this.version = version;
    this.log = log;
    this.configuration = configuration;
    this.store = store;
    this.externalURL = flags.externalURL;
    this.cluster = clusterStatus(flags);
    this.metrics = new Metrics({
      receiverNames: flags.features.has('receiver-name-in-metrics'),
      alertNames: flags.features.has('alert-names-in-metrics'),
      integrations: INTEGRATIONS,
      process: true,
    });
  }

  async start(): Promise<Running> {
    const { flags, configuration, store, log } = this;
    const engine = new Engine(configuration.current().config, Date.now(), await store.load(), {
      retentionMs: flags.retentionMs,
      notBefore: this.startedAt + flags.startDelayMs,
      perAlertnameLimit: flags.perAlertnameLimit,
    });
    const loop = new Loop(
      engine,
      store,
      this.loopEvents((delivery) => deliverer.send(delivery)),
    );
    const deliverer = this.newDeliverer(loop);
    const state = this.stateOf(engine, loop, deliverer);
    this.watch(engine, loop);
    const listening = await this.listen(state);
    for (const address of listening.addresses) log.info('Listening on', { address });
    if (this.externalURL === '') this.externalURL = `http://${hostname()}${portOf(listening.addresses[0] ?? '')}`;
    loop.start().catch(() => {});
    const pruneTimer = setInterval(() => this.prune(), PRUNE_MS);
    pruneTimer.unref();
    return {
      addresses: listening.addresses,
      reload: () => state.reload(),
      stop: async () => {
        clearInterval(pruneTimer);
        this.tests.stop();
        await listening.close(STOP_GRACE_MS);
        await deliverer.stop(STOP_GRACE_MS);
        await loop.stop();
        await closeConnections();
        await store.close();
      },
    };
  }

  private newDeliverer(loop: Loop): Deliverer {
    return new Deliverer(
      () => this.configuration.current(),
      (integration, notification, templates, signal) =>
        prepare(integration, notification, templates).send({ signal, now: Date.now(), readFile: readSecretFile }),
      (attempt, outcome) => {
        // The engine takes the outcome whether or not the store does; the loop's events tell of the store.
        loop.submit({ type: 'sent', attempt, outcome }).catch(() => {});
      },
      {
        attempted: (delivery, outcome, tookMs) => {
          this.took.set(delivery.attempt, tookMs);
          if (!outcome.ok) return;
          const { level, message, fields } = describeSuccess(delivery, outcome, tookMs);
          this.log[level](message, fields);
        },
        routeLabelFailed: (delivery, label, message) => {
          this.log.error('Failed to render a route label', { ...describeTarget(delivery), label, err: message });
        },
      },
      { externalURL: () => this.externalURL, concurrency: SENDS_AT_ONCE, concurrentOf },
    );
  }

  private loopEvents(send: LoopEvents['send']): LoopEvents {
    const { metrics, log, took } = this;
    return {
      send,
      stepped: (input, ready, tookMs) => {
        metrics.stepped(input.type === 'alerts', tookMs);
        for (const mute of ready.muted) metrics.suppressed(mute.by, mute.alerts.length);
        for (const { labels } of ready.dropped) {
          const alertname = labels['alertname'] ?? '';
          metrics.alertLimited(alertname);
          log.warn('Alert dropped, its alertname has reached the limit', { alertname });
        }
        for (const write of ready.writes) {
          if (write.type === 'silence' && this.flags.logSilences) {
            const { message, fields } = describeSilence(write.silence, this.now());
            log.info(message, fields);
          }
          if (write.type !== 'attempt') continue;
          metrics.attempted(write.attempt, took.get(write.attempt.attempt) ?? 0);
          took.delete(write.attempt.attempt);
          const line = describeFailure(write.attempt);
          if (line !== undefined) log[line.level](line.message, line.fields);
        }
      },
      committed: (writes, tookMs) => metrics.committed(writes, tookMs),
      commitFailed: (error, waiting) => {
        metrics.commitFailed();
        log.error('Cannot write to the store, trying again; notifications go out all the same', {
          err: messageOf(error),
          waiting,
        });
      },
      commitRecovered: () => log.info('The store takes writes again', {}),
    };
  }

  private stateOf(engine: Engine, loop: Loop, deliverer: Deliverer): ServerState {
    const { view } = engine;
    return {
      now: () => this.now(),
      config: () => view.config(),
      alerts: () => view.alerts(),
      receiversOf: (alert) => view.receiversOf(alert),
      alertStatus: (labels, at) => view.alertStatus(labels, at),
      groups: () => view.groups(),
      silences: () => view.silences(),
      silence: (id) => view.silence(id),
      submitAlerts: (alerts) => loop.submit({ type: 'alerts', alerts }),
      submitSilences: (silences) => loop.submit({ type: 'silences', silences }),
      reload: async () => {
        try {
          await this.configuration.load(({ config }) => {
            this.metrics.configLoaded(true, Date.now());
            // Not waiting for the store: a full disk must not keep a better configuration from taking force.
            loop.submit({ type: 'config', config }).catch(() => {});
            deliverer.reloaded();
          });
        } catch (error) {
          this.metrics.configLoaded(false, Date.now());
          throw error;
        }
      },
      configuration: () => this.configuration.status(),
      ready: () => {
        const why = loop.unready();
        if (why === undefined) return { ok: true, message: 'OK' };
        return { ok: false, message: `the store takes no writes: ${why}` };
      },
      startedAt: this.startedAt,
    };
  }

  private watch(engine: Engine, loop: Loop): void {
    const { view } = engine;
    const { version, revision, branch, goVersion } = this.version;
    this.metrics.watch({
      now: () => this.now(),
      config: () => view.config(),
      alerts: () => view.alerts(),
      alertStatus: (labels, at) => view.alertStatus(labels, at),
      groupCount: () => view.groupCount(),
      silences: () => view.silences(),
      backlog: () => loop.backlog(),
      storeBytes: async () => (await this.store.stats()).bytes,
      perAlertnameLimit: this.flags.perAlertnameLimit,
      cluster: { enabled: this.cluster.status !== 'disabled', peer: this.cluster.name ?? '' },
      build: { version, revision, branch, goversion: goVersion },
    });
    this.metrics.configLoaded(true, this.startedAt);
  }

  private async listen(state: ServerState): Promise<Listening> {
    const { flags, log } = this;
    const app = createApp(state, {
      ...APP_DEFAULTS,
      routePrefix: flags.routePrefix,
      getConcurrency: flags.getConcurrency,
      timeoutMs: flags.webTimeoutMs,
      matcherMode: flags.matcherMode,
      silenceLimits: { maxSilences: flags.maxSilences, maxSizeBytes: flags.maxSilenceSizeBytes },
      version: this.version,
      metrics: this.metrics,
      cluster: () => this.cluster,
      renderRouteLabels: (group, at) =>
        groupRouteLabels(group, at, this.configuration.current().templates, this.externalURL),
      newId: () => randomUUID(),
      testReceiver: (request) => this.tests.send(request),
      log: (level, message, fields) => log[level](message, fields),
    });
    return listen(app, { addresses: flags.listenAddresses, webConfigFile: flags.webConfigFile });
  }

  private prune(): void {
    this.store.prune(Date.now() - this.flags.historyRetentionMs).then(
      (rows) => this.log.debug('History pruned', { rows }),
      (error: unknown) => this.log.warn('Cannot prune history', { err: messageOf(error) }),
    );
  }

  private now(): number {
    this.lastNow = Math.max(this.lastNow, Date.now());
    return this.lastNow;
  }
}

/** Clustering is off, or this node alone: replication is the store's business. */
function clusterStatus(flags: Flags): ClusterStatus {
  if (flags.clusterListenAddress === '') return { status: 'disabled', peers: [] };
  const name = flags.clusterPeerName === '' ? randomName() : flags.clusterPeerName;
  const address = flags.clusterAdvertiseAddress === '' ? flags.clusterListenAddress : flags.clusterAdvertiseAddress;
  return { name, status: 'ready', peers: [{ name, address }] };
}

/** 26 letters and digits, as the names that Alertmanager gives its nodes. */
function randomName(): string {
  return randomUUID().replaceAll('-', '').slice(0, 26).toUpperCase();
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':'));
}

async function readSecretFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > SECRET_FILE_BYTES) throw new Error(`${path} has ${size} bytes, too many for a secret or a URL`);
  return readFile(path, 'utf8');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
