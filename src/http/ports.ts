// What the HTTP side needs of the rest of the server, as narrow interfaces: the engine's view and the loop satisfy them,
// and so does a handful of objects in a test.

import type { AlertStatus, GroupView } from '../engine/view.ts';
import type { Alert } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import type { LabelSet } from '../model/labels.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import type { Silence } from '../model/silence.ts';
import type { SilenceLimits } from '../model/silence-edit.ts';
import type { ConfigurationStatus } from '../runtime/in-force.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { TestRefusal, TestReport, TestRequest } from '../runtime/test-send.ts';

/** The present state and the ways to change it. What is read within one turn of the event loop is consistent. */
export interface ServerState {
  /** Milliseconds since 1970; never runs backwards. */
  now(): number;
  /** The configuration in force. */
  config(): Config;
  /** All known alerts, those too that are over and still to be told. */
  alerts(): Iterable<Alert>;
  /** Names in the order of the routes; a name appears once for each route that takes the alert. */
  receiversOf(alert: Alert): readonly string[];
  alertStatus(labels: LabelSet, at: number): AlertStatus;
  groups(): Iterable<GroupView>;
  /** All silences, expired ones too. */
  silences(): Iterable<Silence>;
  silence(id: string): Silence | undefined;
  /**
   * Takes effect at once and resolves once durable. Rejects with an error named `StoreUnavailable`, whose message may be
   * shown, when the store does not take it in time.
   */
  submitAlerts(alerts: readonly Alert[]): Promise<void>;
  /** As `submitAlerts`. */
  submitSilences(silences: readonly Silence[]): Promise<void>;
  /** Reads the configuration anew. Rejects with an error whose message is shown; the old one stays in force then. */
  reload(): Promise<void>;
  /** Where the configuration comes from, and how the last attempt to read it ended. */
  configuration(): ConfigurationStatus;
  /** Whether requests can be served; the message says why not. */
  ready(): { readonly ok: boolean; readonly message: string };
  /** When the server started, milliseconds since 1970. */
  readonly startedAt: number;
}

export interface ClusterStatus {
  /** Absent when clustering is off. */
  readonly name?: string;
  readonly status: 'ready' | 'settling' | 'disabled';
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

/** As `/api/v2/status` and `alertmanager_build_info` show it. Clients read the Alertmanager API's level from `version`. */
export interface VersionInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface AppOptions {
  /** What the routes are served under: empty, or with a slash in front and none at the end. */
  readonly routePrefix: string;
  /** `--web.get-concurrency`: how many GET requests are served at once; 0 is the number of processors, at least 8. */
  readonly getConcurrency: number;
  /** `--web.timeout`, milliseconds; 0 is none. */
  readonly timeoutMs: number;
  /** The longest body that is read, bytes. */
  readonly maxBodyBytes: number;
  /** What all bodies that are being read may hold together, bytes. */
  readonly maxBodiesBytes: number;
  readonly matcherMode: MatcherMode;
  readonly silenceLimits: SilenceLimits;
  readonly version: VersionInfo;
  readonly metrics: Metrics;
  cluster(): ClusterStatus;
  /** The route's labels with their templates rendered for that group, as `/api/v2/alerts/groups` shows them. */
  renderRouteLabels(group: GroupView, at: number): LabelSet;
  /** The id of a new silence. */
  newId(): string;
  /** Sends a sample alert through a receiver and says what came of it. */
  testReceiver(request: TestRequest): Promise<TestReport | TestRefusal>;
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What holds unless the command line says otherwise. */
export const APP_DEFAULTS = {
  routePrefix: '',
  getConcurrency: 0,
  timeoutMs: 0,
  maxBodyBytes: 32 * 1024 * 1024,
  maxBodiesBytes: 128 * 1024 * 1024,
  matcherMode: 'fallback',
  silenceLimits: { maxSilences: 0, maxSizeBytes: 0 },
} as const satisfies Partial<AppOptions>;

/** Everything a request handler works with. */
export interface Api {
  readonly state: ServerState;
  readonly options: AppOptions;
}
