// The real application on a port of its own over a real engine without a store, for the tests of this folder: the clock
// stands still unless a test moves it, and what the loop would do a test does.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { Engine } from '../../src/engine/engine.ts';
import type { Input } from '../../src/engine/types.ts';
import { createApp } from '../../src/http/app.ts';
import { type Listening, listen } from '../../src/http/listen.ts';
import { APP_DEFAULTS, type AppOptions, type ServerState } from '../../src/http/ports.ts';
import type { ConfigurationStatus } from '../../src/runtime/in-force.ts';
import { Metrics } from '../../src/runtime/metrics.ts';
import { TestSender } from '../../src/runtime/test-send.ts';
import { testConfig } from '../support/config.ts';
import { defaultTemplates } from '../support/templates.ts';

export const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
  routes:
  - matchers: [team="db"]
    receiver: db-team
    continue: true
    labels: {tier: gold}
  - matchers: [team=~"d.*"]
    receiver: all-d
  - matchers: [team="night"]
    receiver: default
    mute_time_intervals: [always]
receivers:
- name: default
- name: db-team
  labels: {owner: dba, tier: "1"}
- name: all-d
  labels: {owner: everyone}
time_intervals:
- name: always
  time_intervals: [{years: ["2000:2100"]}]
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [cluster]
`;

export const NOW = Date.parse('2026-01-02T03:04:05.678Z');

/** The state as the loop and the engine present it; everything is durable at once unless `storing` says otherwise. */
export class TestState implements ServerState {
  readonly startedAt = NOW;
  readonly engine: Engine;
  time = NOW;
  /** What happens to a change after the engine has taken it. */
  storing: () => Promise<void> = () => Promise.resolve();
  reloading: () => Promise<void> = () => Promise.resolve();
  readiness = { ok: true, message: '' };
  lastReload: ConfigurationStatus['lastReload'] = { at: NOW, ok: true, problems: [] };

  constructor(config = CONFIG) {
    this.engine = new Engine(testConfig(config), this.time);
  }

  now = (): number => this.time;
  config: ServerState['config'] = () => this.engine.view.config();
  alerts: ServerState['alerts'] = () => this.engine.view.alerts();
  receiversOf: ServerState['receiversOf'] = (alert) => this.engine.view.receiversOf(alert);
  alertStatus: ServerState['alertStatus'] = (labels, at) => this.engine.view.alertStatus(labels, at);
  groups: ServerState['groups'] = () => this.engine.view.groups();
  silences: ServerState['silences'] = () => this.engine.view.silences();
  silence: ServerState['silence'] = (id) => this.engine.view.silence(id);
  submitAlerts: ServerState['submitAlerts'] = (alerts) => this.#submit({ type: 'alerts', alerts });
  submitSilences: ServerState['submitSilences'] = (silences) => this.#submit({ type: 'silences', silences });
  reload = (): Promise<void> => this.reloading();
  configuration = (): ConfigurationStatus => ({
    file: 'alertmanager.yml',
    hash: this.config().hash,
    loadedAt: NOW,
    lastReload: this.lastReload,
  });
  ready = (): { ok: boolean; message: string } => this.readiness;

  #submit(input: Input): Promise<void> {
    this.engine.step(this.time, input);
    return this.storing();
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A server to be asked. `close` it. */
export class TestServer {
  readonly state: TestState;
  readonly metrics: Metrics;
  readonly logged: Logged[];
  readonly port: number;
  readonly #listening: Listening;

  private constructor(state: TestState, metrics: Metrics, logged: Logged[], listening: Listening) {
    this.state = state;
    this.metrics = metrics;
    this.logged = logged;
    this.#listening = listening;
    this.port = Number(/:(\d+)$/.exec(listening.addresses[0]!)![1]);
  }

  static async start(options: Partial<AppOptions> = {}, state = new TestState()): Promise<TestServer> {
    const metrics = new Metrics({ receiverNames: false, alertNames: false, integrations: ['slack'], process: false });
    const logged: Logged[] = [];
    let ids = 0;
    const tests = new TestSender({
      equipment: () => ({ config: state.config(), templates: defaultTemplates() }),
      externalURL: () => 'http://tocsin.example',
      readFile: (path) => readFile(path, 'utf8'),
      log: (level, message, fields) => logged.push({ level, message, fields }),
    });
    const app = createApp(state, {
      ...APP_DEFAULTS,
      version: {
        version: '0.34.0',
        revision: 'r',
        branch: 'b',
        buildUser: 'u',
        buildDate: 'd',
        goVersion: process.version,
      },
      metrics,
      cluster: () => ({ status: 'disabled', peers: [] }),
      renderRouteLabels: (group) => group.routeLabels,
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
      testReceiver: (request) => tests.send(request),
      log: (level, message, fields) => logged.push({ level, message, fields }),
      ...options,
    });
    const listening = await listen(app, { addresses: ['127.0.0.1:0'], webConfigFile: '' });
    return new TestServer(state, metrics, logged, listening);
  }

  close(): Promise<void> {
    return this.#listening.close(1000);
  }

  get(path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.ask('GET', path, undefined, headers);
  }

  /** A body that is no string is sent as JSON. */
  post(path: string, body: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.ask('POST', path, body, headers);
  }

  ask(method: string, path: string, body?: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return ask(this.port, method, path, body, headers);
  }

  /** Writes bytes to a connection and resolves with everything that comes back until the server closes it. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
  }

  /** The value of one series of /metrics, or undefined. */
  async metric(series: string): Promise<number | undefined> {
    const { text } = await this.get('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}

/** One request on a connection of its own. */
export function ask(
  port: number,
  method: string,
  path: string,
  body?: unknown,
  headers: http.OutgoingHttpHeaders = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const sent =
    text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent: false, headers: { ...sent, ...headers } };
    const req = http.request(options, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    req.on('error', reject);
    req.end(text);
  });
}
