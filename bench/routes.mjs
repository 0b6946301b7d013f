// What a big configuration costs: how long 10 000 routes take to load, and how long one alert takes through them. Each run
// is a process of its own, as a start is. Runs on the built program: `npm run build && node bench/routes.mjs [--runs 5]
// [--routes 10000] [--write DIR] [deep|flat|regex]...`.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const DIST = process.env['TOCSIN_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url));
const RECEIVERS = 500;
const ALERTS = 20_000;
const BATCH = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    routes: { type: 'string', default: '10000' },
    write: { type: 'string' },
    one: { type: 'boolean', default: false },
  },
});
const count = Number(values.routes);

/** Routes that look like those of a company: a matcher or three, something of their own, a team's receiver. */
const variants = {
  /** Teams, their services, and the severities of each. */
  deep() {
    const teams = Math.max(1, Math.round(count / 101));
    return list(teams, (t) =>
      route(0, [`team="team-${t}"`], t, [
        'group_by: [alertname, cluster, service]',
        'routes:',
        ...list(20, (s) =>
          route(1, [`service="svc-${t}-${s}"`], t + s, [
            'group_wait: 20s',
            'routes:',
            ...['critical', 'warning', 'info'].map((severity, i) =>
              route(2, [`severity="${severity}"`], t + i, i === 0 ? ['repeat_interval: 1h', 'continue: true'] : []),
            ),
            route(2, [`namespace=~"team-${t}-(?:prod|stage)-[0-9]+"`, 'severity!="none"'], t, []),
          ]),
        ),
      ]),
    );
  },
  /** Every service beside every other. */
  flat() {
    return list(count, (i) =>
      route(0, [`service="svc-${i}"`, ...(i % 4 === 0 ? ['severity=~"critical|page"'] : [])], i, [
        'group_by: [alertname, cluster]',
        ...(i % 10 === 0 ? ['continue: true'] : []),
      ]),
    );
  },
  /** The same by expressions: alternatives, beginnings, and what only a real engine can tell. */
  regex() {
    const shapes = [
      (i) => [`service=~"svc-${i}|svc-${i}-canary"`],
      (i) => [`service=~"svc-${i}-.*"`],
      (i) => [`service=~"^svc-${i}(-[a-z]+)?$"`],
      (i) => [`instance=~"host-${i}-[0-9]+\\\\.example\\\\.org(:[0-9]+)?"`, 'severity!~"info|none"'],
      (i) => [`namespace=~".*-${i}"`, `team="team-${i % 97}"`],
    ];
    return list(count, (i) => route(0, shapes[i % shapes.length](i), i, ['group_by: [alertname]']));
  },
};

function list(n, make) {
  return Array.from({ length: n }, (_, i) => make(i));
}

function route(depth, matchers, receiver, more) {
  const lines = [
    `- receiver: team-${receiver % RECEIVERS}`,
    `  matchers: [${matchers.map((matcher) => `'${matcher}'`).join(', ')}]`,
    ...more.map((text) => text.replace(/^/gm, '  ')),
  ];
  return lines.map((text) => text.replace(/^/gm, depth === 0 ? '    ' : '')).join('\n');
}

function configuration(variant) {
  return `global:
  resolve_timeout: 5m
  slack_api_url: https://hooks.example.org/services/T0/B0/secret
route:
  receiver: team-0
  group_by: [alertname]
  routes:
${variants[variant]().join('\n')}
inhibit_rules:
${list(
  50,
  (i) =>
    `  - source_matchers: ['severity="critical"', 'team="team-${i}"']
    target_matchers: ['severity=~"warning|info"', 'team="team-${i}"']
    equal: [cluster, service]`,
).join('\n')}
receivers:
${list(
  RECEIVERS,
  (i) =>
    `  - name: team-${i}
    webhook_configs:
      - url: https://hooks.example.org/${i}
    slack_configs:
      - channel: '#alerts-${i}'
        send_resolved: true
        title: '{{ .CommonLabels.alertname }} ({{ .Alerts.Firing | len }})'
        text: '{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}'`,
).join('\n')}
`;
}

function newLabels(i) {
  const n = (i * 7919) % (count * 2);
  const team = n % 99;
  const severity = ['critical', 'warning', 'info', 'page'][i % 4];
  return {
    alertname: `HighLatency${i % 50}`,
    cluster: `eu-west-${i % 3}`,
    instance: `host-${n}-${i % 30}.example.org:9100`,
    job: 'node',
    namespace: i % 2 === 0 ? `team-${team}-prod-${n % 9}` : `space-${n}`,
    pod: `api-7d9f8b6c5-${i}`,
    service: i % 3 === 0 ? `svc-${team}-${n % 25}` : `svc-${n}`,
    severity,
    team: `team-${team}`,
  };
}

async function measure(variant) {
  const load = (file) => import(pathToFileURL(join(DIST, file)).href);
  const { parseConfig } = await load('config/parse.js');
  const { settingsTables } = await load('receivers/settings/table.js');
  const { buildRoutes, matchRoutes } = await load('engine/route.js');
  const bytes = Buffer.from(configuration(variant));
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const { config, problems } = parseConfig(bytes, {
    file: '/etc/tocsin.yml',
    tables: settingsTables,
    mode: 'fallback',
  });
  if (config === undefined) throw new Error(JSON.stringify(problems.slice(0, 3)));
  const root = buildRoutes(config);
  const loadMs = performance.now() - before;
  const cpuMs = process.cpuUsage(cpuBefore).user / 1000;
  const alerts = list(ALERTS, newLabels);
  let found = 0;
  const pass = () => {
    const took = [];
    const before = process.cpuUsage();
    for (let i = 0; i < ALERTS; i += BATCH) {
      const start = performance.now();
      for (let k = i; k < i + BATCH; k++) found += matchRoutes(root, alerts[k]).length;
      took.push(((performance.now() - start) * 1000) / BATCH);
    }
    return { us: median(took), cpuUs: process.cpuUsage(before).user / ALERTS };
  };
  const first = pass();
  const again = pass();
  return { bytes: bytes.length, loadMs, cpuMs, us: first.us, cpuUs: first.cpuUs, againUs: again.us, found };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const asked = positionals.length === 0 ? Object.keys(variants) : positionals;
for (const variant of asked) {
  if (!Object.hasOwn(variants, variant)) throw new Error(`${variant}: deep, flat or regex`);
  if (values.write !== undefined) {
    writeFileSync(join(values.write, `${variant}.yml`), configuration(variant));
  } else if (values.one) {
    console.log(JSON.stringify(await measure(variant)));
  } else {
    const runs = list(Number(values.runs), () => {
      const words = [fileURLToPath(import.meta.url), '--one', '--routes', String(count), variant];
      const { stdout, status } = spawnSync(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      if (status !== 0) process.exit(1);
      return JSON.parse(stdout.toString());
    });
    const of = (key) => median(runs.map((run) => run[key]));
    console.log(
      `${variant.padEnd(6)} ${(of('bytes') / 1e6).toFixed(2)} MB: load ${of('loadMs').toFixed(0)} ms ` +
        `(${of('cpuMs').toFixed(0)} ms user CPU), route ${of('us').toFixed(1)} us an alert ` +
        `(${of('cpuUs').toFixed(1)} us user CPU), ${of('againUs').toFixed(1)} us the second time, ${(of('found') / ALERTS / 2).toFixed(2)} routes each`,
    );
  }
}
