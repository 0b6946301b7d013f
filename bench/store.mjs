// What the store costs: processor time of all threads for each alert, how long commits take, how long a start takes, and
// how large the file gets. Runs on the built program: `npm run build && node bench/store.mjs [alerts]`.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ALERTS = Number(process.argv[2] ?? 100_000);
const BATCH = 64;
const DIST = process.env['TOCSIN_DIST'] ?? new URL('../dist', import.meta.url).pathname;
// Beside the sources and not in /tmp, which is often in memory.
const HOME = process.env['TOCSIN_BENCH_DIR'] ?? new URL('..', import.meta.url).pathname;

const { openSqliteStore } = await import(pathToFileURL(join(DIST, 'store/sqlite.js')).href).catch(() => {
  console.error(`nothing to measure in ${DIST}: run "npm run build" first`);
  process.exit(1);
});

const START = 1_800_000_000_000;

/** Ten labels, three annotations, about 940 bytes as JSON. */
function newAlert(i) {
  const host = `host-${i}.example.org`;
  return {
    fingerprint: (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(16, '0').slice(-16),
    labels: {
      alertname: `HighLatency${i % 50}`,
      instance: `${host}:9100`,
      job: 'node',
      cluster: 'eu-west-1a',
      namespace: `payments-${i % 20}`,
      pod: `payments-api-7d9f8b6c5-${i}`,
      severity: 'critical',
      team: 'payments',
      region: 'eu-west-1',
      container: 'api',
    },
    annotations: {
      summary: `Latency of ${host} is too high for ten minutes now`,
      description: `${'The 99th percentile of request latency has been above two seconds. '.repeat(4)}${i}`,
      runbook_url: 'https://runbooks.example.org/alerts/high-latency',
    },
    generatorURL: `http://prometheus.example.org:9090/graph?g0.expr=histogram_quantile%280.99%29&g0.tab=1&i=${i}`,
    startsAt: START,
    endsAt: START + 240_000,
    updatedAt: START,
    timeout: false,
  };
}

function shuffled(list) {
  const copy = [...list];
  let x = 12_345;
  for (let i = copy.length - 1; i > 0; i--) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff;
    const k = x % (i + 1);
    [copy[i], copy[k]] = [copy[k], copy[i]];
  }
  return copy;
}

/** As the server has them: read from JSON. Garbage of their making is not ours. */
function settle(alerts) {
  const read = alerts.map((alert) => JSON.parse(JSON.stringify(alert)));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return read;
}

function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function print(what, value) {
  console.log(`${what.padEnd(58)} ${value}`);
}

/** Commits the alerts in batches, one after the other. They are made just before, as the server has them from a request. */
async function measure(what, store, alerts, make, change, at) {
  const took = [];
  let used = 0;
  for (let i = 0; i < alerts.length; i += BATCH) {
    const writes = alerts.slice(i, i + BATCH).map((alert) => ({ type: 'alert', alert: make(alert), change }));
    const before = cpu();
    const start = performance.now();
    await store.commit(writes, at);
    took.push(performance.now() - start);
    used += cpu() - before;
  }
  print(what, `${(used / alerts.length).toFixed(2)} us CPU each, commits ${latency(took)}`);
}

function latency(took) {
  const sorted = [...took].sort((a, b) => a - b);
  const of = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  return `p50 ${of(0.5)} p99 ${of(0.99)} max ${of(1)} ms`;
}

const directory = mkdtempSync(join(HOME, '.bench-store-'));
try {
  const alerts = settle(Array.from({ length: ALERTS }, (_, i) => newAlert(i)));
  print('bytes of JSON of an alert', JSON.stringify(alerts[0]).length);
  let store = await openSqliteStore(directory);
  await store.load();
  let at = START;
  const half = Math.floor(ALERTS / 2);
  await measure('new, the first half', store, alerts.slice(0, half), (alert) => alert, 'fired', at);
  await measure('new, the second half', store, alerts.slice(half), (alert) => alert, 'fired', at);
  print('bytes on disk of a new alert', ((await store.stats()).bytes / ALERTS).toFixed(0));
  for (const [what, order] of [
    ['refreshed, in the order of their coming', alerts],
    ['refreshed, in another order', shuffled(alerts)],
    ['refreshed, in another order, once more', shuffled(shuffled(alerts))],
    ['refreshed, in another order, once more', shuffled(shuffled(shuffled(alerts)))],
  ]) {
    at += 60_000;
    const now = at;
    await measure(
      what,
      store,
      order,
      (alert) => ({ ...alert, endsAt: now + 240_000, updatedAt: now }),
      'refreshed',
      at,
    );
  }
  at += 60_000;
  const order = shuffled(alerts);
  const valued = (alert) => {
    const annotations = { ...alert.annotations, summary: `Latency is ${alert.endsAt} ms` };
    return { ...alert, endsAt: at + 240_000, updatedAt: at, annotations };
  };
  await measure('changed: one annotation', store, order, valued, 'changed', at);
  await measure('resolved', store, order, (alert) => ({ ...valued(alert), endsAt: at }), 'resolved', at);
  await measure('fired again', store, order, valued, 'fired', at);

  const many = [];
  const before = cpu();
  const start = performance.now();
  for (let i = 0; i < Math.min(ALERTS, 20_000); i++) {
    at += 1;
    many.push(store.commit([{ type: 'alert', alert: { ...alerts[i], updatedAt: at }, change: 'refreshed' }], at));
  }
  await Promise.all(many);
  const wall = performance.now() - start;
  print(
    'refreshed, one a commit, all at once',
    `${((cpu() - before) / many.length).toFixed(2)} us CPU each, ${wall.toFixed(0)} ms for ${many.length} commits`,
  );
  print('bytes on disk of an alert with its history', ((await store.stats()).bytes / ALERTS).toFixed(0));
  await store.close();

  store = await openSqliteStore(directory);
  const loading = performance.now();
  const { alerts: loaded } = await store.load();
  print(`load ${loaded.length} alerts`, `${(performance.now() - loading).toFixed(0)} ms`);

  const reading = performance.now();
  let entries = 0;
  for await (const _ of store.history(0, at + 1)) entries++;
  print(`history, ${entries} entries`, `${(((performance.now() - reading) / entries) * 1000).toFixed(1)} us each`);

  const took = [];
  let pruning = true;
  const pruned = store.prune(at + 1).then((count) => {
    pruning = false;
    return count;
  });
  const pruneStart = performance.now();
  while (pruning) {
    const begin = performance.now();
    await store.commit([], ++at);
    took.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  print(
    `prune ${await pruned} entries, commits meanwhile`,
    `${latency(took)}, ${(performance.now() - pruneStart).toFixed(0)} ms in all`,
  );
  await store.commit(
    alerts.map(({ fingerprint }) => ({ type: 'alertGone', fingerprint, endedAt: at })),
    at,
  );
  await store.prune(at + 1);
  print('bytes on disk when all is gone and pruned', (await store.stats()).bytes);
  await store.close();
} finally {
  rmSync(directory, { recursive: true });
}
