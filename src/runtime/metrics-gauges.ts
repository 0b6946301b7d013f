// The metrics that are read off the present state when somebody asks for them: how many alerts, groups and silences
// there are, what is configured, what waits for the store.

import { Gauge, type Registry } from 'prom-client';
import type { Alert } from '../model/alert.ts';
import type { Config, ReceiverConfig, RouteConfig } from '../model/config.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Silence, silenceState } from '../model/silence.ts';

/** What the gauges look at. */
export interface MetricsSources {
  /** Milliseconds since 1970. */
  now(): number;
  config(): Config;
  alerts(): Iterable<Alert>;
  alertStatus(
    labels: LabelSet,
    at: number,
  ): { readonly silencedBy: readonly string[]; readonly inhibitedBy: readonly string[] };
  groupCount(): number;
  silences(): Iterable<Silence>;
  /** Writes that wait for the store. */
  backlog(): number;
  /** The size of the store on disk; 0 when it has none. */
  storeBytes(): Promise<number>;
  /** `--alerts.per-alertname-limit`; 0 is none. */
  readonly perAlertnameLimit: number;
  /** Whether clustering is on. This node is its only member then. */
  readonly cluster: { readonly enabled: boolean; readonly peer: string };
  /** The labels of `alertmanager_build_info`. */
  readonly build: Readonly<Record<string, string>>;
}

/** How many alerts are looked at before other work gets its turn. */
const ALERTS_AT_ONCE = 2_000;

export function registerGauges(registry: Registry, sources: MetricsSources): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  new Gauge({
    name: 'alertmanager_alerts',
    help: 'How many alerts by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await countAlerts(sources);
      this.set({ state: 'active' }, counts.active);
      this.set({ state: 'suppressed' }, counts.suppressed);
      this.set({ state: 'unprocessed' }, 0);
    },
  });
  new Gauge({
    name: 'alertmanager_silences',
    help: 'How many silences by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = { active: 0, pending: 0, expired: 0 };
      const now = sources.now();
      for (const silence of sources.silences()) counts[silenceState(silence, now)]++;
      for (const [state, n] of Object.entries(counts)) this.set({ state }, n);
    },
  });
  gauge('alertmanager_alerts_per_alert_limit', 'The limit on alerts per alertname.', () => sources.perAlertnameLimit);
  gauge('alertmanager_dispatcher_aggregation_groups', 'Number of active aggregation groups.', () =>
    sources.groupCount(),
  );
  gauge('alertmanager_receivers', 'Number of configured receivers.', () => usedReceivers(sources.config()).length);
  gauge('alertmanager_integrations', 'Number of configured integrations.', () =>
    usedReceivers(sources.config()).reduce((n, receiver) => n + receiver.integrations.length, 0),
  );
  gauge(
    'alertmanager_inhibition_rules',
    'Number of configured inhibition rules.',
    () => sources.config().inhibitRules.length,
  );
  gauge('alertmanager_config_hash', 'A number that differs when the configuration does.', () =>
    Number.parseInt(sources.config().hash.slice(0, 12), 16),
  );
  gauge('tocsin_store_backlog_writes', 'Writes that wait for the store.', () => sources.backlog());
  new Gauge({
    name: 'tocsin_store_size_bytes',
    help: 'The size of the store on disk.',
    registers,
    async collect() {
      this.set(await sources.storeBytes());
    },
  });
  new Gauge({
    name: 'alertmanager_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: Object.keys(sources.build),
    registers,
  }).set({ ...sources.build }, 1);
  registerCluster(registry, sources.cluster);
}

function registerCluster(registry: Registry, cluster: MetricsSources['cluster']): void {
  const constant = (name: string, help: string, value: number): void => {
    new Gauge({ name, help, registers: [registry] }).set(value);
  };
  constant('alertmanager_cluster_enabled', 'Whether clustering is on.', cluster.enabled ? 1 : 0);
  if (!cluster.enabled) return;
  constant('alertmanager_cluster_members', 'Number of members of the cluster, this one included.', 1);
  constant('alertmanager_cluster_failed_peers', 'Number of members of the cluster that cannot be reached.', 0);
  constant('alertmanager_cluster_health_score', 'How unwell this member is; 0 is healthy.', 0);
  constant('alertmanager_peer_position', 'The place of this member in the order of members.', 0);
  new Gauge({
    name: 'alertmanager_cluster_peer_info',
    help: 'Always 1; the label names this member.',
    labelNames: ['peer'],
    registers: [registry],
  }).set({ peer: cluster.peer }, 1);
}

/** Alerts that are over do not count. */
async function countAlerts(sources: MetricsSources): Promise<{ active: number; suppressed: number }> {
  const counts = { active: 0, suppressed: 0 };
  let looked = 0;
  for (const alert of sources.alerts()) {
    if (++looked % ALERTS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    const now = sources.now();
    if (alert.endsAt <= now) continue;
    const { silencedBy, inhibitedBy } = sources.alertStatus(alert.labels, now);
    if (silencedBy.length > 0 || inhibitedBy.length > 0) counts.suppressed++;
    else counts.active++;
  }
  return counts;
}

/** The receivers that a route names: Alertmanager sets up no others. */
function usedReceivers(config: Config): readonly ReceiverConfig[] {
  const names = new Set<string>();
  const walk = (route: RouteConfig): void => {
    names.add(route.receiver);
    route.routes.forEach(walk);
  };
  walk(config.route);
  return config.receivers.filter((receiver) => names.has(receiver.name));
}
